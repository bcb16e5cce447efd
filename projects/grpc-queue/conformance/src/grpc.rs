//! The service over gRPC, on tonic.
//!
//! tonic is driven by hand rather than by generated code: a reply with trailers to a unary call, which the suite wants,
//! is more than its unary procedures can say. Each procedure is a stream here, of encoded messages.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Buf, BufMut, Bytes};
use futures_util::stream::{self, BoxStream, StreamExt};
use http::{HeaderMap, Request, Response};
use prost::Message;
use prost_types::Any;
use service_transport::{RequestBody, grpc_timeout};
use tonic::body::Body;
use tonic::codec::{Codec, CompressionEncoding, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::metadata::MetadataMap;
use tonic::server::{Grpc, NamedService, StreamingService};
use tonic::{Code, Extensions, Status, Streaming};
use tower::Service;

use crate::answer::{Answer, Ended, Procedure, answer, seen};
use crate::messages::prost::{ConformancePayload, Error, UnaryResponse};

/// The service.
#[derive(Debug, Clone)]
pub(crate) struct Conformance {
    pub(crate) message_bytes: usize,
}

impl NamedService for Conformance {
    const NAME: &'static str = "connectrpc.conformance.v1.ConformanceService";
}

impl Service<Request<RequestBody>> for Conformance {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<RequestBody>) -> Self::Future {
        let procedure = match request.uri().path().rsplit('/').next() {
            Some("Unary") => Procedure::Unary,
            Some("IdempotentUnary") => Procedure::IdempotentUnary,
            Some("ClientStream") => Procedure::ClientStream,
            Some("ServerStream") => Procedure::ServerStream,
            Some("BidiStream") => Procedure::BidiStream,
            _ => {
                let status = Status::unimplemented("no such procedure");
                return Box::pin(async move { Ok(status.into_http()) });
            }
        };
        let mut grpc = Grpc::new(Encoded)
            .accept_compressed(CompressionEncoding::Gzip)
            .accept_compressed(CompressionEncoding::Zstd)
            .max_decoding_message_size(self.message_bytes);
        Box::pin(async move { Ok(grpc.streaming(procedure, request).await) })
    }
}

type Replies = BoxStream<'static, Result<ConformancePayload, Status>>;

impl StreamingService<Bytes> for Procedure {
    type Response = ConformancePayload;
    type ResponseStream = Replies;
    type Future = Pin<Box<dyn Future<Output = Result<tonic::Response<Replies>, Status>> + Send>>;

    fn call(&mut self, request: tonic::Request<Streaming<Bytes>>) -> Self::Future {
        let procedure = *self;
        Box::pin(async move {
            let (metadata, _, requests) = request.into_parts();
            let headers = metadata.into_headers();
            let seen = seen(&headers, grpc_timeout(&headers));
            let answer = answer(procedure, seen, requests.boxed()).await?;
            Ok(reply(answer))
        })
    }
}

/// Trailers of a stream that ends well are said as an error with the code OK: tonic has no other way.
fn reply(answer: Answer<Status>) -> tonic::Response<Replies> {
    let metadata = MetadataMap::from_headers(answer.headers);
    let trailers = answer.trailers;
    let after = trailers.clone();
    let last = stream::once(async move {
        let metadata = MetadataMap::from_headers(after);
        Err(Status::with_metadata(Code::Ok, "", metadata))
    });
    let replies = answer
        .replies
        .map(move |reply| {
            reply.map_err(|ended| match ended {
                Ended::Asked(error) => status(error, trailers.clone()),
                Ended::Broken(status) => status,
            })
        })
        .chain(last)
        .boxed();
    tonic::Response::from_parts(metadata, replies, Extensions::default())
}

fn status(error: Error, trailers: HeaderMap) -> Status {
    let details =
        RpcStatus { code: error.code, message: error.message().to_owned(), details: error.details.clone() };
    Status::with_details_and_metadata(
        Code::from_i32(error.code),
        error.message(),
        details.encode_to_vec().into(),
        MetadataMap::from_headers(trailers),
    )
}

/// `google.rpc.Status`, in which gRPC sends the details of an error.
#[derive(Clone, PartialEq, Message)]
struct RpcStatus {
    #[prost(int32, tag = "1")]
    code: i32,
    #[prost(string, tag = "2")]
    message: String,
    #[prost(message, repeated, tag = "3")]
    details: Vec<Any>,
}

/// Requests stay as they came, since they are reported as they came; payloads are wrapped as every reply wraps them.
#[derive(Debug, Default)]
struct Encoded;

impl Codec for Encoded {
    type Encode = ConformancePayload;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Encoded {
    type Item = ConformancePayload;
    type Error = Status;

    fn encode(&mut self, payload: ConformancePayload, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        let payload = Some(payload);
        buffer.put_slice(&UnaryResponse { payload }.encode_to_vec());
        Ok(())
    }
}

impl Decoder for Encoded {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(buffer.copy_to_bytes(buffer.remaining())))
    }
}
