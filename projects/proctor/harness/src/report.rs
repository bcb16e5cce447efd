//! What a judgement found, and the four forms in which it is told: to a person, as JSON, as JUnit, on a board.

pub(crate) mod human;
pub(crate) mod json;
pub(crate) mod junit;
pub(crate) mod layout;
pub(crate) mod outlet;
pub(crate) mod screen;
pub(crate) mod table;

use std::time::Duration;

use crate::{Check, Failure, judge};

/// A solution, judged.
#[derive(Clone, Debug)]
pub struct Report {
    /// The exercise's name.
    pub exercise: &'static str,
    /// The solution's folder as it was given.
    pub solution: String,
    /// The seed of all inputs.
    pub seed: u64,
    /// The level that the solution claims.
    pub claimed: u8,
    /// The level up to which it was judged: the claimed one, or the one asked for.
    pub judged: u8,
    /// The highest level that the exercise has.
    pub levels: u8,
    /// The checks that were run, in their order.
    pub outcomes: Vec<Outcome>,
    /// Wall time, the build left out.
    pub elapsed: Duration,
    /// One check was asked for: the report says nothing about levels.
    pub single: bool,
}

/// One check, judged.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The check's name.
    pub check: &'static str,
    /// The requirement that it proves.
    pub requirement: &'static str,
    /// Its level.
    pub level: u8,
    /// How it ended.
    pub result: Judged,
    /// Wall time.
    pub elapsed: Duration,
    /// How it ended the time before, where that was another end: then its verdict is not to be relied on.
    pub flaky: Option<Box<Judged>>,
}

/// How a check ended.
#[derive(Clone, Debug)]
pub enum Judged {
    /// The solution meets the requirement.
    Passed,
    /// It doesn't.
    Failed(Box<Failure>),
    /// It never ran: the machine lacks something, or checks before it ended the level.
    Skipped {
        /// Why, as a clause.
        reason: String,
        /// It may be so: this is no build server, the check is listed as one that can't run there, or what ended the
        /// level already counts against the solution.
        expected: bool,
    },
}

impl Judged {
    /// The end as a verb: "failed".
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed(_) => "failed",
            Self::Skipped { .. } => "was skipped",
        }
    }
}

impl Outcome {
    pub(crate) fn new(check: &Check, result: Judged, elapsed: Duration) -> Self {
        Self {
            check: check.name,
            requirement: check.requirement,
            level: check.level(),
            result,
            elapsed,
            flaky: None,
        }
    }

    /// True when it speaks against the solution or the machine: failed, or skipped where it must run.
    pub fn counts_against(&self) -> bool {
        match self.result {
            Judged::Failed(_) => true,
            Judged::Skipped { expected, .. } => !expected,
            Judged::Passed => false,
        }
    }
}

/// How many checks ended in which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Passed.
    pub passed: usize,
    /// Failed.
    pub failed: usize,
    /// Skipped.
    pub skipped: usize,
}

impl Report {
    /// The highest level of which all passed, and below it. A level of which something was skipped is not reached.
    pub fn reached(&self) -> u8 {
        (1..=self.judged).take_while(|&level| self.level_holds(level)).last().unwrap_or(0)
    }

    /// True when nothing speaks against the level that was judged, or against the single check. What this machine
    /// has to skip speaks against nothing, but neither does it reach a level.
    pub fn holds(&self) -> bool {
        let judged = |level| self.outcomes.iter().any(|outcome| outcome.level == level);
        let all = if self.single { !self.outcomes.is_empty() } else { (1..=self.judged).all(judged) };
        all && !self.outcomes.iter().any(Outcome::counts_against)
    }

    /// The names of the checks that failed, in their order.
    pub fn failed(&self) -> Vec<&'static str> {
        let failed = |outcome: &&Outcome| matches!(outcome.result, Judged::Failed(_));
        self.outcomes.iter().filter(failed).map(|outcome| outcome.check).collect()
    }

    /// Marks as flaky each check that ended otherwise in an earlier judgement. Proctor itself never judges twice: this
    /// is for those who do, so that a verdict which was right only the second time is told as that.
    #[must_use]
    pub fn after(mut self, earlier: &Self) -> Self {
        for outcome in &mut self.outcomes {
            let before = earlier.outcomes.iter().find(|before| before.check == outcome.check);
            outcome.flaky = before
                .filter(|before| before.result.word() != outcome.result.word())
                .map(|before| Box::new(before.result.clone()));
        }
        self
    }

    /// The names of the checks that ended otherwise in an earlier judgement, in their order.
    pub fn flaky(&self) -> Vec<&'static str> {
        self.outcomes.iter().filter(|outcome| outcome.flaky.is_some()).map(|outcome| outcome.check).collect()
    }

    /// Why checks were skipped that the machine could have run: others before them hung, or failed.
    pub fn cut_short(&self) -> Option<&str> {
        self.outcomes.iter().find_map(|outcome| match &outcome.result {
            Judged::Skipped { reason, .. } if judge::CUT_SHORT.contains(&reason.as_str()) => {
                Some(reason.as_str())
            }
            _ => None,
        })
    }

    /// Counts one level's checks, or all.
    pub fn tally(&self, level: Option<u8>) -> Tally {
        let mut tally = Tally::default();
        for outcome in self.outcomes.iter().filter(|outcome| level.is_none_or(|level| outcome.level == level))
        {
            match outcome.result {
                Judged::Passed => tally.passed += 1,
                Judged::Failed(_) => tally.failed += 1,
                Judged::Skipped { .. } => tally.skipped += 1,
            }
        }
        tally
    }

    /// The one sentence at the end.
    pub fn sentence(&self) -> String {
        let tally = self.tally(None);
        if let (true, [outcome]) = (self.single, self.outcomes.as_slice()) {
            let verdict = match &outcome.result {
                Judged::Passed => "passed".to_owned(),
                Judged::Failed(_) => "failed".to_owned(),
                Judged::Skipped { reason, .. } => format!("skipped: {reason}"),
            };
            return format!("check {} {verdict}", outcome.check);
        }
        let mut sentence = format!("level {} of {} reached", self.reached(), self.levels);
        if self.reached() < self.judged {
            sentence.push_str(&match self.judged {
                level if level == self.claimed => format!(", level {level} claimed"),
                level => format!(", judged up to level {level}"),
            });
        }
        if tally.skipped > 0 {
            let checks = if tally.skipped == 1 { "check" } else { "checks" };
            sentence.push_str(&format!(", {} {checks} skipped", tally.skipped));
        }
        match self.flaky().len() {
            0 => {}
            1 => sentence.push_str(", 1 check flaky"),
            flaky => sentence.push_str(&format!(", {flaky} checks flaky")),
        }
        sentence
    }

    fn level_holds(&self, level: u8) -> bool {
        matches!(self.tally(Some(level)), Tally { passed: 1.., failed: 0, skipped: 0 })
    }
}

#[cfg(test)]
mod tests;
