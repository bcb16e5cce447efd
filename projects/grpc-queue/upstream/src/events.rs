//! An answer that comes as a stream of events, up to `[DONE]`.

use std::time::Duration;

use reqwest::Response;
use reqwest::header::CONTENT_TYPE;

use crate::attempt::Outcome;
use crate::wire;

/// Whether the reply is such a stream: an API that doesn't know of them answers as a whole.
pub(crate) fn are_in(response: &Response) -> bool {
    let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    response.status().is_success() && kind.starts_with("text/event-stream")
}

/// The whole answer. The stream may be silent for `idle`, and have `max_bytes`.
pub(crate) async fn read(
    mut response: Response,
    idle: Duration,
    max_bytes: usize,
) -> Result<String, Outcome> {
    let mut events = Events::default();
    let mut received = 0;
    loop {
        let chunk = tokio::time::timeout(idle, response.chunk()).await.map_err(|_| Outcome::TimedOut)?;
        let Some(chunk) = chunk.map_err(|_| Outcome::Disconnected)? else {
            // Without its end mark the answer may be half of one.
            return Err(Outcome::Unreadable);
        };
        received += chunk.len();
        if received > max_bytes {
            return Err(Outcome::Unreadable);
        }
        if events.push(&chunk)? {
            return Ok(events.answer);
        }
    }
}

/// What has come so far.
#[derive(Debug, Default)]
struct Events {
    /// The beginning of a line whose end hasn't come yet.
    line: Vec<u8>,
    answer: String,
}

impl Events {
    /// Takes what has come; true with the end mark. The APIs put an event on one line each.
    fn push(&mut self, mut bytes: &[u8]) -> Result<bool, Outcome> {
        while let Some(end) = bytes.iter().position(|&byte| byte == b'\n') {
            let (head, rest) = bytes.split_at(end);
            bytes = &rest[1..];
            self.line.extend_from_slice(head);
            let line = std::mem::take(&mut self.line);
            let Some(data) = line.trim_ascii_end().strip_prefix(b"data:") else { continue };
            let data = data.trim_ascii_start();
            if data == b"[DONE]" {
                return Ok(true);
            }
            self.answer += &wire::delta(data).ok_or(Outcome::Unreadable)?;
        }
        self.line.extend_from_slice(bytes);
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const STREAM: &str = ": a comment\r\n\
        event: message\r\n\
        data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\r\n\r\n\
        data:{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Wie fühlen\"}}]}\n\n\
        data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\" Sie sich?\"}}]}\n\n\
        data: [DONE]\n\ndata: {\"ignored\":1}\n\n";

    #[test]
    fn an_event_that_cant_be_read_spoils_the_answer() {
        assert_eq!(Events::default().push(b"data: {\"error\":{}}\n\n"), Err(Outcome::Unreadable));
    }

    #[test]
    fn a_line_without_its_end_is_waited_for() {
        assert_eq!(Events::default().push(b"data: [DONE]"), Ok(false));
    }

    proptest! {
        #[test]
        fn it_doesnt_matter_where_the_stream_is_split(mut cuts in proptest::collection::vec(0..STREAM.len(), 0..20)) {
            cuts.extend([0, STREAM.len()]);
            cuts.sort_unstable();
            let mut events = Events::default();
            let mut done = false;
            for pair in cuts.windows(2) {
                if !done {
                    done = events.push(&STREAM.as_bytes()[pair[0]..pair[1]]).unwrap();
                }
            }
            prop_assert!(done);
            prop_assert_eq!(&events.answer, "Wie fühlen Sie sich?");
        }
    }
}
