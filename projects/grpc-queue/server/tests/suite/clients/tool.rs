//! A client as a process: started, fed, waited for.

use std::path::PathBuf;
use std::process::Stdio;

use fake_openai::{FakeOpenAi, Reply};
use grpc_queue_proto::FILE_DESCRIPTOR_SET;
use serde_json::Value;
use tempfile::NamedTempFile;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;

use crate::program::{Server, TEST_TIMEOUT};

/// The service that every client calls.
pub(super) const SERVICE: &str = "connectrpc.eliza.v1.ElizaService";

/// How a client ended, and what it said until then.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) code: Option<i32>,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

impl Said {
    /// The messages in JSON that it printed. It must have ended well.
    #[track_caller]
    pub(super) fn messages(&self) -> Vec<Value> {
        assert_eq!(self.code, Some(0), "{self:?}");
        serde_json::Deserializer::from_str(&self.stdout).into_iter().map(Result::unwrap).collect()
    }

    /// The sentence of each message.
    #[track_caller]
    pub(super) fn sentences(&self) -> Vec<String> {
        let mut sentences = Vec::new();
        // A closure would hide the caller.
        for message in &self.messages() {
            sentences.push(sentence(message));
        }
        sentences
    }
}

/// The sentence of a message. JSON leaves out what is empty.
#[track_caller]
pub(super) fn sentence(message: &Value) -> String {
    let sentence = message["sentence"].as_str().unwrap_or_default();
    assert_ne!(sentence, "", "a sentence was to come: {message}");
    sentence.to_owned()
}

fn spawn(program: &str, args: &[&str]) -> Child {
    let mut command = Command::new(program);
    // A client that asks a proxy for a server of this machine would not get there.
    for proxy in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "grpc_proxy"] {
        command.env_remove(proxy);
    }
    command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.kill_on_drop(true).spawn();
    child.unwrap_or_else(|error| panic!("{program}: {error}: run make verify LANES=clients"))
}

/// Runs a client with this input, and waits until it has ended.
pub(super) async fn run(program: &str, args: &[&str], input: &str) -> Said {
    let mut child = spawn(program, args);
    let mut stdin = child.stdin.take().unwrap();
    // A client that doesn't read its input may have closed it.
    _ = stdin.write_all(input.as_bytes()).await;
    drop(stdin);
    let output = timeout(TEST_TIMEOUT, child.wait_with_output()).await;
    let output = output.unwrap_or_else(|_| panic!("{program} {args:?} goes on and on")).unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Said { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// A client whose input goes on. Dropped, it is killed.
pub(super) struct Open {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Open {
    pub(super) fn start(program: &str, args: &[&str]) -> Self {
        let mut child = spawn(program, args);
        let stdin = child.stdin.take();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, stdin, lines }
    }

    /// Sends a message with this sentence.
    pub(super) async fn say(&mut self, sentence: &str) {
        let message = serde_json::json!({ "sentence": sentence });
        let stdin = self.stdin.as_mut().unwrap();
        stdin.write_all(format!("{message}\n").as_bytes()).await.unwrap();
        stdin.flush().await.unwrap();
    }

    /// Ends its input.
    pub(super) fn end(&mut self) {
        self.stdin = None;
    }

    /// The next message that it prints, over several lines of which the last is a bracket.
    pub(super) async fn reply(&mut self) -> Value {
        let mut text = String::new();
        loop {
            let line =
                timeout(TEST_TIMEOUT, self.lines.next_line()).await.expect("a reply comes soon").unwrap();
            let line = line.unwrap_or_else(|| panic!("it ended without a reply: {text}"));
            text += &line;
            if line.ends_with('}') {
                return serde_json::from_str(&text).unwrap();
            }
        }
    }

    /// Waits until it has ended by itself: its exit code.
    pub(super) async fn ended(mut self) -> Option<i32> {
        let rest = timeout(TEST_TIMEOUT, self.lines.next_line()).await.expect("it ends soon").unwrap();
        assert_eq!(rest, None, "nothing more was to come");
        timeout(TEST_TIMEOUT, self.child.wait()).await.expect("it ends soon").unwrap().code()
    }

    /// Kills it, as a machine that fails would.
    pub(super) async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }
}

/// A model that says "re: " and the sentence, and a server with one worker for it.
pub(super) fn answering() -> (FakeOpenAi, Server) {
    let model = FakeOpenAi::start(|call| Reply::answer(format!("re: {}", call.sentence().unwrap()))).unwrap();
    let server = Server::start(&[("WORKERS", "1"), ("OPENAI_BASE_URL", &model.base_url())]);
    (model, server)
}

/// What a client that doesn't ask the server knows the service from.
pub(super) fn descriptors() -> NamedTempFile {
    let file = tempfile::Builder::new().suffix(".binpb").tempfile().unwrap();
    std::fs::write(file.path(), FILE_DESCRIPTOR_SET).unwrap();
    file
}

/// A file of a client's own.
pub(super) fn file(path: &str) -> String {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../clients").join(path);
    file.to_str().unwrap().to_owned()
}
