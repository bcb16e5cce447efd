//! What a command is about: the whole workspace, or one project of it. Fills in the names in braces that command lines
//! in the lists have:
//!
//! | Name | Stands for |
//! |---|---|
//! | `{target}` | cargo's target folder |
//! | `{xtask}` | this program |
//! | `{packages}` | the packages in scope, as options of cargo; for the whole workspace `--workspace` |
//! | `{programs}` | what `make init` builds, as options of cargo |
//! | `{judge}` | the program that judges the project alone |
//! | `{solution}` | a solution's folder |

use std::path::{Path, PathBuf};

use crate::projects::{PROJECTS, Project};
use crate::tree::Tree;
use crate::words::split;

/// The whole workspace, or one project.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    /// The checkout.
    pub tree: &'a Tree,
    /// The project; none for the whole workspace.
    pub project: Option<&'static Project>,
    /// The path of this program.
    pub program: &'a str,
}

impl Scope<'_> {
    /// The folder that commands are about.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        self.project.map_or_else(|| self.tree.root.clone(), |project| self.tree.root.join(project.folder))
    }

    /// The solutions in scope, by their folders below the root.
    #[must_use]
    pub fn solutions(&self) -> Vec<PathBuf> {
        self.within(self.tree.solutions())
    }

    /// The starters in scope, by their folders below the root.
    #[must_use]
    pub fn starters(&self) -> Vec<PathBuf> {
        self.within(self.tree.starters())
    }

    fn within(&self, folders: Vec<PathBuf>) -> Vec<PathBuf> {
        let folder = self.project.map_or("", |project| project.folder);
        folders.into_iter().filter(|path| path.starts_with(folder)).collect()
    }

    /// The words of a command line, with every name in braces filled in.
    #[must_use]
    pub fn fill(&self, line: &str) -> Vec<String> {
        self.fill_for(line, Path::new(""))
    }

    /// The same for one solution.
    #[must_use]
    pub fn fill_for(&self, line: &str, solution: &Path) -> Vec<String> {
        let target = self.tree.target.to_string_lossy();
        let judge = self.project.and_then(|project| project.judge).unwrap_or("proctor");
        let mut words = Vec::new();
        for word in split(line) {
            match &*word {
                "{packages}" => words.extend(self.packages()),
                "{programs}" => words.extend(self.programs()),
                word => words.push(
                    word.replace("{target}", &target)
                        .replace("{xtask}", self.program)
                        .replace("{judge}", judge)
                        .replace("{solution}", &solution.to_string_lossy()),
                ),
            }
        }
        words
    }

    fn packages(&self) -> Vec<String> {
        let Some(project) = self.project else { return vec!["--workspace".to_owned()] };
        let packages = self.tree.packages(project.folder);
        packages.into_iter().flat_map(|name| ["--package".to_owned(), name]).collect()
    }

    /// The programs are picked out of the whole workspace: cargo unifies features over what is selected, so that what
    /// one command has compiled is good for the next.
    fn programs(&self) -> Vec<String> {
        let names: Vec<&str> = match self.project {
            Some(project) => project.programs.iter().copied().chain(project.judge).collect(),
            None => PROJECTS.iter().flat_map(|project| project.programs).copied().collect(),
        };
        bins(&names)
    }
}

/// The options of cargo that pick these programs out of the workspace.
#[must_use]
pub fn bins(names: &[&str]) -> Vec<String> {
    let each = names.iter().flat_map(|name| ["--bin".to_owned(), (*name).to_owned()]);
    ["--workspace".to_owned()].into_iter().chain(each).collect()
}
