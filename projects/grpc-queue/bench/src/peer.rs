//! The peer: the same Eliza as a plain tonic service, as its users would write it, with nothing around it.

use std::net::SocketAddr;
use std::pin::Pin;

use anyhow::{Context as _, Result};
use futures_util::{Stream, StreamExt as _};
use grpc_queue_proto::prost::eliza_service_server::{ElizaService, ElizaServiceServer};
use grpc_queue_proto::prost::{
    ConverseRequest, ConverseResponse, IntroduceRequest, IntroduceResponse, QueueConversationRequest,
    QueueConversationResponse, SayRequest, SayResponse,
};
use tonic::{Request, Response, Status, Streaming};

type Replies<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

/// Listens at `LISTEN_ADDR` for ever.
pub(crate) async fn serve() -> Result<()> {
    let address: SocketAddr = std::env::var("LISTEN_ADDR").context("LISTEN_ADDR is not set")?.parse()?;
    let service = ElizaServiceServer::new(Plain);
    Ok(tonic::transport::Server::builder().tcp_nodelay(true).add_service(service).serve(address).await?)
}

#[derive(Debug)]
struct Plain;

#[tonic::async_trait]
impl ElizaService for Plain {
    type ConverseStream = Replies<ConverseResponse>;
    type IntroduceStream = Replies<IntroduceResponse>;
    type QueueConversationStream = Replies<QueueConversationResponse>;

    async fn say(&self, request: Request<SayRequest>) -> Result<Response<SayResponse>, Status> {
        Ok(Response::new(SayResponse { sentence: eliza::reply(&request.get_ref().sentence).text }))
    }

    async fn converse(
        &self,
        request: Request<Streaming<ConverseRequest>>,
    ) -> Result<Response<Self::ConverseStream>, Status> {
        let replies = request.into_inner().map(|asked| {
            asked.map(|asked| ConverseResponse { sentence: eliza::reply(&asked.sentence).text })
        });
        Ok(Response::new(Box::pin(replies)))
    }

    async fn introduce(
        &self,
        request: Request<IntroduceRequest>,
    ) -> Result<Response<Self::IntroduceStream>, Status> {
        let sentences: Vec<_> = eliza::introduce(&request.get_ref().name).collect();
        let replies = sentences.into_iter().map(|sentence| Ok(IntroduceResponse { sentence }));
        Ok(Response::new(futures_util::stream::iter(replies).boxed()))
    }

    /// Acknowledges everything and keeps nothing: what the messages alone cost.
    async fn queue_conversation(
        &self,
        request: Request<Streaming<QueueConversationRequest>>,
    ) -> Result<Response<Self::QueueConversationStream>, Status> {
        let replies = request.into_inner().map(|asked| {
            asked.map(|_| QueueConversationResponse {
                sentence: "enqueued".to_owned(),
                in_reply_to: 0,
                failed: false,
            })
        });
        Ok(Response::new(Box::pin(replies)))
    }
}
