//! The shape of a lane: what it proves, what it needs, the commands that it is made of.

use crate::need::{INSIDE, Need};

/// A row of the list.
#[derive(Clone, Copy, Debug)]
pub struct Lane {
    /// What a person names it by: `make verify LANES=services`.
    pub name: &'static str,
    /// What it proves, in a few words.
    pub proves: &'static str,
    /// Where one of these is missing, the lane is skipped.
    pub needs: &'static [Need],
    /// In order; the first that fails ends the lane.
    pub steps: &'static [Step],
    /// Run at the end whatever came before, also on Ctrl-C. Their failure is not the lane's.
    pub finally: &'static [Step],
}

/// One command, or one for each of something. In its words `{target}` is the target folder and `{xtask}` this program.
#[derive(Clone, Copy, Debug)]
pub enum Step {
    /// Run once.
    Run(&'static [&'static str]),
    /// Run for every solution of the repository, failed ones before it or not; `{solution}` is its folder.
    EachSolution(&'static [&'static str]),
    /// The same for every starter of every exercise.
    EachStarter(&'static [&'static str]),
}

impl Step {
    /// The command lines that the step comes to in this tree.
    #[must_use]
    pub fn commands(&self, tree: &crate::tree::Tree, program: &str) -> Vec<Vec<String>> {
        let target = tree.target.to_string_lossy();
        let filled = |words: &[&str], solution: &str| -> Vec<String> {
            let fill = |word: &&str| {
                word.replace("{target}", &target).replace("{xtask}", program).replace("{solution}", solution)
            };
            words.iter().map(fill).collect()
        };
        match self {
            Self::Run(words) => vec![filled(words, "")],
            Self::EachSolution(words) => {
                tree.solutions().iter().map(|solution| filled(words, &solution.to_string_lossy())).collect()
            }
            // Each is built from nothing, which takes minutes: once, by the host, is enough.
            Self::EachStarter(_) if std::env::var_os(INSIDE).is_some() => {
                vec![filled(&["echo", "skipped: starters, which the host judges"], "")]
            }
            Self::EachStarter(words) => {
                tree.starters().iter().map(|starter| filled(words, &starter.to_string_lossy())).collect()
            }
        }
    }
}
