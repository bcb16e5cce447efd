//! A record of the combined format, field by field, and the line that it makes.

/// The fields as bytes, so that a check can put anything into them.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) client: Vec<u8>,
    pub(crate) user: Vec<u8>,
    pub(crate) time: Vec<u8>,
    pub(crate) request: Vec<u8>,
    pub(crate) status: Vec<u8>,
    pub(crate) size: Vec<u8>,
    pub(crate) referer: Vec<u8>,
    pub(crate) agent: Vec<u8>,
    /// What follows the agent's closing quote.
    pub(crate) rest: Vec<u8>,
}

impl Record {
    /// Sets the client.
    pub(crate) fn client(mut self, client: impl Into<Vec<u8>>) -> Self {
        self.client = client.into();
        self
    }

    /// Sets the user.
    pub(crate) fn user(mut self, user: impl Into<Vec<u8>>) -> Self {
        self.user = user.into();
        self
    }

    /// Sets the time.
    pub(crate) fn time(mut self, time: impl Into<Vec<u8>>) -> Self {
        self.time = time.into();
        self
    }

    /// Sets the whole request field.
    pub(crate) fn request(mut self, request: impl Into<Vec<u8>>) -> Self {
        self.request = request.into();
        self
    }

    /// Sets the request field from its parts, with the protocol that everybody speaks.
    pub(crate) fn asks(self, method: &str, target: &str) -> Self {
        self.request(format!("{method} {target} HTTP/1.1"))
    }

    /// Sets the status.
    pub(crate) fn status(mut self, status: impl Into<Vec<u8>>) -> Self {
        self.status = status.into();
        self
    }

    /// Sets the size.
    pub(crate) fn size(mut self, size: impl Into<Vec<u8>>) -> Self {
        self.size = size.into();
        self
    }

    /// Sets the referer.
    pub(crate) fn referer(mut self, referer: impl Into<Vec<u8>>) -> Self {
        self.referer = referer.into();
        self
    }

    /// Sets the agent.
    pub(crate) fn agent(mut self, agent: impl Into<Vec<u8>>) -> Self {
        self.agent = agent.into();
        self
    }

    /// Sets what follows the agent's closing quote.
    pub(crate) fn rest(mut self, rest: impl Into<Vec<u8>>) -> Self {
        self.rest = rest.into();
        self
    }

    /// Adds a last quoted field, as a proxy's log format does.
    pub(crate) fn forwarded(self, addresses: &str) -> Self {
        self.rest(format!(" \"{addresses}\""))
    }

    /// Client, identity, user and time, as they are before the request.
    pub(crate) fn head(&self) -> Vec<u8> {
        [&self.client[..], b" - ", &self.user, b" [", &self.time, b"]"].concat()
    }

    /// The line, without a newline.
    pub(crate) fn line(&self) -> Vec<u8> {
        let quoted = |field: &[u8]| [b" \"", field, b"\""].concat();
        [
            &self.head()[..],
            &quoted(&self.request),
            b" ",
            &self.status,
            b" ",
            &self.size,
            &quoted(&self.referer),
            &quoted(&self.agent),
            &self.rest,
        ]
        .concat()
    }
}
