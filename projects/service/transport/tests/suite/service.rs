//! An Eliza service whose replies name the library that served them, and which obeys a few words: `panic`, `wait`,
//! `long`, `flood`.

use std::future::pending;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::routing::get;
use connectrpc::{ConnectError, Encodable, InboundStream, RequestContext, Response, ServiceRequest};
use connectrpc::{ServiceResult, ServiceStream};
use futures_util::stream::{self, BoxStream, StreamExt};
use grpc_queue_proto::prost::eliza_service_server::{ElizaService, ElizaServiceServer};
use grpc_queue_proto::{connect, prost};
use service_transport::{Drained, Server, Settings, Stack};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tonic::codec::CompressionEncoding;
use tonic::{Request, Status, Streaming};

/// A server of one test. It ends with the test's runtime.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    /// Streams of `Converse` that are open.
    pub(crate) open: Arc<AtomicUsize>,
    stop: oneshot::Sender<Instant>,
    ended: JoinHandle<Drained>,
}

impl Running {
    /// Starts a shutdown that may take so long.
    pub(crate) fn stop(self, within: Duration) -> JoinHandle<Drained> {
        self.stop.send(Instant::now() + within).unwrap();
        self.ended
    }
}

pub(crate) async fn start() -> Running {
    start_with(Settings::default()).await
}

pub(crate) async fn start_with(settings: Settings) -> Running {
    let open = Arc::new(AtomicUsize::new(0));
    let eliza = Arc::new(Eliza { open: Arc::clone(&open) });
    let grpc = ElizaServiceServer::from_arc(Arc::clone(&eliza))
        .accept_compressed(CompressionEncoding::Gzip)
        .max_decoding_message_size(settings.message_bytes);
    let dispatcher = connect::ElizaServiceServer::from_arc(eliza);
    let pages = axum::Router::new().route("/", get(async || "a page"));
    let stack = Stack::new(grpc, service_transport::connect(dispatcher, &settings), pages);
    let server = Server::bind(([127, 0, 0, 1], 0).into(), settings).await.unwrap();
    let address = server.address();
    let (stop, stopped) = oneshot::channel();
    let ended = tokio::spawn(server.serve(stack, async {
        match stopped.await {
            Ok(deadline) => deadline,
            Err(_) => pending().await,
        }
    }));
    Running { address, open, stop, ended }
}

struct Eliza {
    open: Arc<AtomicUsize>,
}

/// Counts an open stream for as long as it lives.
struct Open(Arc<AtomicUsize>);

impl Open {
    fn new(open: &Arc<AtomicUsize>) -> Self {
        open.fetch_add(1, Ordering::SeqCst);
        Self(Arc::clone(open))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

async fn obey(who: &str, word: &str) -> String {
    match word {
        "panic" => panic!("told to"),
        "wait" => pending().await,
        "long" => "x".repeat(4096),
        _ => format!("{who}: {word}"),
    }
}

type Replies<T> = BoxStream<'static, Result<T, Status>>;

#[tonic::async_trait]
impl ElizaService for Eliza {
    type ConverseStream = Replies<prost::ConverseResponse>;
    type IntroduceStream = Replies<prost::IntroduceResponse>;
    type QueueConversationStream = Replies<prost::QueueConversationResponse>;

    async fn say(
        &self,
        request: Request<prost::SayRequest>,
    ) -> Result<tonic::Response<prost::SayResponse>, Status> {
        let sentence = obey("tonic", &request.into_inner().sentence).await;
        Ok(tonic::Response::new(prost::SayResponse { sentence }))
    }

    async fn converse(
        &self,
        request: Request<Streaming<prost::ConverseRequest>>,
    ) -> Result<tonic::Response<Self::ConverseStream>, Status> {
        let open = Open::new(&self.open);
        let replies = request.into_inner().then(move |request| {
            let _ = &open;
            async {
                let sentence = obey("tonic", &request?.sentence).await;
                Ok(prost::ConverseResponse { sentence })
            }
        });
        Ok(tonic::Response::new(replies.boxed()))
    }

    async fn introduce(
        &self,
        request: Request<prost::IntroduceRequest>,
    ) -> Result<tonic::Response<Self::IntroduceStream>, Status> {
        let open = Open::new(&self.open);
        let sentence = obey("tonic", &request.into_inner().name).await;
        let flood = sentence.ends_with("flood");
        let replies = stream::repeat_with(move || {
            let _ = &open;
            Ok(prost::IntroduceResponse { sentence: sentence.clone() })
        });
        let replies = replies.take(if flood { usize::MAX } else { 2 });
        Ok(tonic::Response::new(replies.boxed()))
    }

    async fn queue_conversation(
        &self,
        _: Request<Streaming<prost::QueueConversationRequest>>,
    ) -> Result<tonic::Response<Self::QueueConversationStream>, Status> {
        Err(Status::unimplemented("no queue here"))
    }
}

impl connect::ElizaService for Eliza {
    async fn say<'a>(
        &'a self,
        _: RequestContext,
        request: ServiceRequest<'_, connect::SayRequest>,
    ) -> ServiceResult<impl Encodable<connect::SayResponse> + Send + use<'a>> {
        let sentence = obey("connectrpc", request.sentence).await;
        Response::ok(connect::SayResponse { sentence, ..Default::default() })
    }

    async fn converse(
        &self,
        _: RequestContext,
        requests: InboundStream<connect::ConverseRequest>,
    ) -> ServiceResult<ServiceStream<impl Encodable<connect::ConverseResponse> + Send + use<>>> {
        let open = Open::new(&self.open);
        Ok(Response::stream(requests.then(move |request| {
            let _ = &open;
            async {
                let sentence = obey("connectrpc", request?.sentence()).await;
                Ok(connect::ConverseResponse { sentence, ..Default::default() })
            }
        })))
    }

    async fn introduce(
        &self,
        _: RequestContext,
        request: ServiceRequest<'_, connect::IntroduceRequest>,
    ) -> ServiceResult<ServiceStream<impl Encodable<connect::IntroduceResponse> + Send + use<>>> {
        let open = Open::new(&self.open);
        let sentence = obey("connectrpc", request.name).await;
        let flood = sentence.ends_with("flood");
        let replies = stream::repeat_with(move || {
            let _ = &open;
            Ok(connect::IntroduceResponse { sentence: sentence.clone(), ..Default::default() })
        });
        Ok(Response::stream(replies.take(if flood { usize::MAX } else { 2 })))
    }

    async fn queue_conversation(
        &self,
        _: RequestContext,
        _: InboundStream<connect::QueueConversationRequest>,
    ) -> ServiceResult<ServiceStream<impl Encodable<connect::QueueConversationResponse> + Send + use<>>> {
        let error = ConnectError::unimplemented("no queue here");
        Err::<Response<ServiceStream<connect::QueueConversationResponse>>, _>(error)
    }
}
