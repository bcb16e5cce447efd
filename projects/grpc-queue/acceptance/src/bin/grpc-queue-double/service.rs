//! The four procedures.

use std::sync::Arc;

use connectrpc::{InboundStream, RequestContext, Response, ServiceRequest, ServiceResult, ServiceStream};
use futures_util::{StreamExt, stream};
use grpc_queue_proto::connect::{
    ConverseRequest, ConverseResponse, ElizaService, IntroduceRequest, IntroduceResponse,
    QueueConversationRequest, QueueConversationResponse, SayRequest, SayResponse,
};

use crate::{Shared, eliza, talk};

/// A request that the middleware has found to be one that this double answers with nothing.
pub(crate) const EMPTY: &str = "double-says-nothing";

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
        let replies = stream::unfold(Some(requests), |requests| async {
            let mut requests = requests?;
            match requests.next().await? {
                Ok(request) => {
                    let sentence = request.to_owned_message().sentence;
                    let rest = (!eliza::is_goodbye(&sentence)).then_some(requests);
                    let sentence = eliza::answer(&sentence);
                    Some((Ok(ConverseResponse { sentence, ..Default::default() }), rest))
                }
                Err(error) => Some((Err(error), None)),
            }
        });
        Response::stream_ok(replies)
    }

    async fn introduce(
        &self,
        _ctx: RequestContext,
        request: ServiceRequest<'_, IntroduceRequest>,
    ) -> ServiceResult<ServiceStream<IntroduceResponse>> {
        let sentences = eliza::introduction(request.name);
        let responses =
            sentences.into_iter().map(|sentence| Ok(IntroduceResponse { sentence, ..Default::default() }));
        Response::stream_ok(stream::iter(responses))
    }

    async fn queue_conversation(
        &self,
        _ctx: RequestContext,
        requests: InboundStream<QueueConversationRequest>,
    ) -> ServiceResult<ServiceStream<QueueConversationResponse>> {
        Response::stream_ok(talk::open(&self.0, requests))
    }
}
