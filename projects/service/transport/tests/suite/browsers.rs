//! CORS, and methods that a path doesn't have.

use bytes::Bytes;
use http::{Method, Request, StatusCode};

use crate::client::{CONVERSE, Client, SAY, post};
use crate::service::start;

#[tokio::test]
async fn a_page_of_any_origin_may_call() {
    let server = start().await;
    let client = Client::connect(server.address).await;
    let preflight = Request::builder()
        .method(Method::OPTIONS)
        .uri(format!("http://test{SAY}"))
        .header("origin", "https://elsewhere.example")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "content-type,connect-protocol-version")
        .body(())
        .unwrap();
    let reply = client.send(preflight, Bytes::new()).await.unwrap();
    assert!(reply.status.is_success(), "{reply:?}");
    assert_eq!(reply.header("access-control-allow-origin"), "*");
    assert!(reply.header("access-control-allow-methods").contains("POST"), "{reply:?}");
    assert!(reply.header("access-control-allow-headers").contains("connect-protocol-version"), "{reply:?}");
}

#[tokio::test]
async fn the_status_of_grpc_web_may_be_read_by_a_page() {
    let server = start().await;
    let client = Client::connect(server.address).await;
    let mut request = post(SAY, "application/json");
    request.headers_mut().insert("origin", "https://elsewhere.example".parse().unwrap());
    let reply = client.send(request, Bytes::from_static(br#"{"sentence":"hello"}"#)).await.unwrap();
    assert_eq!(reply.text(), r#"{"sentence":"connectrpc: hello"}"#);
    assert_eq!(reply.header("access-control-allow-origin"), "*");
    let exposed = reply.header("access-control-expose-headers");
    assert!(exposed.contains("grpc-status") && exposed.contains("grpc-message"), "{exposed}");
}

#[tokio::test]
async fn a_method_that_a_procedure_has_not_is_told_those_that_it_has() {
    let server = start().await;
    let client = Client::connect(server.address).await;
    for (method, path, allowed) in
        [(Method::GET, CONVERSE, "POST"), (Method::PUT, SAY, "GET, POST"), (Method::DELETE, CONVERSE, "POST")]
    {
        let request = Request::builder().method(method.clone()).uri(format!("http://test{path}"));
        let reply = client.send(request.body(()).unwrap(), Bytes::new()).await.unwrap();
        assert_eq!(reply.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
        assert_eq!(reply.header("allow"), allowed, "{method} {path}");
    }
}
