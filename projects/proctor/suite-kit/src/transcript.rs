//! What was sent and received in a check, in the order of time: a failure shows it.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// Lines of a transcript that a failure shows: as many as fit into the report.
const MAX_FIRST: usize = 2;
const MAX_LAST: usize = 7;

/// The lines so far. Clones write into the same.
#[derive(Clone, Debug)]
pub struct Transcript {
    begun: Instant,
    /// Locked for a push or a copy only.
    lines: Arc<Mutex<Vec<String>>>,
}

impl Transcript {
    /// An empty one; its time begins now.
    pub fn new() -> Self {
        Self { begun: Instant::now(), lines: Arc::default() }
    }

    /// Notes what happened just now.
    pub fn note(&self, what: &str) {
        let at = self.begun.elapsed().as_secs_f64();
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.push(format!("{at:7.3} s  {}", short(what)));
    }

    /// The first lines and the last, each behind a newline.
    pub fn shown(&self) -> String {
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let mut text = String::new();
        let left_out = lines.len().saturating_sub(MAX_FIRST + MAX_LAST);
        for (number, line) in lines.iter().enumerate() {
            if left_out > 1 && number == MAX_FIRST {
                write!(text, "\n           … {left_out} lines").ok();
            }
            if left_out <= 1 || number < MAX_FIRST || number >= MAX_FIRST + left_out {
                write!(text, "\n{line}").ok();
            }
        }
        text
    }
}

impl Default for Transcript {
    fn default() -> Self {
        Self::new()
    }
}

/// A line of its own length can hide the others.
fn short(what: &str) -> String {
    const WIDTH: usize = 120;
    if what.chars().count() <= WIDTH {
        return what.to_owned();
    }
    let head: String = what.chars().take(WIDTH).collect();
    format!("{head}… ({} bytes)", what.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_lines_the_first_and_the_last_are_shown() {
        let transcript = Transcript::new();
        for number in 1..=20 {
            transcript.note(&format!("line {number}."));
        }
        let shown = transcript.shown();
        assert_eq!(shown.lines().filter(|line| line.contains("line ")).count(), MAX_FIRST + MAX_LAST);
        for line in ["line 1.", "line 2.", "… 11 lines", "line 14.", "line 20."] {
            assert!(shown.contains(line), "{shown}");
        }
    }
}
