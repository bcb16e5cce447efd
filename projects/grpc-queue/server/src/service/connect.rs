//! The service over gRPC-Web and Connect, on connectrpc.

use connectrpc::{
    ConnectError, Encodable, InboundStream, RequestContext, Response, ServiceRequest, ServiceResult,
    ServiceStream,
};
use futures_util::{StreamExt, stream};
use grpc_queue::{Reply, StreamError};
use grpc_queue_proto::connect::{
    ConverseRequest, ConverseResponse, ElizaService, IntroduceRequest, IntroduceResponse,
    QueueConversationRequest, QueueConversationResponse, SayRequest, SayResponse,
};

use super::refusal::connect_error;
use super::{KEY, RECEIVED, Service};
use crate::backend::Backend;

/// The service in connectrpc's messages.
#[derive(Debug)]
pub(crate) struct Connect<Q>(pub(crate) Service<Q>);

impl<Q: Backend> ElizaService for Connect<Q> {
    async fn say<'a>(
        &'a self,
        _: RequestContext,
        request: ServiceRequest<'_, SayRequest>,
    ) -> ServiceResult<impl Encodable<SayResponse> + Send + use<'a, Q>> {
        let sentence = self.0.say(request.sentence);
        Response::ok(SayResponse { sentence, ..Default::default() })
    }

    async fn converse(
        &self,
        _: RequestContext,
        requests: InboundStream<ConverseRequest>,
    ) -> ServiceResult<ServiceStream<impl Encodable<ConverseResponse> + Send + use<Q>>> {
        let sentences = requests.map(|request| request.map(|request| request.sentence().to_owned()));
        let replies = self.0.converse(sentences);
        Response::ok(
            replies
                .map(|reply| {
                    let sentence = reply.map_err(connect_error)?;
                    Ok(ConverseResponse { sentence, ..Default::default() })
                })
                .boxed(),
        )
    }

    async fn introduce(
        &self,
        _: RequestContext,
        request: ServiceRequest<'_, IntroduceRequest>,
    ) -> ServiceResult<ServiceStream<impl Encodable<IntroduceResponse> + Send + use<Q>>> {
        let sentences = self.0.introduce(request.name);
        let replies = sentences.map(|sentence| Ok(IntroduceResponse { sentence, ..Default::default() }));
        Response::ok(stream::iter(replies).boxed())
    }

    async fn queue_conversation(
        &self,
        context: RequestContext,
        requests: InboundStream<QueueConversationRequest>,
    ) -> ServiceResult<ServiceStream<impl Encodable<QueueConversationResponse> + Send + use<Q>>> {
        let value = |name| context.header(name).map(|value| value.as_bytes());
        let key = value(KEY);
        let conversation = self.0.open(key, value(RECEIVED)).await?;
        let sentences = requests.map(|request| request.map(|request| request.sentence().to_owned()));
        let response = Response::new(self.0.session(conversation, sentences).map(message).boxed());
        Ok(match key.filter(|_| Q::DURABLE) {
            Some(key) => response.with_header(KEY, key),
            None => response,
        })
    }
}

fn message(
    reply: Result<Reply, StreamError<ConnectError>>,
) -> Result<QueueConversationResponse, ConnectError> {
    let (sentence, in_reply_to, failed) = reply.map_err(connect_error)?.into_fields();
    let sentence = sentence.into_owned();
    Ok(QueueConversationResponse { sentence, in_reply_to, failed, ..Default::default() })
}
