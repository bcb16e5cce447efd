//! One call, from its first poll to the head of its reply.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use connectrpc::{ConnectRpcBody, MethodDescriptor};
use http::Response;

use crate::grpc::Compressor;
use crate::guard::Guard;
use crate::reply::{Reply, Source};
use crate::stream;
use crate::web;

pub(crate) type Answering<B> = Pin<Box<dyn Future<Output = Result<Response<B>, Infallible>> + Send>>;

/// Whose call it is.
pub(crate) enum Leg<F> {
    Grpc(F, Option<Compressor>),
    Connect(Answering<ConnectRpcBody>, Option<MethodDescriptor>),
    Page(Answering<axum::body::Body>, Option<MethodDescriptor>),
    /// The reply was given.
    Over,
}

/// The future of a reply.
pub(crate) struct Call<F> {
    leg: Leg<F>,
    guard: Option<Guard>,
}

impl<F> Call<F> {
    pub(crate) fn new(leg: Leg<F>, guard: Guard) -> Self {
        Self { leg, guard: Some(guard) }
    }
}

impl<F> Future for Call<F>
where
    F: Future<Output = Result<Response<tonic::body::Body>, Infallible>> + Unpin,
{
    type Output = Result<Response<Reply>, Infallible>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Self { leg, guard } = self.get_mut();
        let watching = guard.as_mut().expect("a call isn't polled again after it was ready");
        let Poll::Ready(outcome) = watching.watch(context, |context| leg.poll(context)) else {
            return Poll::Pending;
        };
        stream::waits_for_reader();
        // This drops what is left of the handler.
        *leg = Leg::Over;
        let guard = guard.take().expect("it was there a moment ago");
        Poll::Ready(Ok(match outcome {
            Ok(reply) => reply.map(|source| Reply::new(source, guard)),
            Err(ending) => {
                guard.tongue.reply(ending).map(|body| Reply::new(Source::Whole(Some(body)), guard))
            }
        }))
    }
}

impl<F> Leg<F>
where
    F: Future<Output = Result<Response<tonic::body::Body>, Infallible>> + Unpin,
{
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Response<Source>> {
        match self {
            Self::Grpc(call, compressor) => Pin::new(call).poll(context).map(|reply| {
                let Ok(mut reply) = reply;
                let compressor = compressor.take();
                if let Some(compressor) = &compressor {
                    let encoding = compressor.encoding();
                    reply.headers_mut().insert("grpc-encoding", encoding);
                }
                reply.map(|body| Source::Grpc(body, compressor))
            }),
            Self::Connect(call, procedure) => call.as_mut().poll(context).map(|reply| {
                let Ok(mut reply) = reply;
                web::mend(&mut reply, *procedure);
                reply.map(Source::Connect)
            }),
            Self::Page(call, procedure) => call.as_mut().poll(context).map(|reply| {
                let Ok(mut reply) = reply;
                web::mend(&mut reply, *procedure);
                reply.map(Source::Page)
            }),
            Self::Over => Poll::Pending,
        }
    }
}
