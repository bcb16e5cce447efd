//! The Eliza service with nothing behind it but an echo, on one port for all protocols: `echo [ADDRESS]`.

use std::env;
use std::sync::Arc;
use std::time::Duration;

use connectrpc::{
    ConnectError, Encodable, InboundStream, RequestContext, Response, ServiceRequest, ServiceResult,
    ServiceStream,
};
use futures_util::stream::{self, BoxStream, StreamExt};
use grpc_queue_proto::prost::eliza_service_server::{ElizaService, ElizaServiceServer};
use grpc_queue_proto::{connect, prost};
use service_transport::{Server, Settings, Stack};
use tokio::time::Instant;
use tonic::{Request, Status, Streaming};

struct Echo;

type Replies<T> = BoxStream<'static, Result<T, Status>>;

#[tonic::async_trait]
impl ElizaService for Echo {
    type ConverseStream = Replies<prost::ConverseResponse>;
    type IntroduceStream = Replies<prost::IntroduceResponse>;
    type QueueConversationStream = Replies<prost::QueueConversationResponse>;

    async fn say(
        &self,
        request: Request<prost::SayRequest>,
    ) -> Result<tonic::Response<prost::SayResponse>, Status> {
        let sentence = request.into_inner().sentence;
        Ok(tonic::Response::new(prost::SayResponse { sentence }))
    }

    async fn converse(
        &self,
        request: Request<Streaming<prost::ConverseRequest>>,
    ) -> Result<tonic::Response<Self::ConverseStream>, Status> {
        let replies = request
            .into_inner()
            .map(|request| request.map(|request| prost::ConverseResponse { sentence: request.sentence }));
        Ok(tonic::Response::new(replies.boxed()))
    }

    async fn introduce(
        &self,
        request: Request<prost::IntroduceRequest>,
    ) -> Result<tonic::Response<Self::IntroduceStream>, Status> {
        let sentence = request.into_inner().name;
        let reply = Ok(prost::IntroduceResponse { sentence });
        Ok(tonic::Response::new(stream::iter([reply]).boxed()))
    }

    async fn queue_conversation(
        &self,
        _: Request<Streaming<prost::QueueConversationRequest>>,
    ) -> Result<tonic::Response<Self::QueueConversationStream>, Status> {
        Err(Status::unimplemented("an echo has no queue"))
    }
}

impl connect::ElizaService for Echo {
    async fn say<'a>(
        &'a self,
        _: RequestContext,
        request: ServiceRequest<'_, connect::SayRequest>,
    ) -> ServiceResult<impl Encodable<connect::SayResponse> + Send + use<'a>> {
        Response::ok(connect::SayResponse { sentence: request.sentence.to_owned(), ..Default::default() })
    }

    async fn converse(
        &self,
        _: RequestContext,
        requests: InboundStream<connect::ConverseRequest>,
    ) -> ServiceResult<ServiceStream<impl Encodable<connect::ConverseResponse> + Send + use<>>> {
        Ok(Response::stream(requests.map(|request| {
            request.map(|request| connect::ConverseResponse {
                sentence: request.sentence().to_owned(),
                ..Default::default()
            })
        })))
    }

    async fn introduce(
        &self,
        _: RequestContext,
        request: ServiceRequest<'_, connect::IntroduceRequest>,
    ) -> ServiceResult<ServiceStream<impl Encodable<connect::IntroduceResponse> + Send + use<>>> {
        let reply = connect::IntroduceResponse { sentence: request.name.to_owned(), ..Default::default() };
        Ok(Response::stream(stream::iter([Ok(reply)])))
    }

    async fn queue_conversation(
        &self,
        _: RequestContext,
        _: InboundStream<connect::QueueConversationRequest>,
    ) -> ServiceResult<ServiceStream<impl Encodable<connect::QueueConversationResponse> + Send + use<>>> {
        let error = ConnectError::unimplemented("an echo has no queue");
        Err::<Response<ServiceStream<connect::QueueConversationResponse>>, _>(error)
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let address = env::args().nth(1);
    let address = address.as_deref().unwrap_or("127.0.0.1:8080").parse()?;
    let settings = Settings::default();
    let connect = service_transport::connect(connect::ElizaServiceServer::new(Echo), &settings);
    let grpc = ElizaServiceServer::from_arc(Arc::new(Echo)).max_decoding_message_size(settings.message_bytes);
    let stack = Stack::new(grpc, connect, axum::Router::new());
    let drained = Server::bind(address, settings)
        .await?
        .serve(stack, async {
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
            Instant::now() + Duration::from_secs(10)
        })
        .await;
    anyhow::ensure!(drained.calls == 0, "{} calls were cut", drained.calls);
    Ok(())
}
