//! A page of another origin that calls the service by `fetch`.

use std::net::SocketAddr;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::chromium::Browser;
use crate::program::Server;

/// What that page does: each is the body of an asynchronous function that has `service`, the address of the service.
const CALLS: [(&str, &str, &str); 5] = [
    (
        "Connect, JSON: after a preflight, for its content type isn't a form's",
        r#"const reply = await fetch(service + "Say", { method: "POST", body: '{"sentence": "I feel happy."}',
               headers: { "Content-Type": "application/json", "Connect-Protocol-Version": "1", "Connect-Timeout-Ms": "9000" } });
           return [reply.status, typeof (await reply.json()).sentence];"#,
        r#"[200, "string"]"#,
    ),
    (
        "Connect, GET",
        r#"const query = new URLSearchParams({ message: '{"sentence": "I feel happy."}', encoding: "json", connect: "v1" });
           const reply = await fetch(service + "Say?" + query);
           return [reply.status, typeof (await reply.json()).sentence];"#,
        r#"[200, "string"]"#,
    ),
    (
        "gRPC-Web, a procedure that doesn't exist: the page may read that it is so",
        r#"const reply = await fetch(service + "Sayd", { method: "POST", body: new Uint8Array([0, 0, 0, 0, 0]),
               headers: { "Content-Type": "application/grpc-web+proto", "X-Grpc-Web": "1" } });
           const said = reply.headers.get("grpc-status") ?? new TextDecoder().decode(await reply.arrayBuffer());
           return [reply.status, /12/.test(said)];"#,
        "[200, true]",
    ),
    (
        "gRPC-Web: the status stands in the trailers, in the body",
        r#"const reply = await fetch(service + "Say", { method: "POST", body: new Uint8Array([0, 0, 0, 0, 3, 10, 1, 97]),
               headers: { "Content-Type": "application/grpc-web+proto", "X-Grpc-Web": "1", "X-User-Agent": "page", "Grpc-Timeout": "9S" } });
           return [reply.status, /grpc-status: ?0/.test(new TextDecoder().decode(await reply.arrayBuffer()))];"#,
        "[200, true]",
    ),
    (
        "gRPC-Web: a refusal, of metadata that a preflight has let through",
        r#"const reply = await fetch(service + "QueueConversation", { method: "POST", body: new Uint8Array([0, 0, 0, 0, 0]),
               headers: { "Content-Type": "application/grpc-web+proto", "X-Grpc-Web": "1", "Conversation-Key": "two words" } });
           return [reply.status, /grpc-status: ?3/.test(new TextDecoder().decode(await reply.arrayBuffer()))];"#,
        "[200, true]",
    ),
];

/// A server of empty pages, which lives as long as the test.
async fn elsewhere() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let page = "<!doctype html><title>elsewhere</title>";
            let head = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close";
            let reply = format!("{head}\r\ncontent-length: {}\r\n\r\n{page}", page.len());
            // The request is in one piece, and whatever it asks for, this is the page.
            let mut request = [0; 4096];
            if stream.read(&mut request).await.is_ok() {
                stream.write_all(reply.as_bytes()).await.unwrap();
            }
        }
    });
    address
}

#[tokio::test]
#[ignore = "needs chromium and chromedriver: make verify LANES=browser"]
async fn a_page_from_elsewhere_may_call_in_chromium() {
    let server = Server::start(&[]);
    let browser = Browser::open().await;
    browser.go(&format!("http://{}/", elsewhere().await)).await;
    let service = format!("http://{}/connectrpc.eliza.v1.ElizaService/", server.address);
    for (what, body, expected) in CALLS {
        let script = format!("const service = {};\nreturn (async () => {{ {body} }})();", json!(service));
        let found = browser.run(&script).await;
        assert_eq!(found, serde_json::from_str::<serde_json::Value>(expected).unwrap(), "{what}");
    }
    assert_eq!(browser.console().await, [""; 0]);
}
