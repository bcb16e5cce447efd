//! The fake and its handle.

use std::io;
use std::net::SocketAddr;
use std::ops::Deref;

use suite_kit::fake::FakeServer;

use crate::service::OpenAi;
use crate::{Call, Reply};

/// A fake of the model's API that follows its script. Dropping it closes its port and all its connections. Its records
/// are read as those of any [`FakeServer`].
#[derive(Debug)]
pub struct FakeOpenAi(FakeServer<OpenAi>);

/// How a fake is started, where [`FakeOpenAi::start`] isn't enough.
#[derive(Clone, Copy, Debug)]
pub struct Builder(suite_kit::fake::Builder);

impl Builder {
    /// At this address instead of a free port of 127.0.0.1.
    #[must_use]
    pub fn listen(self, address: SocketAddr) -> Self {
        Self(self.0.listen(address))
    }

    /// Without a record of calls, which grows for as long as the fake runs. Counts are kept.
    #[must_use]
    pub fn unrecorded(self) -> Self {
        Self(self.0.unrecorded())
    }

    /// Starts it. It listens when this returns.
    ///
    /// # Errors
    ///
    /// When it can't listen at the address, or there is no thread to be had.
    pub fn start(self, script: impl FnMut(&Call) -> Reply + Send + 'static) -> io::Result<FakeOpenAi> {
        self.0.start(script).map(FakeOpenAi)
    }
}

impl FakeOpenAi {
    /// Starts it at a free port of 127.0.0.1, recording all calls.
    ///
    /// # Errors
    ///
    /// When it can't listen, or there is no thread to be had.
    pub fn start(script: impl FnMut(&Call) -> Reply + Send + 'static) -> io::Result<Self> {
        Self::builder().start(script)
    }

    /// To choose the address, or to record nothing.
    pub fn builder() -> Builder {
        Builder(FakeServer::<OpenAi>::builder())
    }

    /// What a client takes for the base URL, with `/v1` and without a slash at the end.
    pub fn base_url(&self) -> String {
        format!("http://{}/v1", self.address())
    }
}

impl Deref for FakeOpenAi {
    type Target = FakeServer<OpenAi>;

    fn deref(&self) -> &FakeServer<OpenAi> {
        &self.0
    }
}
