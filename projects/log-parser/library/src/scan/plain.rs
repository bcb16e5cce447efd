//! A line that is proved to be good, and the record that it holds.

use std::borrow::Cow;

use super::checks::{TIME, after_request, load, prefix, size_at_end};
use crate::format::{MAX_LINE, last_quoted};
use crate::record::{Record, Request, Time};

/// The formats that have a fast way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// With referer and agent.
    Combined,
    /// Up to the size.
    Common,
}

/// A good line. All positions count from the start of `data`.
#[derive(Debug)]
pub(crate) struct Plain<'d> {
    pub(crate) data: &'d [u8],
    start: usize,
    end: usize,
    client_end: usize,
    /// The quotes around the request.
    request: (usize, usize),
    /// The quotes around referer and agent, in combined logs.
    headers: Option<[usize; 4]>,
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
        let headers = match layout {
            Layout::Combined => {
                let headers: &[u32; 4] = quotes.get(2..)?.first_chunk()?;
                let headers @ [open, close, next, last] = headers.map(|at| at as usize);
                let good = next == close + 2
                    && load::<3>(data, close)? == *b"\" \""
                    && load::<1>(data, last)? == *b"\""
                    && after_request(data, request[1], open);
                if !good {
                    return None;
                }
                Some(headers)
            }
            Layout::Common => {
                if !size_at_end(data.get(..end)?, request[1]) {
                    return None;
                }
                None
            }
        };
        Some(Self { data, start, end, client_end, request: request.into(), headers })
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
            client: Cow::Borrowed(&self.data[self.start..self.client_end]),
            time: Time::Clf(Cow::Borrowed(&self.data[bracket + 1..bracket + 1 + TIME])),
            request: Request::Line(Cow::Borrowed(&self.data[open + 1..close])),
            status: Some(self.status()),
            ..Record::default()
        };
        if let Some([_, _, agent, agent_end]) = self.headers {
            record.agent = Some(Cow::Borrowed(&self.data[agent + 1..agent_end]));
            record.forwarded = last_quoted(&self.data[agent_end + 1..self.end]).map(Cow::Borrowed);
        }
        record
    }

    fn status(&self) -> u16 {
        let digits = &self.data[self.request.1 + 2..self.request.1 + 5];
        digits.iter().fold(0, |sum, digit| sum * 10 + u16::from(digit - b'0'))
    }
}
