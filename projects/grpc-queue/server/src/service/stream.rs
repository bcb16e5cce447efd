//! An open stream: counted, and traced.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::Stream;
use tracing::{Span, debug_span};

use crate::metrics::{Metrics, Procedure};

/// A stream that is counted among the open ones for as long as it lives.
pub(crate) struct Open<S> {
    stream: S,
    procedure: Procedure,
    metrics: Arc<Metrics>,
    span: Span,
}

impl<S> Open<S> {
    pub(super) fn new(stream: S, procedure: Procedure, metrics: &Arc<Metrics>) -> Self {
        metrics.call(procedure);
        metrics.open(procedure, 1);
        let span = debug_span!("stream", procedure = procedure.name());
        Self { stream, procedure, metrics: Arc::clone(metrics), span }
    }
}

impl<S: Stream + Unpin> Stream for Open<S> {
    type Item = S::Item;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<S::Item>> {
        let open = &mut *self;
        let _entered = open.span.enter();
        Pin::new(&mut open.stream).poll_next(cx)
    }
}

impl<S> Drop for Open<S> {
    fn drop(&mut self) {
        self.metrics.open(self.procedure, -1);
    }
}
