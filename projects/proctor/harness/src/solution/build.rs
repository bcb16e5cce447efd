//! Runs a solution's `build`, silently while it goes well.

use std::io;
use std::time::Duration;

use super::Solution;
use crate::Ending;
use crate::process::{self, Limits, Purpose, Spec, StopReason};

/// A build may compile a toolchain's worth of dependencies; nobody waits longer than this.
const DEADLINE: Duration = Duration::from_secs(600);
/// Maximum number of processes of a build.
const PROCESSES: usize = 4_096;
/// Only the last words of a build are of use.
const KEPT: usize = 64 << 10;

/// Why a solution is not built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The build's program could not be started.
    #[error("failed to start the build `{command}`")]
    Start {
        /// The command line.
        command: String,
        /// Why.
        source: io::Error,
    },
    /// It ran and failed.
    #[error("the build `{command}` {what}\n{output}")]
    Failed {
        /// The command line.
        command: String,
        /// How it ended.
        what: String,
        /// Its last words, standard output before standard error.
        output: String,
    },
    /// The person pressed Ctrl-C.
    #[error("interrupted")]
    Interrupted,
}

impl Solution {
    /// Builds the solution where its `proctor.toml` says how.
    ///
    /// # Errors
    ///
    /// With the build's last words when it fails or takes longer than ten minutes.
    pub(crate) fn build(&self) -> Result<(), BuildError> {
        let Some((program, args)) = self.build.split_first() else { return Ok(()) };
        let command = self.build_line();
        let program = if program.contains('/') { self.folder.join(program).into() } else { program.into() };
        let spec = Spec {
            program,
            args: args.iter().map(Into::into).collect(),
            env: self.env.iter().map(|(name, value)| (name.into(), value.into())).collect(),
            purpose: Purpose::Build,
            unset: Vec::new(),
            folder: self.folder.clone(),
            stdin: None,
            stdout_closed: false,
            limits: Limits {
                deadline: DEADLINE,
                stretched: 1.0,
                memory: u64::MAX,
                disk: u64::MAX,
                processes: PROCESSES,
                output: KEPT,
                flood_ends: false,
            },
        };
        let ended =
            process::run(spec).map_err(|source| BuildError::Start { command: command.clone(), source })?;
        let what = match ended.how {
            StopReason::ByItself(Ending::Exited(0)) | StopReason::LeftBehind(Ending::Exited(0), _) => {
                return Ok(());
            }
            StopReason::Interrupted => return Err(BuildError::Interrupted),
            StopReason::ByItself(ending) | StopReason::LeftBehind(ending, _) => ending.to_string(),
            StopReason::Deadline => format!("still ran after {} minutes", DEADLINE.as_secs() / 60),
            StopReason::Remains(..)
            | StopReason::Memory(_)
            | StopReason::Disk(_)
            | StopReason::Processes(_)
            | StopReason::Flood(_)
            | StopReason::SupervisorLost
            | StopReason::Stopped => "was killed".to_owned(),
        };
        let output = [ended.stdout, ended.stderr].concat();
        let output = String::from_utf8_lossy(&output).trim_end().to_owned();
        Err(BuildError::Failed { command, what, output })
    }
}
