//! `buf curl`, over each protocol, by reflection where there is HTTP/2.

use super::tool::{SERVICE, Said, answering, descriptors, run};
use crate::program::Server;

async fn buf(server: &Server, options: &[&str], procedure: &str, input: &str) -> Said {
    let url = format!("http://{}/{SERVICE}/{procedure}", server.address);
    run("buf", &[&["curl", "--data", "@-"], options, &[&url]].concat(), input).await
}

#[tokio::test]
#[ignore = "needs buf: make verify LANES=clients"]
async fn real_clients_buf_reflects_by_both_versions() {
    let server = Server::start(&[]);
    let url = format!("http://{}", server.address);
    for version in ["grpc-v1", "grpc-v1alpha"] {
        let said = run("buf", &["curl", "--list-methods", "--reflect-protocol", version, &url], "").await;
        assert_eq!(said.code, Some(0), "{said:?}");
        for procedure in ["Say", "Converse", "Introduce", "QueueConversation"] {
            let method = format!("{SERVICE}/{procedure}");
            assert!(said.stdout.lines().any(|line| line == method), "{version}: {said:?}");
        }
    }
}

#[tokio::test]
#[ignore = "needs buf: make verify LANES=clients"]
async fn real_clients_buf_calls_each_procedure_over_each_protocol() {
    let (_model, server) = answering();
    for protocol in ["grpc", "grpcweb", "connect"] {
        let options = ["--protocol", protocol, "--http2-prior-knowledge"];
        let said = buf(&server, &options, "Say", r#"{"sentence": "I feel happy."}"#).await;
        assert_eq!(said.sentences().len(), 1, "{protocol}");

        let said = buf(&server, &options, "Introduce", r#"{"name": "Ada"}"#).await.sentences();
        assert!(said[0].contains("Ada"), "{protocol}: {said:?}");
        assert_eq!(said.last().unwrap(), "How are you feeling today?", "{protocol}");

        let sentences = r#"{"sentence": "I feel happy."} {"sentence": "bye"} {"sentence": "bye"}"#;
        let said = buf(&server, &options, "Converse", sentences).await.sentences();
        assert_eq!(said.len(), 2, "{protocol}: {said:?}");

        let said = buf(&server, &options, "QueueConversation", r#"{"sentence": "a"} {"sentence": ""}"#).await;
        let mut messages: Vec<_> = said.messages().iter().map(ToString::to_string).collect();
        // An acknowledgement comes before its own answer; what is refused may come between them.
        messages.sort();
        let expected = [
            r#"{"failed":true,"inReplyTo":2,"sentence":"the sentence is empty"}"#,
            r#"{"inReplyTo":1,"sentence":"re: a"}"#,
            r#"{"sentence":"enqueued"}"#,
        ];
        assert_eq!(messages, expected, "{protocol}");
    }
}

/// gRPC needs HTTP/2, and so does reflection.
#[tokio::test]
#[ignore = "needs buf: make verify LANES=clients"]
async fn real_clients_buf_calls_over_the_older_http() {
    let server = Server::start(&[]);
    let descriptors = descriptors();
    let schema = descriptors.path().to_str().unwrap();
    for protocol in ["grpcweb", "connect"] {
        let options = ["--verbose", "--protocol", protocol, "--schema", schema];
        let said = buf(&server, &options, "Say", r#"{"sentence": "I feel happy."}"#).await;
        assert_eq!(said.sentences().len(), 1, "{protocol}");
        assert!(said.stderr.contains("HTTP/1.1 200 OK"), "{said:?}");
        let said = buf(&server, &options, "Introduce", r#"{"name": "Ada"}"#).await;
        assert_eq!(said.sentences().last().unwrap(), "How are you feeling today?", "{protocol}");
        assert!(said.stderr.contains("HTTP/1.1 200 OK"), "{said:?}");
    }
}

#[tokio::test]
#[ignore = "needs buf: make verify LANES=clients"]
async fn real_clients_buf_reads_the_status_of_what_is_refused() {
    let server = Server::start(&[]);
    for protocol in ["grpc", "grpcweb", "connect"] {
        let options = ["--protocol", protocol, "--header", "conversation-key: two words"];
        let said = buf(&server, &options, "QueueConversation", r#"{"sentence": "a"}"#).await;
        // Its exit code is the status, three bits to the left.
        assert_eq!(said.code, Some(3 << 3), "{said:?}");
        assert!(said.stderr.contains("conversation-key must be 1 to 128"), "{said:?}");
    }
}
