//! Conversations in the terminal, here through pipes.

use std::io::Write;
use std::process::{Output, Stdio};

use fake_openai::{FakeOpenAi, Reply};

use crate::program::{Server, program};

fn chat(server: &Server, typed: &str) -> Output {
    let mut command = program();
    command.args(["chat", "--address", &format!("http://{}", server.address)]).stdin(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn a_conversation_through_a_pipe_ends_with_its_last_answer() {
    let model = FakeOpenAi::start(|call| Reply::answer(format!("re: {}", call.sentence().unwrap()))).unwrap();
    let server = Server::start(&[("WORKERS", "1"), ("OPENAI_BASE_URL", &model.base_url())]);
    let output = chat(&server, "I feel happy.\n");
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "enqueued\n[1] re: I feel happy.\n");
    assert!(output.status.success());
}

#[test]
fn a_goodbye_ends_the_conversation() {
    let server = Server::start(&[]);
    let output = chat(&server, "a\n Bye!\nb\n");
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "enqueued\n");
    assert!(output.status.success());
}

#[test]
fn a_server_that_is_not_there_is_told_in_one_line() {
    let output = program().args(["chat", "--address", "http://127.0.0.1:1"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.starts_with("grpc-queue: failed to connect to http://127.0.0.1:1: "), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
}

#[test]
fn the_demonstration_needs_nothing_and_nobody() {
    let output = program().arg("demo").env("LISTEN_ADDR", "127.0.0.1:0").output().unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{shown}");
    for line in ["enqueued", "queue is full!", "[8] failed: the sentence is empty", "[1] "] {
        assert!(shown.lines().any(|found| found.starts_with(line)), "{line} is missing in:\n{shown}");
    }
}
