//! The checkout: its root, its target folder, its solutions, its files.

use std::fs;
use std::path::{Path, PathBuf};

use crate::projects::{PROJECTS, Project};

/// A folder that is no project.
#[derive(Debug, thiserror::Error)]
#[error("{} is no project: there are {known}", folder.display())]
pub struct NoProject {
    folder: PathBuf,
    known: String,
}

/// Where things are.
#[derive(Clone, Debug)]
pub struct Tree {
    /// The root of the repository.
    pub root: PathBuf,
    /// Cargo's target folder.
    pub target: PathBuf,
}

impl Tree {
    /// The tree that this program was built from. It is run by cargo, in the checkout, so that is the one to look at.
    #[must_use]
    pub fn here() -> Self {
        let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = crate_folder.ancestors().nth(3).unwrap_or(crate_folder).to_path_buf();
        let target =
            std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |dir| root.join(dir));
        Self { root, target }
    }

    /// Every solution, by its folder below the root: what holds a `proctor.toml`. Mutants are wrong on purpose and
    /// have their own tests, the example of a new exercise is known to its own program only, and starters are not solved:
    /// all are left out.
    #[must_use]
    pub fn solutions(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        walk(&self.root.join("projects"), &mut |folder| {
            if folder.join("proctor.toml").is_file() {
                found.push(folder.strip_prefix(&self.root).unwrap_or(folder).to_path_buf());
            }
        });
        found.sort();
        found
    }

    /// Every starter of every exercise, by its folder below the root: what a candidate is given has to pass the level
    /// that it claims.
    #[must_use]
    pub fn starters(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let exercises = fs::read_dir(self.root.join("projects")).into_iter().flatten().flatten();
        for exercise in exercises {
            let starters = fs::read_dir(exercise.path().join("starters")).into_iter().flatten().flatten();
            let with_file =
                starters.map(|entry| entry.path()).filter(|path| path.join("proctor.toml").is_file());
            found.extend(with_file.map(|path| path.strip_prefix(&self.root).unwrap_or(&path).to_path_buf()));
        }
        found.sort();
        found
    }

    /// The project of a folder; none for the root.
    ///
    /// # Errors
    ///
    /// [`NoProject`] when the list has no row for the folder.
    pub fn project(&self, folder: &Path) -> Result<Option<&'static Project>, NoProject> {
        let full = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
        let wanted = full(folder);
        if wanted == full(&self.root) {
            return Ok(None);
        }
        PROJECTS.iter().find(|project| wanted == full(&self.root.join(project.folder))).map(Some).ok_or_else(
            || {
                let known = PROJECTS.iter().map(|project| project.folder).collect::<Vec<_>>().join(", ");
                NoProject { folder: folder.to_path_buf(), known }
            },
        )
    }

    /// The folders of the workspace's members, from the root manifest.
    #[must_use]
    pub fn members(&self) -> Vec<String> {
        let manifest = fs::read_to_string(self.root.join("Cargo.toml")).unwrap_or_default();
        let list = manifest.split_once("members = [").and_then(|(_, rest)| rest.split_once(']'));
        let list = list.map_or("", |(list, _)| list);
        list.split('"').skip(1).step_by(2).map(str::to_owned).collect()
    }

    /// The names of the packages in a folder, from their manifests.
    #[must_use]
    pub fn packages(&self, folder: &str) -> Vec<String> {
        let inside = self.members().into_iter().filter(|member| Path::new(member).starts_with(folder));
        let name = |member: String| {
            let manifest = fs::read_to_string(self.root.join(member).join("Cargo.toml")).ok()?;
            let name = manifest.lines().find_map(|line| line.strip_prefix("name = "))?;
            Some(name.trim_matches('"').to_owned())
        };
        inside.filter_map(name).collect()
    }

    /// Every README.md at the root and in a project, by its path below the root.
    #[must_use]
    pub fn readmes(&self) -> Vec<PathBuf> {
        let mut found = vec![PathBuf::from("README.md")];
        walk(&self.root.join("projects"), &mut |folder| {
            let readme = folder.join("README.md");
            if readme.is_file() {
                found.push(readme.strip_prefix(&self.root).unwrap_or(&readme).to_path_buf());
            }
        });
        found.sort();
        found
    }
}

/// Calls `see` for the folder and all below it, but for what holds no solution.
fn walk(folder: &Path, see: &mut dyn FnMut(&Path)) {
    see(folder);
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let left_out = ["acceptance", "examples", "node_modules", "starters", "target", "tests", "fuzz"]
            .contains(&&*name)
            || name.starts_with('.');
        if !left_out && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            walk(&entry.path(), see);
        }
    }
}
