//! The kit's client over TLS, against a server that demands a client's certificate: every way in which a certificate can
//! be wrong is distinguished from a right one.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Response};
use http_body_util::Full;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use suite_kit::certificates::{Authority, Issued};
use suite_kit::wire::{Connection, Http, TlsClient, plain};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

/// A server that answers every request to a client whose certificate this authority has issued.
async fn server(clients: &Authority, certificate: &Issued) -> SocketAddr {
    let mut roots = RootCertStore::empty();
    roots.add(clients.certificate_der()).unwrap();
    let verifier = WebPkiClientVerifier::builder(Arc::new(roots)).build().unwrap();
    let (chain, key) = certificate.identity();
    let config = ServerConfig::builder().with_client_cert_verifier(verifier).with_single_cert(chain, key);
    let mut config = config.unwrap();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    // Ends with the test's runtime.
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(stream) = acceptor.accept(stream).await else { return };
                let answer =
                    service_fn(|_| async { io::Result::Ok(Response::new(Full::new(Bytes::from("hello")))) });
                drop(
                    auto::Builder::new(TokioExecutor::new())
                        .serve_connection(TokioIo::new(stream), answer)
                        .await,
                );
            });
        }
    });
    address
}

/// What a client that trusts this authority and presents this certificate gets.
async fn get(
    address: SocketAddr,
    http: Http,
    trusts: &Authority,
    name: &str,
    own: Option<&Issued>,
) -> Result<Bytes, String> {
    let client = TlsClient::new(trusts.certificate_der(), name, own.map(Issued::identity)).unwrap();
    let connection = Connection::open_tls(address, http, &client).await.map_err(|error| error.to_string())?;
    plain(&connection, Method::GET, "/", &[], Bytes::new()).await.map(|answered| answered.body)
}

#[tokio::test]
async fn a_client_with_a_right_certificate_is_answered_on_both_versions_of_http() {
    let authority = Authority::new("ours");
    let address = server(&authority, &authority.server(&["localhost"]).issue()).await;
    let alice = authority.client("alice").issue();
    for http in [Http::One, Http::Two] {
        assert_eq!(get(address, http, &authority, "localhost", Some(&alice)).await, Ok(Bytes::from("hello")));
    }
}

#[tokio::test]
async fn a_client_with_a_wrong_certificate_or_none_is_rejected() {
    let (authority, other) = (Authority::new("ours"), Authority::new("another"));
    let address = server(&authority, &authority.server(&["localhost"]).issue()).await;
    let wrong = [
        ("expired", Some(authority.client("alice").expired().issue())),
        ("not yet valid", Some(authority.client("alice").not_yet_valid().issue())),
        ("of another authority", Some(other.client("alice").issue())),
        ("for servers", Some(authority.server(&["alice"]).issue())),
        ("missing", None),
    ];
    for (what, certificate) in wrong {
        let got = get(address, Http::Two, &authority, "localhost", certificate.as_ref()).await;
        assert!(got.is_err(), "{what}: {got:?}");
    }
}

#[tokio::test]
async fn a_server_with_a_wrong_certificate_is_not_trusted() {
    let (authority, other) = (Authority::new("ours"), Authority::new("another"));
    let alice = authority.client("alice").issue();
    let wrong = [
        ("of another name", authority.server(&["elsewhere"]).issue()),
        ("expired", authority.server(&["localhost"]).expired().issue()),
        ("of another authority", other.server(&["localhost"]).issue()),
    ];
    for (what, certificate) in wrong {
        let address = server(&authority, &certificate).await;
        let got = get(address, Http::One, &authority, "localhost", Some(&alice)).await;
        assert!(got.as_ref().is_err_and(|why| why.contains("certificate")), "{what}: {got:?}");
    }
}
