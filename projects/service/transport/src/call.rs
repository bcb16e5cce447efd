//! One call, from its first poll to the head of its reply.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

#[cfg(feature = "connect")]
use connectrpc::ConnectRpcBody;
use http::Response;
use tokio::time::{Sleep, sleep};

use crate::call_failure::CallFailure;
use crate::call_guard::CallGuard;
use crate::grpc::Compressor;
use crate::reply::{Reply, Source};
use crate::stream;
use crate::web;

pub(crate) type Answering<B> = Pin<Box<dyn Future<Output = Result<Response<B>, Infallible>> + Send>>;

/// Whose call it is. A text is the methods that the procedure allows.
pub(crate) enum Route<F> {
    Grpc(F, Option<Compressor>),
    #[cfg(feature = "connect")]
    Connect(Answering<ConnectRpcBody>, Option<&'static str>),
    Page(Answering<axum::body::Body>, Option<&'static str>),
    /// The reply was given.
    Over,
}

/// The future of a reply.
pub struct Call<F> {
    route: Route<F>,
    guard: Option<CallGuard>,
    timeout: ReplyTimeout,
}

/// Timeout for the head of a reply. Most calls are answered when they are first polled, and need no timer.
#[derive(Debug)]
enum ReplyTimeout {
    Endless,
    Whole(Duration),
    Running(Pin<Box<Sleep>>),
}

impl ReplyTimeout {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if let Self::Whole(within) = self {
            *self = Self::Running(Box::pin(sleep(*within)));
        }
        let Self::Running(timer) = self else { return Poll::Pending };
        timer.as_mut().poll(context)
    }
}

impl<F> Call<F> {
    /// `within`: timeout for the head of the reply.
    pub(crate) fn new(route: Route<F>, guard: CallGuard, within: Option<Duration>) -> Self {
        let timeout = within.map_or(ReplyTimeout::Endless, ReplyTimeout::Whole);
        Self { route, guard: Some(guard), timeout }
    }
}

impl<F> Future for Call<F>
where
    F: Future<Output = Result<Response<tonic::body::Body>, Infallible>> + Unpin,
{
    type Output = Result<Response<Reply>, Infallible>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Self { route, guard, timeout } = self.get_mut();
        let watching = guard.as_mut().expect("a call isn't polled again after it was ready");
        let outcome = match watching.watch(context, |context| route.poll(context)) {
            Poll::Ready(outcome) => outcome,
            Poll::Pending if timeout.poll(context).is_ready() => Err(CallFailure::Slow),
            Poll::Pending => return Poll::Pending,
        };
        stream::waits_for_reader();
        // This drops what is left of the handler.
        *route = Route::Over;
        let guard = guard.take().expect("it was there a moment ago");
        Poll::Ready(Ok(match outcome {
            Ok(reply) => reply.map(|source| Reply::new(source, guard)),
            Err(failure) => {
                guard.protocol.reply(failure).map(|body| Reply::new(Source::Whole(Some(body)), guard))
            }
        }))
    }
}

impl<F> Route<F>
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
            #[cfg(feature = "connect")]
            Self::Connect(call, allowed) => call.as_mut().poll(context).map(|reply| {
                let Ok(mut reply) = reply;
                web::complete(&mut reply, *allowed);
                reply.map(Source::Connect)
            }),
            Self::Page(call, allowed) => call.as_mut().poll(context).map(|reply| {
                let Ok(mut reply) = reply;
                web::complete(&mut reply, *allowed);
                reply.map(Source::Page)
            }),
            Self::Over => Poll::Pending,
        }
    }
}

impl<F> std::fmt::Debug for Call<F> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Call").finish_non_exhaustive()
    }
}
