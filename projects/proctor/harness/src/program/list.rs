//! `list`: the exercises, or one exercise's checks.

use super::{Context, HELD, NO_JUDGEMENT};
use crate::Exercise;
use crate::report::screen::{Screen, Tone};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Show the checks of this exercise, each with its requirement
    exercise: Option<String>,
}

pub(super) fn run(context: &Context<'_>, args: &Args, screen: &mut Screen) -> u8 {
    let found = match wanted(context, args.exercise.as_deref()) {
        Ok(found) => found,
        Err(unknown) => {
            screen.complain(&unknown);
            return NO_JUDGEMENT;
        }
    };
    for exercise in found {
        screen.sentence(Tone::Strong, exercise.name);
        screen.hanging("  ", exercise.title);
        for level in exercise.levels {
            let checks: Vec<_> =
                exercise.checks.iter().filter(|check| check.level() == level.number).collect();
            screen.line(&format!("  level {}  {:<50} {:>3} checks", level.number, level.title, checks.len()));
            if args.exercise.is_some() {
                for check in checks {
                    let text = exercise.requirement(check.requirement).unwrap_or_default();
                    screen.line(&format!("    {:<36} {}", check.name, check.requirement));
                    screen.hanging("      ", &text);
                }
            }
        }
    }
    HELD
}

/// The exercise of this name, or all.
pub(super) fn wanted(
    context: &Context<'_>,
    name: Option<&str>,
) -> Result<Vec<&'static Exercise>, UnknownExercise> {
    let all = || context.exercises.iter().copied();
    let Some(name) = name else { return Ok(all().collect()) };
    let found: Vec<_> = all().filter(|exercise| exercise.name == name).collect();
    if found.is_empty() {
        let known: Vec<_> = all().map(|exercise| exercise.name).collect();
        return Err(UnknownExercise { name: name.to_owned(), known: known.join(", ") });
    }
    Ok(found)
}

#[derive(Debug, thiserror::Error)]
#[error("exercise \"{name}\" is unknown, known is {known}")]
pub(super) struct UnknownExercise {
    name: String,
    known: String,
}
