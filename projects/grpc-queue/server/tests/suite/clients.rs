//! Clients that aren't ours, on the program as it is built: curl here, the others in a file each.

use crate::program::Server;

use tool::{SERVICE, run};

/// `buf curl`, over each protocol.
mod buf;
/// grpcurl, by reflection.
mod grpcurl;
/// Connect's client for Node.
mod node;
/// gRPC's client for Python.
mod python;
/// A client as a process.
mod tool;

/// The command as the brief prints it, and what leads it to a server at another port.
#[tokio::test]
#[ignore = "needs curl: make verify LANES=clients"]
async fn real_clients_curl_gets_an_answer_by_the_command_of_the_brief() {
    let server = Server::start(&[]);
    let there = format!("localhost:8080:{}", server.address);
    for way in ["--http1.1", "--http2-prior-knowledge"] {
        let said = run(
            "curl",
            &[
                "--silent",
                "--show-error",
                way,
                "--connect-to",
                &there,
                "--header",
                "Content-Type: application/json",
                "--data",
                r#"{"sentence": "I feel happy."}"#,
                "localhost:8080/connectrpc.eliza.v1.ElizaService/Say",
            ],
            "",
        )
        .await;
        assert_eq!(said.sentences().len(), 1, "{said:?}");
    }
}

#[tokio::test]
#[ignore = "needs curl: make verify LANES=clients"]
async fn real_clients_curl_gets_an_answer_by_get() {
    let server = Server::start(&[]);
    let url = format!("http://{}/{SERVICE}/Say", server.address);
    let message = r#"message={"sentence": "I feel happy."}"#;
    for way in ["--http1.1", "--http2-prior-knowledge"] {
        let what = ["--data-urlencode", message, "--data", "encoding=json", "--data", "connect=v1"];
        let said = run("curl", &[&["--silent", "--get", way][..], &what, &[&url]].concat(), "").await;
        assert_eq!(said.sentences().len(), 1, "{said:?}");
    }
}
