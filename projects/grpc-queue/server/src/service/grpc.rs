//! The service over native gRPC, on tonic.

use std::pin::Pin;

use futures_util::{Stream, StreamExt, stream};
use grpc_queue::{Reply, StreamError};
use grpc_queue_proto::prost::eliza_service_server::ElizaService;
use grpc_queue_proto::prost::{
    ConverseRequest, ConverseResponse, IntroduceRequest, IntroduceResponse, QueueConversationRequest,
    QueueConversationResponse, SayRequest, SayResponse,
};
use tonic::metadata::{AsciiMetadataValue, MetadataMap};
use tonic::{Request, Response, Status, Streaming};

use super::refusal::status;
use super::{KEY, RECEIVED, Service};
use crate::backend::Backend;

/// The service in tonic's messages.
#[derive(Debug)]
pub(crate) struct Grpc<Q>(pub(crate) Service<Q>);

type Replies<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

#[tonic::async_trait]
impl<Q: Backend> ElizaService for Grpc<Q> {
    async fn say(&self, request: Request<SayRequest>) -> Result<Response<SayResponse>, Status> {
        let sentence = self.0.say(&request.get_ref().sentence);
        Ok(Response::new(SayResponse { sentence }))
    }

    type ConverseStream = Replies<ConverseResponse>;

    async fn converse(
        &self,
        request: Request<Streaming<ConverseRequest>>,
    ) -> Result<Response<Self::ConverseStream>, Status> {
        let sentences = request.into_inner().map(|request| request.map(|request| request.sentence));
        let replies = self.0.converse(sentences);
        let replies =
            replies.map(|reply| reply.map(|sentence| ConverseResponse { sentence }).map_err(status));
        Ok(Response::new(Box::pin(replies)))
    }

    type IntroduceStream = Replies<IntroduceResponse>;

    async fn introduce(
        &self,
        request: Request<IntroduceRequest>,
    ) -> Result<Response<Self::IntroduceStream>, Status> {
        let sentences = self.0.introduce(&request.get_ref().name);
        let replies = sentences.map(|sentence| Ok(IntroduceResponse { sentence }));
        Ok(Response::new(Box::pin(stream::iter(replies))))
    }

    type QueueConversationStream = Replies<QueueConversationResponse>;

    async fn queue_conversation(
        &self,
        request: Request<Streaming<QueueConversationRequest>>,
    ) -> Result<Response<Self::QueueConversationStream>, Status> {
        let (metadata, _, requests) = request.into_parts();
        let key = value(&metadata, KEY);
        let conversation = self.0.open(key, value(&metadata, RECEIVED)).await.map_err(Status::from)?;
        let sentences = requests.map(|request| request.map(|request| request.sentence));
        let mut response: Response<Self::QueueConversationStream> =
            Response::new(Box::pin(self.0.session(conversation, sentences).map(message)));
        if let Some(key) = key.filter(|_| Q::DURABLE) {
            let key = AsciiMetadataValue::try_from(key).expect("a key of visible characters is a value");
            response.metadata_mut().insert(KEY, key);
        }
        Ok(response)
    }
}

fn value<'a>(metadata: &'a MetadataMap, name: &str) -> Option<&'a [u8]> {
    metadata.get(name).map(AsciiMetadataValue::as_bytes)
}

fn message(reply: Result<Reply, StreamError<Status>>) -> Result<QueueConversationResponse, Status> {
    let (sentence, in_reply_to, failed) = reply.map_err(status)?.into_fields();
    Ok(QueueConversationResponse { sentence: sentence.into_owned(), in_reply_to, failed })
}
