//! `list`: the exercises, or one exercise's checks.

use super::{Context, HELD, NO_JUDGEMENT};
use crate::report::screen::{Screen, Tone};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Show this exercise's checks and the requirements that they prove
    exercise: Option<String>,
}

pub(super) fn run(context: &Context<'_>, args: &Args, screen: &mut Screen<'_>) -> u8 {
    let wanted = |name: &str| args.exercise.as_deref().is_none_or(|wanted| wanted == name);
    let found: Vec<_> = context.exercises.iter().filter(|exercise| wanted(exercise.name)).collect();
    if let (true, Some(name)) = (found.is_empty(), &args.exercise) {
        let known: Vec<_> = context.exercises.iter().map(|exercise| exercise.name).collect();
        super::complain(&Unknown { name: name.clone(), known: known.join(", ") });
        return NO_JUDGEMENT;
    }
    for exercise in found {
        let name = screen.paint(Tone::Strong, exercise.name);
        screen.line(&format!("{name}  {}", exercise.title));
        for level in exercise.levels {
            let checks: Vec<_> =
                exercise.checks.iter().filter(|check| check.level() == level.number).collect();
            screen.line(&format!("  level {}  {:<50} {:>3} checks", level.number, level.title, checks.len()));
            if args.exercise.is_some() {
                for check in checks {
                    let text = exercise.requirement(check.requirement).unwrap_or_default();
                    screen.line(&format!("    {:<36} {:<8} {text}", check.name, check.requirement));
                }
            }
        }
    }
    HELD
}

#[derive(Debug, thiserror::Error)]
#[error("exercise \"{name}\" is unknown, known is {known}")]
struct Unknown {
    name: String,
    known: String,
}
