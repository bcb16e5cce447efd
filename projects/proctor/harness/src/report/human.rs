//! A judgement as a person reads it, while it happens and after.

use std::time::{Duration, Instant};

use super::escape;
use super::screen::{Screen, Tone};
use super::table::table;
use crate::judge::Event;
use crate::{Exercise, Failure, Judged, Outcome, Report};

/// Tells a judgement as it happens.
pub(crate) struct Teller<'t> {
    pub(crate) screen: &'t mut Screen,
    pub(crate) exercise: &'static Exercise,
    /// How to run one check again, up to its name: `proctor verify DIR --seed 7 --check`.
    pub(crate) again: String,
    /// One line for a passed check, or one for a whole level.
    pub(crate) checks: bool,
    /// What is being done, for the progress line.
    doing: String,
    since: Instant,
    done: usize,
    of: usize,
}

impl<'t> Teller<'t> {
    pub(crate) fn new(
        screen: &'t mut Screen,
        exercise: &'static Exercise,
        again: String,
        checks: bool,
    ) -> Self {
        Self { screen, exercise, again, checks, doing: String::new(), since: Instant::now(), done: 0, of: 0 }
    }

    pub(crate) fn tell(&mut self, event: &Event<'_>) {
        match event {
            Event::Building(command) => self.building(command),
            Event::Built(time) => self.screen.line(&format!("  built in {}", duration(*time))),
            Event::Level(level, checks) => {
                (self.done, self.of) = (0, *checks);
                if self.checks {
                    let head = format!("Level {}  {}", level.number, level.title);
                    let head = self.screen.paint(Tone::Strong, &head);
                    self.screen.line(&head);
                }
                self.begin(format!("level {}", level.number));
            }
            Event::Started(check) => self.begin(check.name.to_owned()),
            Event::Finished(outcome) => {
                self.done += 1;
                self.outcome(outcome);
                self.progress();
            }
            Event::LevelDone(level, outcomes, time) => {
                if !self.checks {
                    let passed =
                        outcomes.iter().filter(|outcome| matches!(outcome.result, Judged::Passed)).count();
                    let bad = outcomes.iter().any(Outcome::counts_against);
                    let mark = if bad {
                        self.screen.paint(Tone::Bad, "✗")
                    } else if passed < outcomes.len() {
                        self.screen.paint(Tone::Doubtful, "–")
                    } else {
                        self.screen.paint(Tone::Good, "✓")
                    };
                    self.skipped(outcomes);
                    self.screen.line(&format!(
                        "  {mark} level {}  {:<44} {passed:>3} of {} passed  {:>7}",
                        level.number,
                        level.title,
                        outcomes.len(),
                        duration(*time)
                    ));
                }
            }
            Event::Tick => self.progress(),
        }
    }

    /// A build may take minutes: where no progress is seen, a line says that it began.
    fn building(&mut self, command: &str) {
        if !self.screen.is_terminal() {
            self.screen.line(&format!("  building with `{command}`"));
        }
        self.begin(format!("building with `{command}`"));
    }

    fn begin(&mut self, what: String) {
        self.doing = what;
        self.since = Instant::now();
        self.progress();
    }

    fn progress(&mut self) {
        let time = self.since.elapsed().as_secs();
        let count = if self.of > 0 { format!("{} of {} · ", self.done, self.of) } else { String::new() };
        let time = if time > 0 { format!(" · {time} s") } else { String::new() };
        self.screen.progress(&format!("  … {count}{}{time}", self.doing));
    }

    fn outcome(&mut self, outcome: &Outcome) {
        let (mark, tone) = match &outcome.result {
            Judged::Passed => ("✓", Tone::Good),
            Judged::Failed(_) => ("✗", Tone::Bad),
            Judged::Skipped { expected: true, .. } => ("–", Tone::Doubtful),
            Judged::Skipped { expected: false, .. } => ("–", Tone::Bad),
        };
        if self.checks || outcome.counts_against() {
            let name = if matches!(tone, Tone::Bad) {
                self.screen.paint(tone, &format!("{:<44}", outcome.check))
            } else {
                format!("{:<44}", outcome.check)
            };
            let mark = self.screen.paint(tone, mark);
            let (requirement, time) = (outcome.requirement, duration(outcome.elapsed));
            self.screen.line(&format!("  {mark} {name} {requirement:<8} {time:>7}"));
        }
        let skipped = |reason: &str| format!("      skipped: {}", escape::words(reason));
        match &outcome.result {
            Judged::Passed => {}
            Judged::Failed(failure) => self.failure(outcome, failure),
            Judged::Skipped { reason, expected: true } if self.checks => {
                self.screen.line(&skipped(reason));
            }
            Judged::Skipped { expected: true, .. } => {}
            Judged::Skipped { reason, expected: false } => {
                self.screen.line(&skipped(reason));
                let mut must = "      It must be, here".to_owned();
                // The board has no such option.
                if self.checks {
                    must += &format!(": expect it with --expect-skipped {}", outcome.check);
                }
                self.screen.line(&must);
            }
        }
    }

    /// On the board one line says for all checks of a level why they were skipped.
    fn skipped(&mut self, outcomes: &[Outcome]) {
        let mut reasons: Vec<(&str, usize)> = Vec::new();
        for outcome in outcomes {
            let Judged::Skipped { reason, expected: true } = &outcome.result else { continue };
            match reasons.iter_mut().find(|(known, _)| known == reason) {
                Some((_, count)) => *count += 1,
                None => reasons.push((reason, 1)),
            }
        }
        for (reason, count) in reasons {
            let checks = if count == 1 { "check" } else { "checks" };
            self.screen.line(&format!("    {count} {checks} skipped: {}", escape::words(reason)));
        }
    }

    fn failure(&mut self, outcome: &Outcome, failure: &Failure) {
        self.screen.gap();
        let requirement = self.exercise.requirement(outcome.requirement);
        if let Some(text) = &requirement {
            self.part(&format!("{} says", outcome.requirement), wrapped(text));
        }
        if let Some(command) = &failure.command {
            self.part("command", [escape::words(command)]);
        }
        if let Some(input) = &failure.input {
            self.part("input", [escape::size(input)]);
            self.screen.lines(escape::block(input).iter().map(|line| format!("        │ {line}")));
        }
        self.part("expected", escape::said(&failure.expected));
        self.part("actual", escape::said(&failure.actual));
        if let Some(stderr) = &failure.stderr {
            self.part("it said", escape::block(stderr));
        }
        if let Some(note) = &failure.note {
            self.part("note", escape::said(note));
        }
        let again = format!("{} {}", self.again, outcome.check);
        match &failure.kept {
            Some(kept) => {
                self.part("run again", [again]);
                self.part("by hand", [kept]);
            }
            None if failure.command.is_some() => {
                self.part("run again", [again.as_str(), "with --keep DIR, to try its input by hand"]);
            }
            None => self.part("run again", [again]),
        }
        self.screen.gap();
    }

    /// A label and its lines, the label before the first.
    fn part<T: AsRef<str>>(&mut self, label: &str, lines: impl IntoIterator<Item = T>) {
        let padded = format!("{label:<12}");
        let mut label = self.screen.paint(Tone::Faint, &padded);
        for line in lines {
            self.screen.line(&format!("      {label}  {}", line.as_ref()));
            label = " ".repeat(12);
        }
    }
}

/// The table of levels and the one sentence.
pub(crate) fn summary(screen: &mut Screen, exercise: &Exercise, report: &Report) {
    screen.gap();
    if !report.single {
        let rows: Vec<Vec<String>> = exercise
            .levels
            .iter()
            .map(|level| {
                let of_level = || report.outcomes.iter().filter(|outcome| outcome.level == level.number);
                let tally = report.tally(Some(level.number));
                let none = of_level().next().is_none();
                let verdict = if none && level.number <= report.claimed {
                    "not judged"
                } else if none {
                    "not claimed"
                } else if of_level().any(Outcome::counts_against) {
                    "failed"
                } else if tally.passed == 0 {
                    "skipped"
                } else if tally.skipped > 0 {
                    "partly skipped"
                } else {
                    "passed"
                };
                let time = of_level().map(|outcome| outcome.elapsed).sum();
                let cells = [tally.passed, tally.failed, tally.skipped].map(|count| count.to_string());
                let mut row = vec![level.number.to_string(), level.title.to_owned(), verdict.to_owned()];
                row.extend(cells);
                row.push(if none { "–".to_owned() } else { duration(time) });
                row
            })
            .collect();
        let head = ["Level", "", "Verdict", "Passed", "Failed", "Skipped", "Time"];
        screen.lines(table(&head, &rows, &[3, 4, 5, 6]));
        screen.gap();
    }
    let tone = if report.holds() { Tone::Good } else { Tone::Bad };
    let sentence = screen.paint(tone, &report.sentence());
    screen.line(&sentence);
}

/// Words in lines that a terminal shows whole beside their label.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + word.chars().count() < 90 => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// A time as a person says it.
pub(crate) fn duration(time: Duration) -> String {
    match time.as_millis() {
        millis @ 0..1000 => format!("{millis} ms"),
        1000..120_000 => format!("{:.1} s", time.as_secs_f64()),
        _ => format!("{} min", time.as_secs().div_ceil(60)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_sentences_are_wrapped_between_words() {
        let lines = wrapped(&"word ".repeat(40));
        assert_eq!(lines.iter().map(|line| line.len()).collect::<Vec<_>>(), [89, 89, 19]);
        assert_eq!(wrapped("a  b\nc"), ["a b c"]);
    }

    #[test]
    fn times_are_said_in_the_unit_that_fits() {
        let say = |millis| duration(Duration::from_millis(millis));
        assert_eq!(
            [say(0), say(999), say(1000), say(119_949), say(120_000)],
            ["0 ms", "999 ms", "1.0 s", "119.9 s", "2 min"]
        );
    }
}
