//! What a lane needs of the machine, and how it is looked for.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::crew::Crew;
use crate::tree::Tree;

/// Set in the containers lane's containers, so that `make verify` inside does not start containers of its own.
pub const INSIDE: &str = "WORKSPACE_INSIDE_LANE";

/// How long a probe may take.
const DEADLINE: Duration = Duration::from_secs(10);

/// Something that the machine has or lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// A program on the `PATH`.
    Program {
        /// Its name.
        name: &'static str,
        /// The command that installs it.
        install: &'static str,
    },
    /// Data that is not ours to keep: at the path that a variable names, or beside the repository.
    File {
        /// The variable.
        variable: &'static str,
        /// Where it is looked for otherwise, from the root of the repository.
        otherwise: &'static str,
    },
    /// A Docker engine that answers.
    Docker,
    /// Compose 2, as `docker compose`.
    Compose,
    /// Not inside a container that the containers lane has started.
    OutsideContainer,
}

impl Need {
    /// Why the need is not met, or nothing when it is.
    #[must_use]
    pub fn missing(&self, crew: &Crew) -> Option<String> {
        match self {
            Self::Program { name, install } => {
                (!on_path(name)).then(|| format!("{name} is not installed: {install}"))
            }
            Self::File { variable, otherwise } => {
                let path =
                    std::env::var_os(variable).map_or_else(|| Tree::here().root.join(otherwise), Into::into);
                (!path.is_file()).then(|| format!("there is no {}: {variable} may name it", path.display()))
            }
            Self::Docker => probe(crew, &["docker", "version", "--format", "{{.Server.Version}}"])
                .map(|said| format!("no Docker engine answers: {said}")),
            Self::Compose => probe(crew, &["docker", "compose", "version"])
                .map(|said| format!("docker compose does not answer: {said}")),
            Self::OutsideContainer => std::env::var_os(INSIDE)
                .map(|_| "inside a container of the containers lane: the host exercises it".to_owned()),
        }
    }
}

/// Runs a command that should succeed at once; returns what went wrong.
fn probe(crew: &Crew, words: &[&str]) -> Option<String> {
    let (program, rest) = words.split_first()?;
    let mut command = Command::new(program);
    command.args(rest);
    match crew.capture(&mut command, DEADLINE) {
        Ok(output) if output.status.success() => None,
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr);
            Some(said.lines().next().unwrap_or("it says nothing").trim().to_owned())
        }
        Err(error) => Some(error.to_string()),
    }
}

/// Whether the `PATH` holds a program of this name.
fn on_path(name: &str) -> bool {
    use std::os::unix::fs::PermissionsExt;
    let runs =
        |path: &Path| path.metadata().is_ok_and(|m| m.is_file() && m.permissions().mode() & 0o111 != 0);
    std::env::var_os("PATH").is_some_and(|path| std::env::split_paths(&path).any(|dir| runs(&dir.join(name))))
}

#[cfg(test)]
mod tests {
    use super::Need;
    use crate::crew::Crew;

    #[test]
    fn finds_a_program_that_is_there_and_names_the_remedy_for_one_that_is_not() {
        let crew = Crew::deaf();
        assert_eq!(Need::Program { name: "sh", install: "" }.missing(&crew), None);
        let missing = Need::Program { name: "no-such-program", install: "make it" }.missing(&crew);
        assert_eq!(missing.as_deref(), Some("no-such-program is not installed: make it"));
    }
}
