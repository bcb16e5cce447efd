//! The solution's program as a check starts it: without the variables of the contract that the person who judges has
//! set for other work.

use proctor_harness::{Invocation, Trial};

/// The solution's program, with every variable of the brief at its default.
pub(crate) fn program<'t>(trial: &'t Trial<'_>) -> Invocation<'t> {
    suite_kit::environment::program(trial, crate::EXERCISE.brief)
}
