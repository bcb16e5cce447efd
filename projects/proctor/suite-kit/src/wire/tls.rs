//! TLS on the client's side: the authority that it trusts, and its own certificate.

use std::io;
use std::sync::Arc;

use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::Http;

/// A client over TLS 1.2 or 1.3.
#[derive(Clone, Debug)]
pub struct TlsClient {
    config: ClientConfig,
    name: ServerName<'static>,
}

impl TlsClient {
    /// A client that trusts this authority, expects the server to have this name, and presents this certificate with its
    /// key, where there is one.
    ///
    /// # Errors
    ///
    /// What is wrong with a certificate, the key or the name.
    pub fn new(
        authority: CertificateDer<'static>,
        server_name: &str,
        identity: Option<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)>,
    ) -> io::Result<Self> {
        let mut roots = RootCertStore::empty();
        roots.add(authority).map_err(io::Error::other)?;
        let builder = ClientConfig::builder().with_root_certificates(roots);
        let config = match identity {
            Some((chain, key)) => builder.with_client_auth_cert(chain, key).map_err(io::Error::other)?,
            None => builder.with_no_client_auth(),
        };
        let name = ServerName::try_from(server_name.to_owned()).map_err(io::Error::other)?;
        Ok(Self { config, name })
    }

    /// The name that the server must have.
    pub(super) fn server_name(&self) -> String {
        self.name.to_str().into_owned()
    }

    /// Agrees on TLS and, by ALPN, on the version of HTTP.
    pub(super) async fn handshake(&self, stream: TcpStream, http: Http) -> io::Result<TlsStream<TcpStream>> {
        let protocol: &[u8] = match http {
            Http::One => b"http/1.1",
            Http::Two => b"h2",
        };
        let mut config = self.config.clone();
        config.alpn_protocols = vec![protocol.to_vec()];
        let stream = TlsConnector::from(Arc::new(config)).connect(self.name.clone(), stream).await?;
        let agreed = stream.get_ref().1.alpn_protocol();
        if http == Http::Two && agreed != Some(protocol) {
            return Err(io::Error::other("the server doesn't agree on HTTP/2 by ALPN"));
        }
        Ok(stream)
    }
}
