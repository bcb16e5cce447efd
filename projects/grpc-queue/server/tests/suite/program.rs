//! A program that was started, and conversations with it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::{Duration, Instant};

use grpc_queue_proto::prost::eliza_service_client::ElizaServiceClient;
use grpc_queue_proto::prost::{QueueConversationRequest, QueueConversationResponse};
use tokio::sync::mpsc;
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Status, Streaming};

/// Longer than anything may take that happens at all.
pub(crate) const TEST_TIMEOUT: Duration = Duration::from_secs(20);

/// The program with no variable that a test's own environment might have.
pub(crate) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_grpc-queue"));
    command.env_clear().stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// A server that listens. Dropped, it is killed.
pub(crate) struct Server {
    child: Child,
    stderr: BufReader<ChildStderr>,
    pub(crate) address: SocketAddr,
}

impl Server {
    /// Starts the server at a free port, with these variables.
    pub(crate) fn start(variables: &[(&str, &str)]) -> Self {
        let mut command = program();
        command.env("LISTEN_ADDR", "127.0.0.1:0").envs(variables.iter().copied());
        let mut child = command.spawn().unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut said = String::new();
        let address = loop {
            let before = said.len();
            assert!(stderr.read_line(&mut said).unwrap() > 0, "it ended before it listened:\n{said}");
            if let Some((_, rest)) = said[before..].split_once("listening address=") {
                break rest.split_whitespace().next().unwrap().parse().unwrap();
            }
        };
        Self { child, stderr, address }
    }

    /// Sends it a signal.
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status();
        assert!(sent.unwrap().success());
    }

    /// Waits until it has ended: its exit code, how long that took, and what it said in the meantime.
    pub(crate) async fn ended(mut self) -> (Option<i32>, Duration, String) {
        let began = Instant::now();
        // Not here: a client that can't answer its server would hold it until the deadline.
        let ended = tokio::task::spawn_blocking(move || {
            let mut said = String::new();
            // Standard error is closed when the program ends.
            self.stderr.read_to_string(&mut said).unwrap();
            (self.child.wait().unwrap().code(), began.elapsed(), said)
        });
        ended.await.unwrap()
    }

    /// A connection for gRPC.
    pub(crate) async fn client(&self) -> ElizaServiceClient<Channel> {
        let endpoint = Endpoint::from_shared(format!("http://{}", self.address)).unwrap();
        ElizaServiceClient::new(endpoint.connect().await.unwrap())
    }

    /// Sends a request of HTTP/1.1 as it is, and reads the reply until the connection is closed.
    pub(crate) fn http(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(TEST_TIMEOUT)).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut reply = Vec::new();
        stream.read_to_end(&mut reply).unwrap();
        String::from_utf8_lossy(&reply).into_owned()
    }

    /// The page at this path.
    pub(crate) fn get(&self, path: &str) -> String {
        self.http(&format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

/// A stream of `QueueConversation`.
pub(crate) struct Conversation {
    sentences: Option<mpsc::UnboundedSender<String>>,
    replies: Streaming<QueueConversationResponse>,
}

/// `sentence`, `in_reply_to`, `failed`.
pub(crate) type Reply = (String, u32, bool);

impl Conversation {
    /// Opens the stream.
    pub(crate) async fn open(client: &mut ElizaServiceClient<Channel>) -> Result<Self, Status> {
        let (sentences, outbound) = mpsc::unbounded_channel();
        let outbound =
            futures_util::stream::unfold(outbound, |mut outbound: mpsc::UnboundedReceiver<String>| async {
                let sentence = outbound.recv().await?;
                Some((QueueConversationRequest { sentence }, outbound))
            });
        let replies = client.queue_conversation(Request::new(outbound)).await?.into_inner();
        Ok(Self { sentences: Some(sentences), replies })
    }

    /// Says something.
    pub(crate) fn say(&self, sentence: impl Into<String>) {
        self.sentences.as_ref().unwrap().send(sentence.into()).unwrap();
    }

    /// The client has nothing more to say.
    pub(crate) fn end(&mut self) {
        self.sentences = None;
    }

    /// The next message, or how the stream ended.
    pub(crate) async fn next(&mut self) -> Result<Option<Reply>, Status> {
        let reply =
            tokio::time::timeout(TEST_TIMEOUT, self.replies.message()).await.expect("a reply comes soon");
        Ok(reply?.map(|reply| (reply.sentence, reply.in_reply_to, reply.failed)))
    }

    /// The next message: it must be this one.
    #[track_caller]
    pub(crate) fn expect(&mut self, sentence: &str, number: u32, failed: bool) -> impl Future<Output = ()> {
        let place = std::panic::Location::caller();
        let expected = (sentence.to_owned(), number, failed);
        async move {
            let found = self.next().await;
            assert!(
                matches!(&found, Ok(Some(reply)) if *reply == expected),
                "{place}: {expected:?}, {found:?}"
            );
        }
    }
}
