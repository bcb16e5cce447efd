//! The body of a reply, whichever library made it.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
#[cfg(feature = "connect")]
use connectrpc::ConnectRpcBody;
use http_body::{Body, Frame, SizeHint};

use crate::call_guard::CallGuard;
use crate::grpc::Compressor;
use crate::stream;

/// Breaks a body off: a status can't be said any more.
pub(crate) type BodyError = Box<dyn std::error::Error + Send + Sync>;

/// Where the frames come from.
pub(crate) enum Source {
    Grpc(tonic::body::Body, Option<Compressor>),
    #[cfg(feature = "connect")]
    Connect(ConnectRpcBody),
    Page(axum::body::Body),
    Whole(Option<Bytes>),
}

/// The body of a reply.
pub struct Reply {
    source: Source,
    guard: CallGuard,
}

impl Reply {
    pub(crate) fn new(source: Source, guard: CallGuard) -> Self {
        Self { source, guard }
    }
}

impl Body for Reply {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let Self { source, guard } = self.get_mut();
        match guard.watch(context, |context| source.poll(context)) {
            Poll::Pending => {
                stream::waits_for_handler();
                Poll::Pending
            }
            Poll::Ready(Ok(frame)) => {
                stream::waits_for_reader();
                Poll::Ready(frame)
            }
            Poll::Ready(Err(failure)) => {
                // This drops the handler, and with it all that it holds.
                *source = Source::Whole(None);
                let last = guard.protocol.last(failure);
                Poll::Ready(Some(last.ok_or_else(|| failure.message().into())))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.source {
            Source::Grpc(body, _) => body.is_end_stream(),
            #[cfg(feature = "connect")]
            Source::Connect(ConnectRpcBody::Full(body)) => body.is_end_stream(),
            #[cfg(feature = "connect")]
            Source::Connect(body) => body.is_end_stream(),
            Source::Page(body) => body.is_end_stream(),
            Source::Whole(bytes) => bytes.as_ref().is_none_or(Bytes::is_empty),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.source {
            // Its frames may be compressed on their way.
            Source::Grpc(..) => SizeHint::default(),
            // What connectrpc has as a whole, it doesn't say the length of itself.
            #[cfg(feature = "connect")]
            Source::Connect(ConnectRpcBody::Full(body)) => body.size_hint(),
            #[cfg(feature = "connect")]
            Source::Connect(body) => body.size_hint(),
            Source::Page(body) => body.size_hint(),
            Source::Whole(bytes) => {
                SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))
            }
        }
    }
}

impl Source {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        match self {
            Self::Grpc(body, None) => Pin::new(body).poll_frame(context).map_err(Into::into),
            Self::Grpc(body, Some(compressor)) => Pin::new(body)
                .poll_frame(context)
                .map(|frame| frame.map(|frame| Ok(frame?.map_data(|data| compressor.compress(data))))),
            #[cfg(feature = "connect")]
            Self::Connect(body) => Pin::new(body).poll_frame(context).map_err(|never| match never {}),
            Self::Page(body) => Pin::new(body).poll_frame(context).map_err(Into::into),
            Self::Whole(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
        }
    }
}

impl std::fmt::Debug for Reply {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Reply").finish_non_exhaustive()
    }
}
