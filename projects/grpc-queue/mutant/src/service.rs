//! The four procedures.

use std::sync::Arc;

use connectrpc::{InboundStream, RequestContext, Response, ServiceRequest, ServiceResult, ServiceStream};
use futures_util::stream;
use grpc_queue_proto::connect::{
    ConverseRequest, ConverseResponse, ElizaService, IntroduceRequest, IntroduceResponse,
    QueueConversationRequest, QueueConversationResponse, SayRequest, SayResponse,
};

use crate::web::mistakes::EMPTY;
use crate::{Shared, converse, eliza, talk};

/// The service.
#[derive(Debug)]
pub(crate) struct Service(pub(crate) Arc<Shared>);

#[expect(refining_impl_trait, reason = "nobody but the router calls it")]
impl ElizaService for Service {
    async fn say(
        &self,
        ctx: RequestContext,
        request: ServiceRequest<'_, SayRequest>,
    ) -> ServiceResult<SayResponse> {
        let sentence = match ctx.header(EMPTY) {
            Some(_) => String::new(),
            None => eliza::answer(request.sentence),
        };
        Response::ok(SayResponse { sentence, ..Default::default() })
    }

    async fn converse(
        &self,
        _ctx: RequestContext,
        requests: InboundStream<ConverseRequest>,
    ) -> ServiceResult<ServiceStream<ConverseResponse>> {
        Response::stream_ok(converse::answers(&self.0, requests))
    }

    async fn introduce(
        &self,
        _ctx: RequestContext,
        request: ServiceRequest<'_, IntroduceRequest>,
    ) -> ServiceResult<ServiceStream<IntroduceResponse>> {
        let sentences = eliza::introduction(request.name, self.0.wrong);
        let responses =
            sentences.into_iter().map(|sentence| Ok(IntroduceResponse { sentence, ..Default::default() }));
        Response::stream_ok(stream::iter(responses))
    }

    async fn queue_conversation(
        &self,
        ctx: RequestContext,
        requests: InboundStream<QueueConversationRequest>,
    ) -> ServiceResult<ServiceStream<QueueConversationResponse>> {
        Response::stream_ok(talk::open(&self.0, &ctx, requests))
    }
}
