//! Programs: on the `PATH`, and able to tell their version.

use std::env;
use std::io;

use super::DEADLINE;
use crate::Ending;
use crate::process::{self, How, Limits, Spec};

/// The first line that the program prints about itself.
pub(super) fn version(name: &str, arguments: &str) -> Result<String, String> {
    let said = run(name, &arguments.split_ascii_whitespace().collect::<Vec<_>>())?;
    Ok(said.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("found").to_owned())
}

/// The versions of the engine and of compose.
pub(super) fn docker() -> Result<String, String> {
    let engine = run("docker", &["version", "--format", "{{.Server.Version}}"])
        .map_err(|reason| format!("no engine answers: {reason}"))?;
    let compose = run("docker", &["compose", "version", "--short"])
        .map_err(|reason| format!("engine {}, but no compose: {reason}", engine.trim()))?;
    Ok(format!("engine {}, compose {}", engine.trim(), compose.trim()))
}

/// Runs a program that has nothing to do but to answer; its standard output, or why there is none.
pub(super) fn run(name: &str, args: &[&str]) -> Result<String, String> {
    let spec = Spec {
        program: name.into(),
        args: args.iter().map(Into::into).collect(),
        env: Vec::new(),
        unset: Vec::new(),
        folder: env::current_dir().map_err(|error| error.to_string())?,
        stdin: None,
        stdout_closed: false,
        limits: Limits {
            deadline: DEADLINE,
            memory: u64::MAX,
            processes: usize::MAX,
            output: 64 << 10,
            flood_ends: false,
        },
    };
    let ended = process::run(spec).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => "not found".to_owned(),
        _ => error.to_string(),
    })?;
    match ended.how {
        How::ByItself(Ending::Exited(0)) | How::LeftBehind(Ending::Exited(0), _) => {
            Ok(String::from_utf8_lossy(&ended.stdout).into_owned())
        }
        How::ByItself(ending) | How::LeftBehind(ending, _) => {
            let said = String::from_utf8_lossy(&ended.stderr).into_owned();
            let said =
                said.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default().to_owned();
            Err(if said.is_empty() { format!("it {ending}") } else { said })
        }
        _ => Err(format!("no answer within {} s", DEADLINE.as_secs())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_tells_its_version_or_why_it_cannot() {
        assert!(version("cargo", "--version").unwrap().starts_with("cargo "));
        assert_eq!(version("no-such-program", "--version").unwrap_err(), "not found");
        assert_eq!(run("sh", &["-c", "echo broken >&2; exit 3"]).unwrap_err(), "broken");
        assert_eq!(run("sh", &["-c", "exit 3"]).unwrap_err(), "it exited with 3");
    }
}
