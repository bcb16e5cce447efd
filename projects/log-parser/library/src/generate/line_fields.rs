//! A line in the making: the fields of the combined format, and what it will be counted as.

/// What each line gets in the ledger; the first that holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Malformed,
    NotMatched,
    Own,
    Bot,
    Counted,
}

/// A good record, of fields that its maker may still edit.
#[derive(Clone, Debug, Default)]
pub(super) struct LineFields {
    pub(super) client: Vec<u8>,
    pub(super) user: Vec<u8>,
    pub(super) time: Vec<u8>,
    pub(super) request: Vec<u8>,
    pub(super) status: Vec<u8>,
    pub(super) size: Vec<u8>,
    pub(super) referer: Vec<u8>,
    pub(super) agent: Vec<u8>,
    /// What follows the agent's closing quote.
    pub(super) tail: Vec<u8>,
    /// The request is the one that is counted.
    pub(super) matched: bool,
    pub(super) own: bool,
    pub(super) bot: bool,
}

impl LineFields {
    /// The line without its newline.
    pub(super) fn line(&self) -> Vec<u8> {
        [
            &*self.client,
            b" - ",
            &self.user,
            b" [",
            &self.time,
            b"] \"",
            &self.request,
            b"\" ",
            &self.status,
            b" ",
            &self.size,
            b" \"",
            &self.referer,
            b"\" \"",
            &self.agent,
            b"\"",
            &self.tail,
        ]
        .concat()
    }

    /// What the record is counted as.
    pub(super) fn kind(&self) -> Kind {
        kind(self.matched, self.own, self.bot)
    }
}

/// What a good record is counted as.
pub(super) fn kind(matched: bool, own: bool, bot: bool) -> Kind {
    if !matched {
        Kind::NotMatched
    } else if own {
        Kind::Own
    } else if bot {
        Kind::Bot
    } else {
        Kind::Counted
    }
}
