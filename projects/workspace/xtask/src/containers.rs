//! The containers lane: starts every dev container with the official client, its lifecycle commands included, and runs
//! the configuration's own test inside. It works on a copy of the checkout, so that the container's user owns what it
//! writes; the copy stays in the target folder and makes the next run a short one.

mod checkout;
mod cost;
mod sweep;

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

pub use checkout::CheckoutError;
pub use sweep::{RUN, RUN_LABEL, SweepError, run, sweep};

use crate::crew::{Crew, CrewError, ending};
use crate::devcontainers::{CONFIGURATIONS, Configuration};
use crate::need::INSIDE;
use crate::tree::Tree;

/// An image that takes the place of the official base, where that can't be pulled.
pub const BASE_IMAGE_OVERRIDE: &str = "DEVCONTAINER_IMAGE";

/// The label that distinguishes the containers of one run; its value is the configuration's key.
const KEY_LABEL: &str = "workspace.container";

/// Why a dev container could not be tried.
#[derive(Debug, thiserror::Error)]
pub enum ContainersError {
    /// The copy of the checkout.
    #[error("failed to copy the checkout")]
    Checkout(#[from] CheckoutError),
    /// A configuration of the copy.
    #[error("failed to prepare {}", path.display())]
    Prepare {
        /// The configuration.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// A command.
    #[error("failed to run a command")]
    Command(#[from] CrewError),
    /// The terminal.
    #[error("failed to write")]
    Write(#[from] io::Error),
}

/// How one dev container went.
#[derive(Debug)]
struct Tried {
    key: &'static str,
    up: Duration,
    verify: Duration,
    cpu: Option<Duration>,
    /// What the test has printed.
    log: Option<PathBuf>,
    failure: Option<String>,
}

/// Tries the dev containers of these names, or all; says whether all went well.
///
/// They share one checkout, and with it one target folder, and the volume with downloaded crates: each compiles only
/// what those before it have not. They come up one after another; verifying, which mostly waits, runs side by side.
///
/// # Errors
///
/// [`ContainersError`] when one could not be tried at all.
pub fn verify(
    out: &mut dyn Write,
    crew: &Crew,
    tree: &Tree,
    only: &[String],
) -> Result<bool, ContainersError> {
    let image = std::env::var(BASE_IMAGE_OVERRIDE).ok().filter(|image| !image.is_empty());
    if let Some(image) = &image {
        writeln!(
            out,
            "note: {BASE_IMAGE_OVERRIDE} is set: the base image is {image}, features (Docker and languages) are dropped"
        )?;
    }
    let named = |configuration: &&Configuration| {
        only.is_empty() || only.iter().any(|name| name == configuration.key())
    };
    let configurations: Vec<_> = CONFIGURATIONS.iter().filter(named).collect();
    let folder = tree.target.join("containers").join("workspace");
    checkout::update(crew, tree, &folder)?;
    if let Some(image) = &image {
        for configuration in &configurations {
            let path = folder.join(configuration.path());
            override_base_image(&path, image).map_err(|source| ContainersError::Prepare { path, source })?;
        }
    }
    let all = side_by_side(out, crew, &folder, &configurations);
    sweep(crew).or_else(|error| writeln!(out, "a container may be left: {error}"))?;
    report(out, &all?)
}

/// Brings each up in turn, and verifies it while the next ones come up.
fn side_by_side(
    out: &mut dyn Write,
    crew: &Crew,
    folder: &Path,
    configurations: &[&Configuration],
) -> Result<Vec<Tried>, ContainersError> {
    thread::scope(|scope| {
        let mut running = Vec::new();
        for configuration in configurations {
            let tried = bring_up(out, crew, folder, configuration)?;
            running.push(scope.spawn(move || match tried.failure {
                Some(_) => Ok(tried),
                None => verify_inside(crew, folder, configuration, tried),
            }));
        }
        let mut all = Vec::new();
        for verifying in running {
            all.push(verifying.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
        }
        Ok(all)
    })
}

fn bring_up(
    out: &mut dyn Write,
    crew: &Crew,
    folder: &Path,
    configuration: &Configuration,
) -> Result<Tried, ContainersError> {
    let key = configuration.key();
    writeln!(out, "\n--- {key}: devcontainer up")?;
    out.flush()?;
    let began = Instant::now();
    let mut up = devcontainer("up", key, folder, &folder.join(configuration.path()));
    let status = crew.run(up.arg("--remove-existing-container"))?;
    let failure = (!status.success()).then(|| format!("devcontainer up: {}", ending(status)));
    Ok(Tried { key, up: began.elapsed(), verify: Duration::ZERO, cpu: None, log: None, failure })
}

/// Runs the configuration's own test. What it prints goes to a file, since others print at the same time.
fn verify_inside(
    crew: &Crew,
    folder: &Path,
    configuration: &Configuration,
    mut tried: Tried,
) -> Result<Tried, ContainersError> {
    // Beside the checkout that it runs on.
    let log = folder.with_file_name(format!("{}.log", tried.key));
    let file = File::create(&log)?;
    tried.log = Some(log);
    let began = Instant::now();
    let mut exec = devcontainer("exec", tried.key, folder, &folder.join(configuration.path()));
    exec.arg("--remote-env").arg(format!("{INSIDE}=1")).args(configuration.verify);
    let status = crew.run(exec.stdout(file.try_clone()?).stderr(file))?;
    tried.verify = began.elapsed();
    tried.cpu = cost::cpu(crew, tried.key);
    if !status.success() {
        tried.failure = Some(format!("{}: {}", configuration.verify.join(" "), ending(status)));
    }
    Ok(tried)
}

/// Prints what the failed ones have printed, and a table of all.
fn report(out: &mut dyn Write, all: &[Tried]) -> Result<bool, ContainersError> {
    for tried in all {
        if let Some(log) = tried.log.as_ref().filter(|_| tried.failure.is_some()) {
            writeln!(out, "\n--- {}: {}", tried.key, log.display())?;
            io::copy(&mut File::open(log)?, out)?;
        }
    }
    writeln!(out)?;
    for tried in all {
        let (up, verify) = (tried.up.as_secs(), tried.verify.as_secs());
        let cpu = tried.cpu.map_or_else(|| "?".to_owned(), |cpu| cpu.as_secs().to_string());
        let verdict = tried.failure.as_deref().unwrap_or("passed");
        writeln!(out, "{:<12} up {up:>4} s   verify {verify:>4} s   CPU {cpu:>4} s   {verdict}", tried.key)?;
    }
    Ok(!all.is_empty() && all.iter().all(|tried| tried.failure.is_none()))
}

/// The client's words that are the same for `up` and `exec`.
fn devcontainer(word: &str, key: &str, folder: &Path, configuration: &Path) -> Command {
    let mut command = Command::new("devcontainer");
    command.arg(word).arg("--workspace-folder").arg(folder).arg("--config").arg(configuration);
    command.args(["--id-label", &format!("{RUN_LABEL}={}", run())]);
    command.args(["--id-label", &format!("{KEY_LABEL}={key}")]);
    // The copy may lie inside the checkout: that one is not to be mounted.
    command.args(["--mount-workspace-git-root", "false"]);
    command
}

/// Takes another base image and no features. All else in the configuration stays.
fn override_base_image(path: &Path, image: &str) -> io::Result<()> {
    let text = fs::read_to_string(path)?;
    let json = text.lines().filter(|line| !line.starts_with("//")).collect::<Vec<_>>().join("\n");
    let mut value: Value = serde_json::from_str(&json)?;
    value["features"] = json!({});
    value["build"]["args"] = json!({ "BASE_IMAGE": image });
    fs::write(path, serde_json::to_string_pretty(&value)?)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use serde_json::Value;

    use super::override_base_image;

    #[test]
    fn an_image_override_replaces_base_and_features_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("devcontainer.json");
        let text = r#"// generated
{"name": "a", "build": {"dockerfile": "Dockerfile"}, "features": {"f": {}}, "onCreateCommand": "c"}"#;
        fs::write(&path, text).unwrap();
        override_base_image(&path, "override:1").unwrap();
        let value: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let expected = serde_json::json!({
            "name": "a",
            "build": {"dockerfile": "Dockerfile", "args": {"BASE_IMAGE": "override:1"}},
            "features": {},
            "onCreateCommand": "c",
        });
        assert_eq!(value, expected);
    }
}
