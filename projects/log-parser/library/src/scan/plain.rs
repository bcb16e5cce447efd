//! A line that is proved to be good, and the record that it holds.

use std::borrow::Cow;

use super::checks::{TIME, after_request, load, prefix, size_at_end};
use crate::format::{Layout, MAX_LINE, Tail, last_quoted};
use crate::record::{Record, Request, Time};

/// A good line. All positions count from the start of `data`.
#[derive(Debug)]
pub(crate) struct Plain<'d> {
    pub(crate) data: &'d [u8],
    start: usize,
    end: usize,
    client_end: usize,
    /// The quotes around the request.
    request: (usize, usize),
    /// The quotes around referer and agent, where the layout has them.
    headers: Option<[usize; 4]>,
    layout: Layout,
}

impl<'d> Plain<'d> {
    /// Proves that a line is good, or gives up. `entries` are the quotes that it has and its newline.
    #[inline(always)]
    pub(super) fn prove(layout: Layout, data: &'d [u8], start: usize, entries: &[u32]) -> Option<Self> {
        let (&newline, quotes) = entries.split_last()?;
        let newline = newline as usize;
        let end = newline - usize::from(data.get(newline.checked_sub(1)?)? == &b'\r');
        let request = quotes.first_chunk::<2>()?.map(|at| at as usize);
        if end.saturating_sub(start) > MAX_LINE {
            return None;
        }
        let client_end = prefix(data, start, request[0])?;
        let headers = if layout.headers {
            let headers: &[u32; 4] = quotes.get(2..)?.first_chunk()?;
            let headers @ [open, close, next, last] = headers.map(|at| at as usize);
            let good = next == close + 2
                && load::<3>(data, close)? == *b"\" \""
                && load::<1>(data, last)? == *b"\""
                && after_request(data, request[1], open)
                && ends_well(layout.tail, data, end, last, &quotes[6..]);
            if !good {
                return None;
            }
            Some(headers)
        } else {
            if !size_at_end(data.get(..end)?, request[1], layout.tail) {
                return None;
            }
            None
        };
        Some(Self { data, start, end, client_end, request: request.into(), headers, layout })
    }

    /// Where the request begins in `data`.
    #[inline(always)]
    pub(crate) fn request(&self) -> usize {
        self.request.0 + 1
    }

    /// The whole line, without its ending.
    #[cfg(test)]
    pub(crate) fn line(&self) -> &'d [u8] {
        &self.data[self.start..self.end]
    }

    /// The fields that queries look at: all but user, size and referer.
    #[inline]
    pub(crate) fn record(&self) -> Record<'d> {
        let (open, close) = self.request;
        let bracket = open - TIME - 3;
        let mut record = Record {
            client: Cow::Borrowed(self.given(self.start, self.client_end).unwrap_or_default()),
            time: Time::Clf(Cow::Borrowed(&self.data[bracket + 1..bracket + 1 + TIME])),
            request: self.given(open + 1, close).map_or(Request::None, |line| self.request_of(line)),
            status: Some(self.status()),
            ..Record::default()
        };
        if let Some([_, _, agent, agent_end]) = self.headers {
            record.agent = Some(Cow::Borrowed(&self.data[agent + 1..agent_end]));
            let forwarded = last_quoted(&self.data[agent_end + 1..self.end]);
            record.forwarded = forwarded.filter(|value| !self.is_none(value)).map(Cow::Borrowed);
        }
        record
    }

    /// A field's value, where the layout takes it for one.
    fn given(&self, from: usize, to: usize) -> Option<&'d [u8]> {
        let value = &self.data[from..to];
        (!self.is_none(value)).then_some(value)
    }

    fn is_none(&self, value: &[u8]) -> bool {
        self.layout.dash_is_none && matches!(value, b"" | b"-")
    }

    fn request_of(&self, line: &'d [u8]) -> Request<'d> {
        if self.layout.dash_is_none && line.starts_with(b"- ") {
            return Request::None;
        }
        Request::Line(Cow::Borrowed(line))
    }

    fn status(&self) -> u16 {
        let digits = &self.data[self.request.1 + 2..self.request.1 + 5];
        digits.iter().fold(0, |sum, digit| sum * 10 + u16::from(digit - b'0'))
    }
}

/// Checks what follows the agent, whose closing quote is at `last`; `more` are the quotes behind it.
#[inline(always)]
fn ends_well(tail: Tail, data: &[u8], end: usize, last: usize, more: &[u32]) -> bool {
    match tail {
        Tail::Anything => true,
        Tail::End => last + 1 == end,
        Tail::Forwarded => {
            matches!(*more, [open, close] if close as usize + 1 == end && open as usize == last + 2)
                && load::<3>(data, last) == Some(*b"\" \"")
        }
    }
}
