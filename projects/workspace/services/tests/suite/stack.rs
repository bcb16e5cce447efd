//! The repository's compose file under a project name of its own. Owns the project: dropping it takes it down, volumes
//! included. A test that is killed can't, so the services lane removes what is named after its run.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};

/// One compose project.
#[derive(Debug)]
pub(crate) struct Stack {
    project: String,
    postgres_port: u16,
    localstack_port: u16,
    overrides: Vec<PathBuf>,
}

impl Stack {
    /// A project with free ports; nothing is started yet.
    pub(crate) fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let (postgres_port, localstack_port) = free_ports();
        // The run of the lanes, to tell what a killed test leaves from what a person has started.
        let run = std::env::var("WORKSPACE_RUN").unwrap_or_else(|_| "none".to_owned());
        let project = format!("workspace-lane-{run}-{}-{number}", std::process::id());
        Self { project, postgres_port, localstack_port, overrides: Vec::new() }
    }

    /// Lays another compose file over the real one.
    pub(crate) fn with(mut self, file: PathBuf) -> Self {
        self.overrides.push(file);
        self
    }

    /// The address of Postgres, as a person would set `DATABASE_URL`.
    pub(crate) fn database_url(&self) -> String {
        format!("postgres://workspace:workspace@127.0.0.1:{}/workspace", self.postgres_port)
    }

    /// The address of S3, as a person would set `AWS_ENDPOINT_URL`.
    pub(crate) fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.localstack_port)
    }

    /// Runs `docker compose` with these words and returns what came of it.
    pub(crate) fn compose(&self, words: &[&str]) -> Output {
        let mut command = Command::new("docker");
        command
            .arg("compose")
            .args(["--project-name", &self.project])
            .arg("--file")
            .arg(root().join("docker-compose.yml"));
        for file in &self.overrides {
            command.arg("--file").arg(file);
        }
        command.args(words).current_dir(root());
        command.env("POSTGRES_PORT", self.postgres_port.to_string());
        command.env("LOCALSTACK_PORT", self.localstack_port.to_string());
        for (name, value) in [("USER", "workspace"), ("PASSWORD", "workspace"), ("DB", "workspace")] {
            command.env(format!("POSTGRES_{name}"), value);
        }
        command.env("SAMPLE_BUCKET", "workspace-logs").env("SAMPLE_KEY", "samples/access.log");
        command.output().expect("skipped: the docker client does not start")
    }

    /// Runs `docker compose` with these words; a failure shows the output of compose.
    #[track_caller]
    pub(crate) fn expect(&self, words: &[&str]) -> String {
        let output = self.compose(words);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "docker compose {} failed:\n{said}", words.join(" "));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        let output = self.compose(&["down", "--volumes", "--remove-orphans", "--timeout", "10"]);
        if !output.status.success() && !std::thread::panicking() {
            panic!("failed to take {} down:\n{}", self.project, String::from_utf8_lossy(&output.stderr));
        }
    }
}

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(3)
        .expect("the crate lies three folders below the root")
}

/// Two ports that were free a moment ago. Both are held until both are known, so that they differ.
fn free_ports() -> (u16, u16) {
    let bind = || TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let (one, other) = (bind(), bind());
    (one.local_addr().unwrap().port(), other.local_addr().unwrap().port())
}
