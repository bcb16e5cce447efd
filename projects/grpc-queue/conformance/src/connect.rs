//! The service over gRPC-Web and Connect, on connectrpc.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use bytes::Bytes;
use connectrpc::{
    ConnectError, Encodable, ErrorCode, ErrorDetail, InboundStream, RequestContext, Response, ServiceRequest,
    ServiceResult, ServiceStream,
};
use futures_util::stream::{self, StreamExt};
use http::HeaderMap;
use prost::Message as _;

use crate::answer::{Answer, Ended, Procedure, Requests, answer, seen};
use crate::messages::connect::{
    BidiStreamRequest, BidiStreamResponse, ClientStreamRequest, ClientStreamResponse, ConformanceService,
    IdempotentUnaryRequest, IdempotentUnaryResponse, ServerStreamRequest, ServerStreamResponse, UnaryRequest,
    UnaryResponse, UnimplementedRequest, UnimplementedResponse,
};
use crate::messages::prost::conformance_payload::RequestInfo;
use crate::messages::prost::{self as shared, ConformancePayload, Error};

/// The service.
#[derive(Debug)]
pub(crate) struct Conformance;

impl ConformanceService for Conformance {
    async fn unary<'a>(
        &'a self,
        context: RequestContext,
        request: ServiceRequest<'_, UnaryRequest>,
    ) -> ServiceResult<impl Encodable<UnaryResponse> + Send + use<'a>> {
        let request = single(&request.to_owned_message());
        once::<UnaryResponse>(Procedure::Unary, &context, request).await
    }

    async fn idempotent_unary<'a>(
        &'a self,
        context: RequestContext,
        request: ServiceRequest<'_, IdempotentUnaryRequest>,
    ) -> ServiceResult<impl Encodable<IdempotentUnaryResponse> + Send + use<'a>> {
        let request = single(&request.to_owned_message());
        once::<IdempotentUnaryResponse>(Procedure::IdempotentUnary, &context, request).await
    }

    async fn client_stream<'a>(
        &'a self,
        context: RequestContext,
        requests: InboundStream<ClientStreamRequest>,
    ) -> ServiceResult<impl Encodable<ClientStreamResponse> + Send + use<'a>> {
        let requests =
            requests.map(|request| request.map(|request| encoded(&request.to_owned_message()))).boxed();
        once::<ClientStreamResponse>(Procedure::ClientStream, &context, requests).await
    }

    async fn server_stream(
        &self,
        context: RequestContext,
        request: ServiceRequest<'_, ServerStreamRequest>,
    ) -> ServiceResult<ServiceStream<impl Encodable<ServerStreamResponse> + Send + use<>>> {
        let request = single(&request.to_owned_message());
        many::<ServerStreamResponse>(Procedure::ServerStream, &context, request).await
    }

    async fn bidi_stream(
        &self,
        context: RequestContext,
        requests: InboundStream<BidiStreamRequest>,
    ) -> ServiceResult<ServiceStream<impl Encodable<BidiStreamResponse> + Send + use<>>> {
        let requests =
            requests.map(|request| request.map(|request| encoded(&request.to_owned_message()))).boxed();
        many::<BidiStreamResponse>(Procedure::BidiStream, &context, requests).await
    }

    async fn unimplemented<'a>(
        &'a self,
        _context: RequestContext,
        _request: ServiceRequest<'_, UnimplementedRequest>,
    ) -> ServiceResult<impl Encodable<UnimplementedResponse> + Send + use<'a>> {
        Err::<Response<UnimplementedResponse>, _>(ConnectError::unimplemented("no such procedure"))
    }
}

async fn once<M: buffa::Message>(
    procedure: Procedure,
    context: &RequestContext,
    requests: Requests<ConnectError>,
) -> ServiceResult<M> {
    let mut answer = answer(procedure, info(context), requests).await?;
    match answer.replies.next().await {
        Some(Ok(payload)) => Ok(with_metadata(message(payload)?, answer)),
        Some(Err(ended)) => {
            let mut error = error(ended, answer.trailers);
            error.response_headers_mut().extend(answer.headers);
            Err(error)
        }
        None => Err(ConnectError::internal("a reply is missing")),
    }
}

async fn many<M: buffa::Message + Send + 'static>(
    procedure: Procedure,
    context: &RequestContext,
    requests: Requests<ConnectError>,
) -> ServiceResult<ServiceStream<M>> {
    let mut answer = answer(procedure, info(context), requests).await?;
    let trailers = answer.trailers.clone();
    let replies = std::mem::replace(&mut answer.replies, stream::empty().boxed());
    let replies: ServiceStream<M> = Box::pin(replies.map(move |reply| match reply {
        Ok(payload) => message(payload),
        Err(ended) => Err(error(ended, trailers.clone())),
    }));
    Ok(with_metadata(replies, answer))
}

fn with_metadata<B>(body: B, answer: Answer<ConnectError>) -> Response<B> {
    let mut response = Response::new(body);
    response.headers.extend(answer.headers);
    response.trailers.extend(answer.trailers);
    response
}

fn info(context: &RequestContext) -> RequestInfo {
    seen(context.headers(), context.time_remaining())
}

fn single(request: &impl buffa::Message) -> Requests<ConnectError> {
    stream::iter([Ok(encoded(request))]).boxed()
}

fn encoded(request: &impl buffa::Message) -> Bytes {
    request.encode_to_vec().into()
}

/// A reply in the words of the other set of messages.
fn message<M: buffa::Message>(payload: ConformancePayload) -> Result<M, ConnectError> {
    let payload = Some(payload);
    let encoded = shared::UnaryResponse { payload }.encode_to_vec();
    M::decode_from_slice(&encoded).map_err(|error| ConnectError::internal(error.to_string()))
}

fn error(ended: Ended<ConnectError>, trailers: HeaderMap) -> ConnectError {
    match ended {
        Ended::Broken(error) => error,
        Ended::Asked(asked) => {
            let error = ConnectError::new(code(&asked), asked.message()).with_trailers(trailers);
            asked.details.into_iter().fold(error, |error, detail| {
                let name = detail.type_url.rsplit('/').next().unwrap_or_default();
                error.with_detail(ErrorDetail {
                    type_url: name.to_owned(),
                    value: Some(STANDARD_NO_PAD.encode(&detail.value)),
                    debug: None,
                })
            })
        }
    }
}

fn code(asked: &Error) -> ErrorCode {
    u32::try_from(asked.code).ok().and_then(ErrorCode::from_grpc_code).unwrap_or(ErrorCode::Unknown)
}
