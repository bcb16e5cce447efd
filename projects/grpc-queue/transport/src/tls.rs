//! Certificates, and which protocols they are for.

use std::sync::Arc;

use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, pem};
use tokio_rustls::rustls::server::{VerifierBuilderError, WebPkiClientVerifier};
use tokio_rustls::rustls::{self, RootCertStore, ServerConfig};

/// Why certificates can't be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A certificate isn't one in PEM.
    #[error("failed to read a certificate")]
    Certificate(#[source] pem::Error),
    /// The key isn't one in PEM.
    #[error("failed to read the private key")]
    Key(#[source] pem::Error),
    /// Certificate and key don't belong together, or are of a kind that isn't known.
    #[error("failed to use the certificate")]
    Unusable(#[source] rustls::Error),
    /// No client can be verified with the certificates for that.
    #[error("failed to use the certificates of clients")]
    Clients(#[source] VerifierBuilderError),
}

/// Reads a chain of certificates and its key, both in PEM.
///
/// With `clients`, certificates in PEM as well, only clients with a certificate that one of these has signed get in.
///
/// # Errors
///
/// When a certificate or a key can't be read, or when they don't fit.
pub fn tls(chain: &[u8], key: &[u8], clients: Option<&[u8]>) -> Result<Arc<ServerConfig>, TlsError> {
    let chain = certificates(chain)?;
    let key = PrivateKeyDer::from_pem_slice(key).map_err(TlsError::Key)?;
    let provider = Arc::new(aws_lc_rs::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(TlsError::Unusable)?;
    let builder = match clients {
        None => builder.with_no_client_auth(),
        Some(clients) => {
            let mut roots = RootCertStore::empty();
            for certificate in certificates(clients)? {
                roots.add(certificate).map_err(TlsError::Unusable)?;
            }
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider)
                .build()
                .map_err(TlsError::Clients)?;
            builder.with_client_cert_verifier(verifier)
        }
    };
    let mut config = builder.with_single_cert(chain, key).map_err(TlsError::Unusable)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    CertificateDer::pem_slice_iter(pem).collect::<Result<_, _>>().map_err(TlsError::Certificate)
}
