//! `doctor`: what this machine lacks.

use super::{Context, HELD};
use crate::report::screen::Screen;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Look only at what this exercise needs
    #[arg(long, value_name = "NAME")]
    exercise: Option<String>,
}

pub(super) fn run(context: &Context<'_>, args: &Args, screen: &mut Screen<'_>) -> u8 {
    let _ = (context, &args.exercise, screen);
    HELD
}
