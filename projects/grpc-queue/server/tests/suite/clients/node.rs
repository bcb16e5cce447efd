//! Connect's client for Node: every protocol and HTTP version that it speaks.

use super::tool::{answering, descriptors, file, run};

#[tokio::test]
#[ignore = "needs the client's packages: make verify LANES=clients"]
async fn real_clients_connect_node_speaks_each_protocol() {
    let packages = file("node/node_modules/@connectrpc/connect-node");
    let there = std::fs::exists(&packages).unwrap();
    assert!(there, "@connectrpc/connect-node isn't installed: run make verify LANES=clients");
    let (_model, server) = answering();
    let (script, descriptors) = (file("node/check.mjs"), descriptors());
    let (url, schema) = (format!("http://{}", server.address), descriptors.path().to_str().unwrap());
    let said = run("node", &[&script, &url, schema], "").await;
    let well = [
        "gRPC, HTTP/2: Say, Introduce, Converse, QueueConversation",
        "gRPC, HTTP/2, gzip: Say, Introduce, Converse, QueueConversation",
        "gRPC-Web, HTTP/1.1: Say, Introduce",
        "gRPC-Web, HTTP/2: Say, Introduce, Converse, QueueConversation",
        "gRPC-Web, HTTP/2, gzip: Say, Introduce, Converse, QueueConversation",
        "Connect, HTTP/1.1, JSON: Say, Introduce",
        "Connect, HTTP/1.1, protobuf: Say, Introduce",
        "Connect, HTTP/1.1, GET: Say by GET, Introduce",
        "Connect, HTTP/2, JSON: Say, Introduce, Converse, QueueConversation",
        "Connect, HTTP/2, protobuf: Say, Introduce, Converse, QueueConversation",
        "Connect, HTTP/2, gzip: Say, Introduce, Converse, QueueConversation",
    ];
    assert_eq!(said.stdout.lines().collect::<Vec<_>>(), well, "{}", said.stderr);
    assert_eq!(said.code, Some(0), "{said:?}");
}
