//! `doctor`: what this machine lacks, what is lost without it, and how to get it.

use needs::Found;

use super::{Context, HELD, INTERRUPTED, NO_JUDGEMENT, NOT_HELD, list};
use crate::doctor::MACHINE;
use crate::report::screen::{Screen, Tone};
use crate::{ExerciseNeed, containment, interrupt};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Check only the machine and the needs of this exercise
    #[arg(long, value_name = "NAME")]
    exercise: Option<String>,
}

/// What is missing so far.
#[derive(Default)]
struct Missing {
    required: usize,
    optional: usize,
}

pub(super) fn run(context: &Context<'_>, args: &Args, screen: &mut Screen) -> u8 {
    let exercises = match list::wanted(context, args.exercise.as_deref()) {
        Ok(exercises) => exercises,
        Err(unknown) => {
            screen.complain(&unknown);
            return NO_JUDGEMENT;
        }
    };
    let mut missing = Missing::default();
    let head = screen.paint(Tone::Strong, "This machine");
    screen.line(&head);
    for machine in MACHINE {
        show(&machine.need, machine.required, screen, &mut missing);
    }
    contained(screen);
    for exercise in exercises {
        let head = screen.paint(Tone::Strong, exercise.name);
        screen.line(&head);
        if exercise.needs.is_empty() {
            screen.line("  needs nothing more");
        }
        for need in exercise.needs {
            show(need, false, screen, &mut missing);
        }
    }
    if interrupt::raised() {
        return INTERRUPTED;
    }
    screen.gap();
    screen.line(&verdict(&missing));
    if missing.required > 0 { NOT_HELD } else { HELD }
}

fn show(wanted: &ExerciseNeed, required: bool, screen: &mut Screen, missing: &mut Missing) {
    if interrupt::raised() {
        return;
    }
    let label = wanted.need.to_string();
    screen.progress(&format!("  … {label}"));
    match wanted.need.found() {
        Found::Present(which) => {
            screen.marked(Tone::Good, "✓", &format!("{label:<20} "), &which);
        }
        Found::Missing(reason) => {
            let (mark, tone) = if required { ("✗", Tone::Bad) } else { ("–", Tone::Doubtful) };
            *(if required { &mut missing.required } else { &mut missing.optional }) += 1;
            screen.marked(tone, mark, "", &reason);
            screen.hanging("    without it: ", wanted.without);
            screen.hanging("    to get it:  ", &wanted.need.remedy());
        }
    }
}

/// One line on what holds a hostile program.
fn contained(screen: &mut Screen) {
    let containment = containment();
    let (mark, tone) =
        if containment.has_namespaces() { ("✓", Tone::Good) } else { ("–", Tone::Doubtful) };
    screen.marked(tone, mark, &format!("{:<20} ", "containment"), &containment.to_string());
}

fn verdict(missing: &Missing) -> String {
    match (missing.required, missing.optional) {
        (0, 0) => "Nothing is missing.".to_owned(),
        (0, optional) => format!("Nothing required is missing; {optional} of the rest."),
        (required, optional) => format!("{required} required missing, {optional} of the rest."),
    }
}
