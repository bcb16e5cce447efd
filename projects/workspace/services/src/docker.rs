//! Whether Docker answers. Asked before a container is started, so that "there is no Docker" and "the container is
//! broken" are never taken for each other.

use std::process::Stdio;
use std::time::Duration;

/// The label that every container of ours carries; its value is the run of the lanes that the test belongs to, so that
/// the services lane removes what a killed test has left, and nothing else.
pub(crate) const LABEL: &str = "workspace.run";

/// The run of the lanes, or `none` for a test that was started by hand.
pub(crate) fn run() -> String {
    std::env::var("WORKSPACE_RUN").unwrap_or_else(|_| "none".to_owned())
}

/// A Docker engine that has answered.
#[derive(Clone, Copy, Debug)]
pub struct Docker(());

impl Docker {
    /// Asks the engine for its version, for ten seconds at most.
    ///
    /// # Errors
    ///
    /// The reason as a clause: "no Docker engine answers: …".
    pub async fn find() -> Result<Self, String> {
        let mut docker = tokio::process::Command::new("docker");
        docker.args(["version", "--format", "{{.Server.Version}}"]).stdin(Stdio::null()).kill_on_drop(true);
        let output = match tokio::time::timeout(Duration::from_secs(10), docker.output()).await {
            Err(_) => return Err("the Docker engine does not answer within 10 s".to_owned()),
            Ok(Err(error)) => return Err(format!("the docker client does not start: {error}")),
            Ok(Ok(output)) => output,
        };
        if output.status.success() {
            return Ok(Self(()));
        }
        let said = String::from_utf8_lossy(&output.stderr);
        Err(format!(
            "no Docker engine answers: {}",
            said.lines().next().unwrap_or("docker said nothing").trim()
        ))
    }
}
