//! Versions of TLS, certificates of clients, and what a handler sees of them.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::Extension;
use axum::routing::get;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use service_transport::{GrpcStack, PeerCertificate, Server, Settings, Tls, Versions};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{ClientConfig, ProtocolVersion, RootCertStore, SupportedProtocolVersion};

use crate::client::TEST_TIMEOUT;

/// A certificate and its key, in PEM.
#[derive(Clone)]
struct Pair {
    certificate: String,
    key: String,
}

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Authority {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

fn signed_by(authority: &Authority) -> Pair {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let certificate = params.signed_by(&key, authority).unwrap();
    Pair { certificate: certificate.pem(), key: key.serialize_pem() }
}

/// A server, and the authority that its clients must trust.
struct Running {
    address: SocketAddr,
    authority: String,
}

/// Answers `/` with the client's certificate in hexadecimal. It ends with the test's runtime.
async fn start(client_authority: Option<&Authority>, versions: Versions) -> Running {
    let own = authority();
    let Pair { certificate, key } = signed_by(&own);
    let clients = client_authority.map(|authority| authority.pem());
    let tls = Tls {
        chain: certificate.as_bytes(),
        key: key.as_bytes(),
        client_authorities: clients.as_ref().map(String::as_bytes),
        versions,
    };
    let settings = Settings { tls: Some(tls.config().unwrap()), ..Settings::default() };
    let page = async |peer: Option<Extension<PeerCertificate>>| {
        peer.map_or_else(|| "nobody".to_owned(), |Extension(peer)| hex(peer.der()))
    };
    let pages = axum::Router::new().route("/", get(page));
    let stack = GrpcStack::new(tonic::service::Routes::default(), pages);
    let server = Server::bind(([127, 0, 0, 1], 0).into(), settings).await.unwrap();
    let address = server.address();
    tokio::spawn(server.serve(stack, std::future::pending()));
    Running { address, authority: own.pem() }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Asks for `/` over one version of TLS: that version and the whole reply.
async fn ask(
    server: &Running,
    version: &'static SupportedProtocolVersion,
    own: Option<&Pair>,
) -> std::io::Result<(Option<ProtocolVersion>, String)> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(server.authority.as_bytes()).unwrap()).unwrap();
    let builder = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_protocol_versions(&[version])
        .unwrap()
        .with_root_certificates(roots);
    let config = match own {
        None => builder.with_no_client_auth(),
        Some(Pair { certificate, key }) => {
            let certificate = CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap();
            let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap();
            builder.with_client_auth_cert(vec![certificate], key).unwrap()
        }
    };
    let asked = async {
        let stream = TcpStream::connect(server.address).await?;
        let name = ServerName::try_from("localhost").unwrap();
        let mut stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await?;
        stream.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await?;
        let mut reply = String::new();
        // With TLS 1.3 a client learns only here that its certificate was refused.
        stream.read_to_string(&mut reply).await?;
        Ok((stream.get_ref().1.protocol_version(), reply))
    };
    timeout(TEST_TIMEOUT, asked).await.expect("a reply in time")
}

#[tokio::test]
async fn accepts_tls_1_3_and_by_default_1_2() {
    let server = start(None, Versions::default()).await;
    for (version, expected) in [(&TLS13, ProtocolVersion::TLSv1_3), (&TLS12, ProtocolVersion::TLSv1_2)] {
        let (spoken, reply) = ask(&server, version, None).await.unwrap();
        assert_eq!(spoken, Some(expected));
        assert!(reply.starts_with("HTTP/1.1 200") && reply.ends_with("nobody"), "{reply}");
    }
}

#[tokio::test]
async fn refuses_tls_1_2_where_only_1_3_is_spoken() {
    let server = start(None, Versions::Tls13).await;
    assert_eq!(ask(&server, &TLS13, None).await.unwrap().0, Some(ProtocolVersion::TLSv1_3));
    ask(&server, &TLS12, None).await.unwrap_err();
}

#[tokio::test]
async fn refuses_a_client_without_a_certificate_or_with_one_of_another_authority() {
    let clients = authority();
    let server = start(Some(&clients), Versions::Tls13).await;
    ask(&server, &TLS13, None).await.unwrap_err();
    let stranger = signed_by(&authority());
    ask(&server, &TLS13, Some(&stranger)).await.unwrap_err();
    let known = signed_by(&clients);
    ask(&server, &TLS13, Some(&known)).await.unwrap();
}

#[tokio::test]
async fn shows_a_handler_the_certificate_of_its_client() {
    let clients = authority();
    let server = start(Some(&clients), Versions::Tls13).await;
    let (ann, bob) = (signed_by(&clients), signed_by(&clients));
    for client in [ann, bob] {
        let der = CertificateDer::from_pem_slice(client.certificate.as_bytes()).unwrap();
        let (_, reply) = ask(&server, &TLS13, Some(&client)).await.unwrap();
        assert!(reply.ends_with(&hex(&der)), "{reply}");
    }
}
