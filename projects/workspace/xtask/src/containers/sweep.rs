//! Removes the containers, networks and volumes that one run of the lanes has left, by the run's own label. What
//! another run or a person has started carries another label, and stays.

use std::collections::BTreeSet;
use std::process::Command;
use std::time::Duration;

use crate::crew::{Crew, CrewError};

/// The variable through which a lane's commands know which run they belong to.
pub const RUN: &str = "WORKSPACE_RUN";

/// The label that the run's containers carry; its value is the run.
pub const RUN_LABEL: &str = "workspace.run";

/// Timeout for one answer of Docker.
const DEADLINE: Duration = Duration::from_secs(60);

/// Why something may be left.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    /// Docker can't be asked.
    #[error("failed to ask Docker")]
    Docker(#[from] CrewError),
    /// Docker was asked and said no.
    #[error("docker {words}: {said}")]
    Refused {
        /// What was asked.
        words: String,
        /// What it said.
        said: String,
    },
}

/// The run that this process belongs to: its parent's, or its own.
#[must_use]
pub fn run() -> String {
    std::env::var(RUN).unwrap_or_else(|_| std::process::id().to_string())
}

/// Removes what this run has left.
///
/// # Errors
///
/// [`SweepError`] when something may still be there.
pub fn sweep(crew: &Crew) -> Result<(), SweepError> {
    let run = run();
    let label = format!("label={RUN_LABEL}={run}");
    let containers = docker(crew, &["ps", "--all", "--quiet", "--filter", &label])?;
    let mut words = vec!["rm", "--force", "--volumes"];
    words.extend(containers.lines());
    if !containers.trim().is_empty() {
        docker(crew, &words)?;
    }
    // Compose projects: the services' tests name theirs after the run.
    let prefix = format!("workspace-lane-{run}-");
    let format = "{{.Label \"com.docker.compose.project\"}}";
    let mut projects = BTreeSet::new();
    for what in [&["ps", "--all"][..], &["volume", "ls"], &["network", "ls"]] {
        let listed = docker(crew, &[what, &["--format", format]].concat())?;
        projects.extend(listed.lines().filter(|name| name.starts_with(&prefix)).map(str::to_owned));
    }
    for project in projects {
        docker(crew, &["compose", "--project-name", &project, "down", "--volumes", "--remove-orphans"])?;
    }
    Ok(())
}

fn docker(crew: &Crew, words: &[&str]) -> Result<String, SweepError> {
    let output = crew.capture(Command::new("docker").args(words), DEADLINE)?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(SweepError::Refused { words: words.join(" "), said })
}
