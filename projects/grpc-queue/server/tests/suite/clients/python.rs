//! gRPC's client for Python, in the folder where the lane installs it.

use std::path::Path;

use super::tool::{Said, answering, descriptors, file, run};
use crate::program::Server;

async fn check(server: &Server, part: &str) -> Said {
    let target = Path::new(env!("CARGO_BIN_EXE_grpc-queue")).ancestors().nth(2).unwrap();
    let python = target.join("clients/bin/python");
    assert!(python.exists(), "grpcio isn't installed: run make verify LANES=clients");
    let (script, descriptors) = (file("python/check.py"), descriptors());
    let (address, schema) = (server.address.to_string(), descriptors.path().to_str().unwrap());
    run(python.to_str().unwrap(), &[&script, &address, schema, part], "").await
}

#[track_caller]
fn expect(said: &Said, lines: &[&str]) {
    assert_eq!(said.stdout.lines().collect::<Vec<_>>(), lines, "{}", said.stderr);
    assert_eq!(said.code, Some(0), "{said:?}");
}

#[tokio::test]
#[ignore = "needs grpcio: make verify LANES=clients"]
async fn real_clients_grpcio_gets_its_answers() {
    let (_model, server) = answering();
    let well = [
        "Say NoCompression",
        "Say Gzip",
        "Sayd UNIMPLEMENTED",
        "Introduce",
        "Converse",
        "QueueConversation",
        "QueueConversation INVALID_ARGUMENT",
    ];
    expect(&check(&server, "answers").await, &well);
}

#[tokio::test]
#[ignore = "needs grpcio: make verify LANES=clients"]
async fn real_clients_grpcio_frees_its_places_when_it_cancels() {
    // It asks again and again until there is a place.
    let server = Server::start(&[("SENTENCES_PER_SECOND", "0")]);
    expect(&check(&server, "places").await, &["full", "freed"]);
}
