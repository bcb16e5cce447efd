//! What is specific to the service that a fake replaces.

use bytes::Bytes;
use http::request::Parts;
use http::{Method, StatusCode};

use super::{Call, Response};

/// A service, as a fake knows it.
pub trait Service: Send + Sync + Sized + 'static {
    /// What a call holds beside its head: the body, taken apart. A [`Call`] dereferences to it.
    type Content: Send + Sync + std::fmt::Debug;
    /// What a script replies.
    type Reply: Send;

    /// Whether a request is a call, from its head alone. A refused one is recorded as a stray.
    ///
    /// # Errors
    ///
    /// How the request is refused.
    fn accept(head: &Parts) -> Result<(), Refusal>;

    /// Takes a call's body apart.
    fn read(received: Received<'_>) -> Self::Content;

    /// What attempts are counted by: calls with the same key are attempts at the same thing.
    fn key(received: &Self::Content, path: &str) -> String;

    /// What the script's reply is on the wire, for this call.
    fn respond(call: &Call<Self>, reply: Self::Reply) -> Response;
}

/// The parts of a request that its content is made of.
#[derive(Clone, Copy, Debug)]
pub struct Received<'r> {
    /// The head.
    pub head: &'r Parts,
    /// The whole body.
    pub body: &'r Bytes,
}

/// How a request that is no call is answered.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// The status.
    pub status: StatusCode,
    /// The method that is allowed, where another was tried.
    pub allow: Option<Method>,
}

/// Takes every request for a call, which holds its body. Attempts are counted by path.
#[derive(Debug)]
pub struct Plain;

impl Service for Plain {
    type Content = Bytes;
    type Reply = Response;

    fn accept(_: &Parts) -> Result<(), Refusal> {
        Ok(())
    }

    fn read(received: Received<'_>) -> Bytes {
        received.body.clone()
    }

    fn key(_: &Bytes, path: &str) -> String {
        path.to_owned()
    }

    fn respond(_: &Call<Self>, reply: Response) -> Response {
        reply
    }
}
