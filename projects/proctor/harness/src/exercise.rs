//! What an exercise is to proctor: its brief, its levels, its checks and what the machine must have.
//!
//! Data only: how a check is run stands in `trial`, how results are told in `report`.

use std::time::Duration;

use needs::Need;

use crate::{Trial, Verdict};

/// A problem with a brief, levels and a contract.
#[derive(Clone, Copy, Debug)]
pub struct Exercise {
    /// The name that `proctor.toml` gives, as in `log-parser`.
    pub name: &'static str,
    /// One line for lists and the board.
    pub title: &'static str,
    /// The brief, whole: requirements are read from it, so that a failure speaks in its words.
    pub brief: &'static str,
    /// The levels in order, from 1.
    pub levels: &'static [Level],
    /// The checks in the order in which they are run.
    pub checks: &'static [Check],
    /// What the machine must have, beyond what the solution itself needs.
    pub needs: &'static [ExerciseNeed],
}

/// A rung of an exercise. Levels are cumulative.
#[derive(Clone, Copy, Debug)]
pub struct Level {
    /// From 1.
    pub number: u8,
    /// A few words.
    pub title: &'static str,
}

/// A black-box check that proves one requirement.
#[derive(Clone, Copy, Debug)]
pub struct Check {
    /// Kebab case, unique in the exercise: `path-is-exact`.
    pub name: &'static str,
    /// The requirement of the brief that it proves: `LP-1.2`. The number before the dot is the level.
    pub requirement: &'static str,
    /// How long the whole check may take, every start of the program included.
    pub deadline: Duration,
    /// Where the machine lacks one of these, the check is skipped with the need's text.
    pub needs: &'static [Need],
    /// No other check runs beside it: it measures time, or loads the machine.
    pub alone: bool,
    /// The check itself.
    pub run: fn(&mut Trial<'_>) -> Verdict,
}

/// Something that an exercise needs of the machine; `proctor doctor` looks for it.
#[derive(Clone, Copy, Debug)]
pub struct ExerciseNeed {
    /// What is looked for.
    pub need: Need,
    /// What is skipped where it is missing, as the end of the sentence "without it …".
    pub without: &'static str,
}

impl Exercise {
    /// The brief's own words for a requirement.
    pub fn requirement(&self, id: &str) -> Option<String> {
        crate::requirements(self.brief).into_iter().find(|found| found.id == id).map(|found| found.text)
    }
}

impl Check {
    /// A check that needs nothing of the machine and runs beside others.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use proctor_harness::{Check, Need};
    ///
    /// const MINUTE: Duration = Duration::from_secs(60);
    /// const CHECK: Check =
    ///     Check::new("rows-are-kept", "EX-2.1", MINUTE, |_| Ok(())).needs(&[Need::POSTGRES]).alone();
    /// assert!(CHECK.alone);
    /// ```
    #[must_use]
    pub const fn new(
        name: &'static str,
        requirement: &'static str,
        deadline: Duration,
        run: fn(&mut Trial<'_>) -> Verdict,
    ) -> Self {
        Self { name, requirement, deadline, needs: &[], alone: false, run }
    }

    /// Skips the check where the machine lacks one of these.
    #[must_use]
    pub const fn needs(mut self, needs: &'static [Need]) -> Self {
        self.needs = needs;
        self
    }

    /// Keeps other checks from running beside it.
    #[must_use]
    pub const fn alone(mut self) -> Self {
        self.alone = true;
        self
    }

    /// The level that its requirement belongs to; 0 for an identifier that names none.
    pub fn level(&self) -> u8 {
        crate::brief::level_of(self.requirement).unwrap_or(0)
    }
}
