//! The replies of one call, one after the other.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::StreamExt;
use prost::Message;
use prost_types::Any;
use tokio::time::sleep;

use crate::answer::{Ended, Procedure, Requests};
use crate::messages::prost::conformance_payload::RequestInfo;
use crate::messages::prost::{ConformancePayload, Error};

/// Where all types of the suite are.
const TYPES: &str = "type.googleapis.com/connectrpc.conformance.v1";

/// What is still to be said.
pub(crate) struct Script<E> {
    procedure: Procedure,
    /// What was seen before the messages. The first reply takes it.
    info: Option<RequestInfo>,
    /// Requests that no reply has reported yet.
    unreported: Vec<Any>,
    /// Requests of which each asks for one reply, as long as there are any.
    pub(crate) dialogue: Option<Requests<E>>,
    pub(crate) data: VecDeque<Vec<u8>>,
    pub(crate) delay: Duration,
    pub(crate) error: Option<Error>,
}

impl<E> Script<E> {
    pub(crate) fn new(procedure: Procedure, info: RequestInfo) -> Self {
        Self {
            procedure,
            info: Some(info),
            unreported: Vec::new(),
            dialogue: None,
            data: VecDeque::new(),
            delay: Duration::ZERO,
            error: None,
        }
    }

    /// Notes requests that were read.
    pub(crate) fn saw<'b>(&mut self, requests: impl IntoIterator<Item = &'b Bytes>) {
        let procedure = self.procedure;
        self.unreported.extend(requests.into_iter().map(|request| Any {
            type_url: format!("{TYPES}.{procedure:?}Request"),
            value: request.to_vec(),
        }));
    }

    /// The next reply, when it is due.
    pub(crate) async fn next(&mut self) -> Option<Result<ConformancePayload, Ended<E>>> {
        if let Err(broken) = self.listen().await {
            self.data.clear();
            self.error = None;
            return Some(Err(Ended::Broken(broken)));
        }
        if let Some(data) = self.data.pop_front() {
            sleep(self.delay).await;
            return Some(Ok(ConformancePayload { data, request_info: self.report() }));
        }
        let mut error = self.error.take()?;
        if self.info.is_some() {
            // No reply has carried it, so the error does.
            error.details.extend(self.report().map(|info| Any {
                type_url: format!("{TYPES}.ConformancePayload.RequestInfo"),
                value: info.encode_to_vec(),
            }));
        }
        Some(Err(Ended::Asked(error)))
    }

    /// In a full-duplex stream, waits for the request that the next reply is for.
    async fn listen(&mut self) -> Result<(), E> {
        let Some(requests) = &mut self.dialogue else {
            return Ok(());
        };
        match requests.next().await {
            Some(Ok(request)) => {
                self.saw([&request]);
                if self.data.is_empty() {
                    self.dialogue = None;
                }
                Ok(())
            }
            Some(Err(broken)) => {
                self.dialogue = None;
                Err(broken)
            }
            None => {
                self.dialogue = None;
                Ok(())
            }
        }
    }

    fn report(&mut self) -> Option<RequestInfo> {
        let requests = std::mem::take(&mut self.unreported);
        match self.info.take() {
            Some(info) => Some(RequestInfo { requests, ..info }),
            None if requests.is_empty() => None,
            None => Some(RequestInfo { requests, ..RequestInfo::default() }),
        }
    }
}
