//! The layout of a line, as far as the fast path needs it: which fields come in which order, what lies
//! between them, and what may follow the last.
//!
//! A format answers with its layout ([`Format::layout`](super::Format::layout)); the engine asks for nothing
//! else, so that a format string is read as fast as the same format under a name.

/// A layout that the fast path reads: `client - user [time] "request" status size`, for some with
/// ` "referer" "agent"` behind it, each quoted field with backslash escapes, the time as in the common log format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Whether referer and agent follow the size.
    pub(crate) headers: bool,
    pub(crate) tail: Tail,
    /// Whether a client or request of `-`, or an empty one, stands for none.
    pub(crate) dash_is_none: bool,
}

/// What follows the last of those fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tail {
    /// Anything; a last quoted field behind the agent is `X-Forwarded-For`.
    Anything,
    /// The end of the line.
    End,
    /// One more quoted field, `X-Forwarded-For`, and the end of the line.
    Forwarded,
}

impl Layout {
    pub(crate) const COMBINED: Self = Self { headers: true, tail: Tail::Anything, dash_is_none: false };
    pub(crate) const COMMON: Self = Self { headers: false, ..Self::COMBINED };
}
