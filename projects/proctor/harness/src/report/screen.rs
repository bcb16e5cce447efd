//! Where text goes: lines, and on a terminal one line below them that says what is going on.

use std::env;
use std::io::{self, IsTerminal, Write};

use anstyle::{AnsiColor, Style};

/// What a piece of text means; only a terminal shows it by colour.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Tone {
    Good,
    Bad,
    Doubtful,
    Strong,
    Faint,
}

/// An output that may be a terminal.
pub(crate) struct Screen<'o> {
    out: Box<dyn Write + 'o>,
    terminal: bool,
    colour: bool,
    progress: bool,
    blank: bool,
}

impl<'o> Screen<'o> {
    /// Standard output. Colours as `NO_COLOR` and `TERM` have it.
    pub(crate) fn stdout() -> Self {
        let terminal = io::stdout().is_terminal();
        let plain = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
            || env::var_os("TERM").is_some_and(|term| term == "dumb");
        Self {
            out: Box::new(io::stdout()),
            terminal,
            colour: terminal && !plain,
            progress: false,
            blank: true,
        }
    }

    /// True where a progress line is seen.
    pub(crate) fn is_terminal(&self) -> bool {
        self.terminal
    }

    /// Writes a line. A reader who has gone is no reason to stop judging: results may also go to a file.
    pub(crate) fn line(&mut self, text: &str) {
        self.clear();
        self.blank = text.is_empty();
        writeln!(self.out, "{text}").ok();
        self.out.flush().ok();
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
        if self.terminal {
            // Cut to the usual width: a wrapped line could not be taken back.
            let text: String = text.chars().take(79).collect();
            write!(self.out, "\r\x1b[2K{text}").ok();
            self.out.flush().ok();
            self.progress = true;
        }
    }

    /// Takes the progress line back.
    pub(crate) fn clear(&mut self) {
        if self.progress {
            write!(self.out, "\r\x1b[2K").ok();
            self.out.flush().ok();
            self.progress = false;
        }
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

impl Drop for Screen<'_> {
    fn drop(&mut self) {
        self.clear();
    }
}
