//! The data type of a lane: what it proves, what it needs, the commands that it is made of.

use crate::need::{INSIDE, Need};
use crate::scope::Scope;

/// A row of the list.
#[derive(Clone, Copy, Debug)]
pub struct Lane {
    /// What a person names it by: `make verify LANES=services`.
    pub name: &'static str,
    /// What it proves, in a few words.
    pub proves: &'static str,
    /// Where one of these is missing, the lane is skipped.
    pub needs: &'static [Need],
    /// Whether it needs the machine for itself. Neighbours in the list that don't are run side by side.
    pub alone: bool,
    /// In order; the first that fails ends the lane.
    pub steps: &'static [Step],
    /// Run at the end whatever came before, also on Ctrl-C. Their failure is not the lane's.
    pub finally: &'static [&'static str],
}

/// A command line, run once or for each of something. [`Scope::fill`] knows the names in braces.
#[derive(Clone, Copy, Debug)]
pub enum Step {
    /// Run once.
    Run(&'static str),
    /// Run for every solution in scope, failed ones before it or not; `{solution}` is its folder.
    EachSolution(&'static str),
    /// The same for every starter of every exercise in scope. An exercise may have none.
    EachStarter(&'static str),
}

impl Step {
    /// Whether it may come to no command lines at all.
    #[must_use]
    pub const fn may_be_empty(&self) -> bool {
        matches!(self, Self::EachStarter(_))
    }

    /// The command lines that the step comes to in this scope.
    #[must_use]
    pub fn commands(&self, scope: &Scope<'_>) -> Vec<Vec<String>> {
        match self {
            Self::Run(line) => vec![scope.fill(line)],
            Self::EachSolution(line) => {
                scope.solutions().iter().map(|solution| scope.fill_for(line, solution)).collect()
            }
            Self::EachStarter(line) => scope
                .starters()
                .iter()
                // It is built from nothing, which takes minutes: once, by the host, is enough.
                .map(|starter| match std::env::var_os(INSIDE) {
                    Some(_) if scope.tree.root.join(starter).join("Cargo.toml").is_file() => {
                        scope.fill_for("echo 'skipped: {solution}, which the host judges'", starter)
                    }
                    _ => scope.fill_for(line, starter),
                })
                .collect(),
        }
    }
}
