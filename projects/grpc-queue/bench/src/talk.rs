//! A client of the bench: a stream of `QueueConversation` over tonic, whose messages are taken one by one.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use grpc_queue_proto::prost::eliza_service_client::ElizaServiceClient;
use grpc_queue_proto::prost::{QueueConversationRequest, QueueConversationResponse};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Streaming};

/// No reply takes longer where nothing is broken on purpose.
const MESSAGE_TIMEOUT: Duration = Duration::from_secs(60);

/// A connection.
pub(crate) async fn connect(address: SocketAddr) -> Result<Channel> {
    let endpoint = Endpoint::from_shared(format!("http://{address}"))?.tcp_nodelay(true);
    endpoint.connect().await.context("failed to connect")
}

/// One stream.
#[derive(Debug)]
pub(crate) struct Talk {
    outgoing: Option<mpsc::Sender<QueueConversationRequest>>,
    incoming: Streaming<QueueConversationResponse>,
}

impl Talk {
    /// Opens a stream, with this metadata.
    pub(crate) async fn open(channel: &Channel, metadata: &[(&'static str, String)]) -> Result<Self> {
        let (outgoing, requests) = mpsc::channel(64);
        let mut request = Request::new(ReceiverStream::new(requests));
        for (name, value) in metadata {
            request.metadata_mut().insert(*name, value.parse()?);
        }
        let reply = ElizaServiceClient::new(channel.clone()).queue_conversation(request).await?;
        Ok(Self { outgoing: Some(outgoing), incoming: reply.into_inner() })
    }

    /// Sends a sentence.
    pub(crate) async fn say(&self, sentence: impl Into<String>) -> Result<()> {
        let outgoing = self.outgoing.as_ref().context("the stream is half closed")?;
        let request = QueueConversationRequest { sentence: sentence.into() };
        outgoing.send(request).await.ok().context("the stream has ended")
    }

    /// Half-closes the stream: nothing more will be sent.
    pub(crate) fn finish(&mut self) {
        self.outgoing = None;
    }

    /// The next message; none when the stream has ended well.
    pub(crate) async fn next(&mut self) -> Result<Option<QueueConversationResponse>> {
        match tokio::time::timeout(MESSAGE_TIMEOUT, self.incoming.message()).await {
            Ok(message) => Ok(message?),
            Err(_) => bail!("nothing came for {} s", MESSAGE_TIMEOUT.as_secs()),
        }
    }

    /// The next message, which must be one.
    pub(crate) async fn message(&mut self) -> Result<QueueConversationResponse> {
        self.next().await?.context("the stream ended early")
    }

    /// The two halves, for one task each.
    pub(crate) fn split(
        self,
    ) -> (mpsc::Sender<QueueConversationRequest>, Streaming<QueueConversationResponse>) {
        (self.outgoing.expect("a stream is split before it is half closed"), self.incoming)
    }
}
