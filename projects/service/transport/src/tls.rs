//! TLS: the server's certificate, the clients' certificates, the versions.

use std::fmt;
use std::sync::Arc;

use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, pem};
use tokio_rustls::rustls::server::{VerifierBuilderError, WebPkiClientVerifier};
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{self, RootCertStore, ServerConfig, ServerConnection, SupportedProtocolVersion};

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
    /// The authorities of clients can't be used.
    #[error("failed to use the authorities of clients")]
    Clients(#[source] VerifierBuilderError),
}

/// The versions of TLS that are spoken.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Versions {
    /// TLS 1.2 and 1.3.
    #[default]
    Tls12AndTls13,
    /// TLS 1.3 alone.
    Tls13,
}

/// The server's half of TLS, in PEM.
#[derive(Clone, Copy, Default)]
pub struct Tls<'a> {
    /// The server's certificate, and those between it and its authority.
    pub chain: &'a [u8],
    /// The key of the server's certificate.
    pub key: &'a [u8],
    /// The authorities of clients. With them, a client needs a certificate that one of them has signed; without, none
    /// is asked for one. The server's own authority isn't among them unless it is named.
    pub client_authorities: Option<&'a [u8]>,
    /// The versions that are spoken.
    pub versions: Versions,
}

impl Tls<'_> {
    /// Reads certificates and key. HTTP/2 and HTTP/1.1 are offered by ALPN.
    ///
    /// # Errors
    ///
    /// When a certificate or a key can't be read, or when they don't fit.
    pub fn config(&self) -> Result<Arc<ServerConfig>, TlsError> {
        let chain = certificates(self.chain)?;
        let key = PrivateKeyDer::from_pem_slice(self.key).map_err(TlsError::Key)?;
        let versions: &[&SupportedProtocolVersion] = match self.versions {
            Versions::Tls12AndTls13 => &[&TLS13, &TLS12],
            Versions::Tls13 => &[&TLS13],
        };
        let provider = Arc::new(aws_lc_rs::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_protocol_versions(versions)
            .map_err(TlsError::Unusable)?;
        let builder = match self.client_authorities {
            None => builder.with_no_client_auth(),
            Some(authorities) => {
                let mut roots = RootCertStore::empty();
                for certificate in certificates(authorities)? {
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
}

impl fmt::Debug for Tls<'_> {
    /// Shows no key.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Tls").field("versions", &self.versions).finish_non_exhaustive()
    }
}

/// The certificate of a client that was verified: in the extensions of each of its requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerCertificate(Arc<CertificateDer<'static>>);

impl PeerCertificate {
    /// The client's own certificate, in DER.
    pub fn der(&self) -> &[u8] {
        &self.0
    }

    pub(crate) fn of(connection: &ServerConnection) -> Option<Self> {
        let certificate = connection.peer_certificates()?.first()?;
        Some(Self(Arc::new(certificate.clone().into_owned())))
    }
}

fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    CertificateDer::pem_slice_iter(pem).collect::<Result<_, _>>().map_err(TlsError::Certificate)
}
