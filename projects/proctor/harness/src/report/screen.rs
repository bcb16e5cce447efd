//! Where text goes: lines, and on a terminal one line below them that says what is going on.

use std::env;
use std::error::Error;
use std::io::{self, IsTerminal};

use anstyle::{AnsiColor, Style};
use rustix::termios::tcgetwinsize;

use super::layout;
use super::outlet::{Outlet, OutletError};
use crate::escape;

/// What a piece of text means; only a terminal shows it by colour.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Tone {
    Good,
    Bad,
    Doubtful,
    Strong,
    Faint,
}

/// The width where there is no terminal to ask.
const USUAL_WIDTH: u16 = 80;

/// Standard output, which may be a terminal, and standard error beside it.
#[derive(Debug)]
pub(crate) struct Screen {
    out: Outlet,
    terminal: bool,
    colour: bool,
    progress: bool,
    blank: bool,
}

impl Screen {
    /// Standard output. Colours as `NO_COLOR` and `TERM` have it.
    pub(crate) fn stdout() -> Self {
        let terminal = io::stdout().is_terminal();
        let plain = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
            || env::var_os("TERM").is_some_and(|term| term == "dumb");
        Self { out: Outlet::new(), terminal, colour: terminal && !plain, progress: false, blank: true }
    }

    /// True where a progress line is seen.
    pub(crate) fn is_terminal(&self) -> bool {
        self.terminal
    }

    /// Columns of the terminal; 80 where it is none.
    pub(crate) fn width(&self) -> usize {
        let asked = if self.terminal { tcgetwinsize(io::stdout()).ok() } else { None };
        usize::from(asked.map(|size| size.ws_col).filter(|&columns| columns > 0).unwrap_or(USUAL_WIDTH))
    }

    /// Writes a prefix and a text behind it, which goes on below itself where it is long.
    pub(crate) fn hanging(&mut self, prefix: &str, text: &str) {
        let indent = prefix.chars().count();
        let mut prefix = prefix.to_owned();
        for line in layout::wrapped(text, self.width().saturating_sub(indent)) {
            self.line(format!("{prefix}{line}").trim_end());
            prefix = " ".repeat(indent);
        }
    }

    /// Writes a mark in a tone, a label, and a text that goes on below itself.
    pub(crate) fn marked(&mut self, tone: Tone, mark: &str, label: &str, text: &str) {
        let indent = 4 + label.chars().count();
        let mut prefix = format!("  {} {label}", self.paint(tone, mark));
        for line in layout::wrapped(text, self.width().saturating_sub(indent)) {
            self.line(format!("{prefix}{line}").trim_end());
            prefix = " ".repeat(indent);
        }
    }

    /// Writes a sentence in a tone, on as many lines as it takes.
    pub(crate) fn sentence(&mut self, tone: Tone, text: &str) {
        for line in layout::wrapped(text, self.width()) {
            let line = self.paint(tone, &line);
            self.line(&line);
        }
    }

    /// Writes a line, sooner or later. A reader who has gone is no reason to stop judging: results may also go to a
    /// file.
    pub(crate) fn line(&mut self, text: &str) {
        self.clear();
        self.blank = text.is_empty();
        self.out.output(format!("{text}\n"));
    }

    /// Writes an empty line, unless the last one was empty.
    pub(crate) fn gap(&mut self) {
        if !self.blank {
            self.line("");
        }
    }

    /// Writes many lines.
    pub(crate) fn lines<T: AsRef<str>>(&mut self, lines: impl IntoIterator<Item = T>) {
        for line in lines {
            self.line(line.as_ref());
        }
    }

    /// Shows what is going on, until the next line. Nothing where it is no terminal.
    pub(crate) fn progress(&mut self, text: &str) {
        // A terminal on hold is not sent one progress after the other.
        if self.terminal && self.out.is_idle() {
            // A wrapped line could not be taken back.
            let text: String = text.chars().take(self.width().saturating_sub(1)).collect();
            self.out.output(format!("\r\x1b[2K{text}"));
            self.progress = true;
        }
    }

    /// Takes the progress line back.
    pub(crate) fn clear(&mut self) {
        if self.progress {
            self.out.output("\r\x1b[2K".to_owned());
            self.progress = false;
        }
    }

    /// Writes an error with its causes, once, on standard error.
    pub(crate) fn complain(&mut self, error: &dyn Error) {
        self.clear();
        let mut text = error.to_string();
        let mut cause = error.source();
        while let Some(error) = cause {
            text.push_str(&format!(": {error}"));
            cause = error.source();
        }
        self.out.error(escape::words(&text) + "\n");
    }

    /// Waits until all is written.
    ///
    /// # Errors
    ///
    /// With the reason why it will not be.
    pub(crate) fn settle(&mut self) -> Result<(), OutletError> {
        self.clear();
        self.out.settle()
    }

    /// Text in a tone.
    pub(crate) fn paint(&self, tone: Tone, text: &str) -> String {
        if !self.colour {
            return text.to_owned();
        }
        let style = match tone {
            Tone::Good => AnsiColor::Green.on_default(),
            Tone::Bad => AnsiColor::Red.on_default().bold(),
            Tone::Doubtful => AnsiColor::Yellow.on_default(),
            Tone::Strong => Style::new().bold(),
            Tone::Faint => Style::new().dimmed(),
        };
        format!("{style}{text}{style:#}")
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        self.clear();
    }
}
