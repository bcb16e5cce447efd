//! A judgement as a person reads it, while it happens and after.

mod failure;
mod summary;

use std::time::{Duration, Instant};

pub(crate) use self::summary::summary;
use super::layout;
use super::screen::{Screen, Tone};
use crate::judge::Event;
use crate::{Exercise, Failure, Judged, Level, Outcome, escape};

/// Columns of a check's line beside its name: marks, requirement, time.
const BESIDE_NAME: usize = 22;
/// Columns of a level's line on the board beside its title.
const BESIDE_TITLE: usize = 42;

/// Tells a judgement as it happens.
pub(crate) struct Teller<'t> {
    screen: &'t mut Screen,
    exercise: &'static Exercise,
    /// How to run one check again, up to its name: `proctor verify DIR --seed 7 --check`.
    again: String,
    /// One line for a passed check, or one for a whole level.
    checks: bool,
    /// The failures that were shown whole. Another one of the same cause is only named.
    causes: Vec<Cause>,
    /// What is being done, for the progress line.
    doing: String,
    since: Instant,
    done: usize,
    of: usize,
}

/// A failure that was shown whole.
struct Cause {
    check: &'static str,
    failure: Failure,
    /// The checks of the current level that failed for the same cause.
    others: Vec<&'static str>,
}

impl<'t> Teller<'t> {
    pub(crate) fn new(
        screen: &'t mut Screen,
        exercise: &'static Exercise,
        again: String,
        checks: bool,
    ) -> Self {
        Self {
            screen,
            exercise,
            again,
            checks,
            causes: Vec::new(),
            doing: String::new(),
            since: Instant::now(),
            done: 0,
            of: 0,
        }
    }

    pub(crate) fn tell(&mut self, event: &Event<'_>) {
        match event {
            Event::Building(command) => self.building(command),
            Event::Built(time) => self.screen.line(&format!("  built in {}", duration(*time))),
            Event::Level(level, checks) => {
                (self.done, self.of) = (0, *checks);
                if self.checks {
                    let head = format!("Level {}  {}", level.number, level.title);
                    let head = self.screen.paint(Tone::Strong, &layout::cut(&head, self.screen.width()));
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
                self.folded();
                if !self.checks {
                    self.skipped(outcomes);
                    self.level(level, outcomes, *time);
                }
            }
            Event::Tick => self.progress(),
        }
    }

    /// A build may take minutes: where no progress is seen, a line says that it began.
    fn building(&mut self, command: &str) {
        if !self.screen.is_terminal() {
            self.screen.hanging("  building with ", &format!("`{command}`"));
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
        let cause = self.cause(outcome);
        // On the board, checks of a cause that was told are named at the end of the level.
        if self.checks || outcome.flaky.is_some() || (outcome.counts_against() && cause.is_none()) {
            let width = self.screen.width().saturating_sub(BESIDE_NAME).min(44);
            let name = format!("{:<width$}", outcome.check);
            let name = if matches!(tone, Tone::Bad) { self.screen.paint(tone, &name) } else { name };
            let mark = self.screen.paint(tone, mark);
            let (requirement, time) = (outcome.requirement, duration(outcome.elapsed));
            self.screen.line(&format!("  {mark} {name} {requirement:<8} {time:>7}"));
        }
        if let Some(earlier) = &outcome.flaky {
            self.screen.hanging("      ", &format!("flaky: it {} the time before", earlier.word()));
        }
        match &outcome.result {
            Judged::Passed => {}
            Judged::Failed(failure) => match cause {
                Some(first) if self.checks => self.screen.hanging("      ", &format!("as {first}")),
                Some(_) => {}
                None => self.failure(outcome, failure),
            },
            Judged::Skipped { reason, expected: true } => {
                if self.checks {
                    self.screen.hanging("      ", &format!("skipped: {}", escape::words(reason)));
                }
            }
            Judged::Skipped { reason, expected: false } => {
                self.screen.hanging("      ", &format!("skipped: {}", escape::words(reason)));
                let mut must = "It must run, here".to_owned();
                // The board has no such option.
                if self.checks {
                    must += &format!(": expect it with --expect-skipped {}", outcome.check);
                }
                self.screen.hanging("      ", &must);
            }
        }
    }

    /// The check that failed before for the cause of this one, if one did. Else this one is remembered.
    fn cause(&mut self, outcome: &Outcome) -> Option<&'static str> {
        let Judged::Failed(failure) = &outcome.result else { return None };
        if let Some(cause) = self.causes.iter_mut().find(|cause| cause.failure.has_cause_of(failure)) {
            cause.others.push(outcome.check);
            return Some(cause.check);
        }
        let failure = Failure::clone(failure);
        self.causes.push(Cause { check: outcome.check, failure, others: Vec::new() });
        None
    }

    /// At the end of a level: how many more failed for the cause of one that was shown, and on the board which.
    fn folded(&mut self) {
        for cause in &mut self.causes {
            let others = std::mem::take(&mut cause.others);
            if others.is_empty() {
                continue;
            }
            let names = if self.checks { String::new() } else { format!(": {}", others.join(", ")) };
            let said = format!("{} more failed as {} did{names}", others.len(), cause.check);
            self.screen.hanging(if self.checks { "  " } else { "    " }, &said);
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
            self.screen.hanging("    ", &format!("{count} {checks} skipped: {}", escape::words(reason)));
        }
    }

    fn level(&mut self, level: &Level, outcomes: &[Outcome], time: Duration) {
        let passed = outcomes.iter().filter(|outcome| matches!(outcome.result, Judged::Passed)).count();
        let mark = if outcomes.iter().any(Outcome::counts_against) {
            self.screen.paint(Tone::Bad, "✗")
        } else if passed < outcomes.len() {
            self.screen.paint(Tone::Doubtful, "–")
        } else {
            self.screen.paint(Tone::Good, "✓")
        };
        let width = self.screen.width().saturating_sub(BESIDE_TITLE).min(44);
        let title = layout::cut(level.title, width);
        let count = format!("{passed} of {}", outcomes.len());
        self.screen.line(&format!(
            "  {mark} level {}  {title:<width$} {count:>9} passed  {:>7}",
            level.number,
            duration(time)
        ));
    }
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
    fn times_are_said_in_the_unit_that_fits() {
        let say = |millis| duration(Duration::from_millis(millis));
        assert_eq!(
            [say(0), say(999), say(1000), say(119_949), say(120_000)],
            ["0 ms", "999 ms", "1.0 s", "119.9 s", "2 min"]
        );
    }
}
