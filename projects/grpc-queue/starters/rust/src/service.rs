//! The procedures of the service. `QueueConversation` is the candidate's.

use connectrpc::{
    ConnectError, Encodable, InboundStream, RequestContext, Response, ServiceRequest, ServiceResult,
    ServiceStream,
};
use futures_util::stream::{self, StreamExt as _};

use crate::eliza;

mod generated {
    #![allow(warnings, reason = "generated code")]
    ::connectrpc::include_generated!("generated.rs");
}

pub use generated::connectrpc::eliza::v1::*;

/// The descriptors of the service and of health, which reflection serves.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));

/// Implements the procedures. It remembers nothing, so that any number of calls may share it.
pub struct Eliza;

impl ElizaService for Eliza {
    /// Answers one sentence, a goodbye like any other.
    async fn say<'a>(
        &'a self,
        _: RequestContext,
        request: ServiceRequest<'_, SayRequest>,
    ) -> ServiceResult<impl Encodable<SayResponse> + Send + use<'a>> {
        let reply = eliza::reply(request.sentence);
        Response::ok(SayResponse { sentence: reply.text, ..Default::default() })
    }

    /// Answers each sentence, and ends after a goodbye or when the client has ended.
    async fn converse(
        &self,
        _: RequestContext,
        requests: InboundStream<ConverseRequest>,
    ) -> ServiceResult<ServiceStream<impl Encodable<ConverseResponse> + Send + use<>>> {
        // The requests are kept to the very end: dropped before, they would end the call in place of the answer.
        let answers = stream::unfold((requests, false), |(mut requests, ended)| async move {
            if ended {
                return None;
            }
            let request = match requests.next().await? {
                Ok(request) => request,
                Err(error) => return Some((Err(error), (requests, true))),
            };
            let reply = eliza::reply(request.sentence());
            let answer = ConverseResponse { sentence: reply.text, ..Default::default() };
            Some((Ok(answer), (requests, reply.goodbye)))
        });
        Ok(Response::stream(answers))
    }

    /// Says who is speaking.
    async fn introduce(
        &self,
        _: RequestContext,
        request: ServiceRequest<'_, IntroduceRequest>,
    ) -> ServiceResult<ServiceStream<impl Encodable<IntroduceResponse> + Send + use<>>> {
        let sentences = eliza::introduction(request.name);
        Ok(Response::stream(stream::iter(
            sentences.map(|sentence| Ok(IntroduceResponse { sentence, ..Default::default() })),
        )))
    }

    /// Level 2 begins here.
    async fn queue_conversation(
        &self,
        _: RequestContext,
        _: InboundStream<QueueConversationRequest>,
    ) -> ServiceResult<ServiceStream<impl Encodable<QueueConversationResponse> + Send + use<>>> {
        let error = ConnectError::unimplemented("QueueConversation is not implemented yet");
        Err::<Response<ServiceStream<QueueConversationResponse>>, _>(error)
    }
}
