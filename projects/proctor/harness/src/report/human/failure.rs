//! One failure, part by part, in the order in which a reader needs them.

use super::Teller;
use crate::report::layout;
use crate::report::screen::Tone;
use crate::{Failure, Outcome, escape};

/// Columns before a part's text: an indent, the label, a gap.
const LABEL: usize = 20;

impl Teller<'_> {
    pub(super) fn failure(&mut self, outcome: &Outcome, failure: &Failure) {
        self.screen.gap();
        if let Some(text) = self.exercise.requirement(outcome.requirement) {
            self.words(&format!("{} says", outcome.requirement), &[text]);
        }
        self.seen(failure);
        if let Some(stderr) = &failure.stderr {
            self.part("it said", escape::block(stderr));
        }
        if let Some(note) = &failure.note {
            self.words("note", &escape::said(note));
        }
        for more in &failure.also {
            self.words("also wrong", &[""]);
            self.seen(more);
        }
        let again = layout::command(&format!("{} {}", self.again, outcome.check), self.room());
        self.part("run again", again);
        match &failure.kept {
            Some(kept) => self.part("by hand", layout::command(kept, self.room())),
            None if failure.command.is_some() => {
                self.words("", &["with --keep DIR, to try its input by hand"]);
            }
            None => {}
        }
        self.screen.gap();
    }

    /// What was done, what should have happened and what happened.
    fn seen(&mut self, failure: &Failure) {
        if let Some(command) = &failure.command {
            self.part("command", layout::command(&escape::words(command), self.room()));
        }
        if let Some(input) = &failure.input {
            self.part("input", [escape::size(input)]);
            self.block(input);
        }
        for file in &failure.files {
            self.words("file", &[format!("{}: {}", escape::words(&file.name), escape::size(&file.bytes))]);
            self.block(&file.bytes);
        }
        self.words("expected", &escape::said(&failure.expected));
        self.words("actual", &escape::said(&failure.actual));
    }

    /// Bytes as they were, line by line. What a candidate's program is given is never wrapped.
    fn block(&mut self, bytes: &[u8]) {
        self.screen.lines(escape::block(bytes).iter().map(|line| format!("        │ {line}")));
    }

    /// Columns that a part's text has.
    fn room(&self) -> usize {
        self.screen.width().saturating_sub(LABEL)
    }

    /// A part whose text may be wrapped.
    fn words<T: AsRef<str>>(&mut self, label: &str, lines: &[T]) {
        let room = self.room();
        self.part(label, lines.iter().flat_map(|line| layout::wrapped(line.as_ref(), room)));
    }

    /// A label and its lines, the label before the first.
    fn part<T: AsRef<str>>(&mut self, label: &str, lines: impl IntoIterator<Item = T>) {
        let padded = format!("{label:<12}");
        let mut label = self.screen.paint(Tone::Faint, &padded);
        for line in lines {
            self.screen.line(format!("      {label}  {}", line.as_ref()).trim_end());
            label = " ".repeat(12);
        }
    }
}
