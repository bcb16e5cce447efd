//! The output of a conversation: a terminal with a prompt, or plain lines for a pipe.

use std::io::{self, Write};

use grpc_queue_proto::prost::QueueConversationResponse;

/// Back to the first column, and the line is empty.
const CLEAR: &str = "\r\x1b[K";
const DIM: &str = "\x1b[2m";
const RED: &str = "\x1b[31m";
const PLAIN: &str = "\x1b[0m";

/// A place to show replies.
pub(in crate::command) struct Screen<W> {
    output: W,
    terminal: bool,
}

impl<W: Write> Screen<W> {
    /// With colours and a prompt for a terminal.
    pub(in crate::command) fn new(output: W, terminal: bool) -> Self {
        Self { output, terminal }
    }

    /// Invites to the next line.
    pub(super) fn prompt(&mut self) -> io::Result<()> {
        if self.terminal {
            write!(self.output, "> ")?;
        }
        self.output.flush()
    }

    /// Shows a reply, and the prompt again where more may be typed.
    pub(super) fn show(&mut self, reply: &QueueConversationResponse, prompt: bool) -> io::Result<()> {
        let QueueConversationResponse { sentence, in_reply_to, failed } = reply;
        // A stranger's text has no say over the terminal.
        let sentence: String = sentence.chars().filter(|c| !c.is_control()).collect();
        let (colour, line) = match (in_reply_to, failed) {
            (0, _) => (DIM, sentence),
            (number, true) => (RED, format!("[{number}] failed: {sentence}")),
            (number, false) => ("", format!("[{number}] {sentence}")),
        };
        if !self.terminal {
            writeln!(self.output, "{line}")?;
            return self.output.flush();
        }
        writeln!(self.output, "{CLEAR}{colour}{line}{PLAIN}")?;
        if prompt { self.prompt() } else { self.output.flush() }
    }

    /// Leaves the terminal as it was.
    pub(super) fn end(&mut self) -> io::Result<()> {
        if self.terminal {
            write!(self.output, "{CLEAR}")?;
        }
        self.output.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(terminal: bool, reply: (&str, u32, bool), expected: &str) {
        let mut shown = Vec::new();
        let reply =
            QueueConversationResponse { sentence: reply.0.to_owned(), in_reply_to: reply.1, failed: reply.2 };
        Screen::new(&mut shown, terminal).show(&reply, true).unwrap();
        assert_eq!(String::from_utf8(shown).unwrap(), expected);
    }

    #[test]
    fn a_pipe_gets_plain_lines() {
        check(false, ("enqueued", 0, false), "enqueued\n");
        check(false, ("Why?", 2, false), "[2] Why?\n");
        check(false, ("too busy", 3, true), "[3] failed: too busy\n");
    }

    #[test]
    fn a_terminal_gets_its_prompt_back_and_no_codes_of_strangers() {
        check(true, ("a\x1b[2Jb\n", 1, false), "\r\x1b[K[1] a[2Jb\x1b[0m\n> ");
    }
}
