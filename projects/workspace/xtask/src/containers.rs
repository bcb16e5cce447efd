//! The containers lane: starts every dev container with the official client, its lifecycle commands included, and runs
//! the configuration's own test inside. Works on a copy of the checkout, so that the container's user owns what it
//! writes; the copy stays in the target folder and makes the next run a short one.

mod checkout;
mod sweep;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
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
    failure: Option<String>,
}

/// Tries the dev containers of these names, or all; says whether all went well.
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
            "note: {BASE_IMAGE_OVERRIDE} is set: the base image is {image}, features (Docker inside) are dropped"
        )?;
    }
    let mut all = Vec::new();
    for configuration in CONFIGURATIONS {
        if !only.is_empty() && !only.iter().any(|name| name == configuration.key()) {
            continue;
        }
        let tried = one(out, crew, tree, configuration, image.as_deref());
        sweep(crew)
            .or_else(|error| writeln!(out, "a container of {} may be left: {error}", configuration.key()))?;
        all.push(tried?);
    }
    writeln!(out)?;
    for tried in &all {
        let (up, verify) = (tried.up.as_secs(), tried.verify.as_secs());
        let verdict = tried.failure.as_deref().unwrap_or("passed");
        writeln!(out, "{:<12} up {up:>4} s   verify {verify:>4} s   {verdict}", tried.key)?;
    }
    Ok(!all.is_empty() && all.iter().all(|tried| tried.failure.is_none()))
}

fn one(
    out: &mut dyn Write,
    crew: &Crew,
    tree: &Tree,
    configuration: &Configuration,
    image: Option<&str>,
) -> Result<Tried, ContainersError> {
    let key = configuration.key();
    writeln!(out, "\n--- {key}: devcontainer up")?;
    out.flush()?;
    // One copy for all, one after another: what one has compiled is not compiled again by the next. The projects come
    // before the whole, so that none leans on what only the whole builds.
    let folder = tree.target.join("containers").join("workspace");
    checkout::update(crew, tree, &folder)?;
    let path = folder.join(configuration.path());
    if let Some(image) = image {
        override_base_image(&path, image)
            .map_err(|source| ContainersError::Prepare { path: path.clone(), source })?;
    }
    let mut tried = Tried { key, up: Duration::ZERO, verify: Duration::ZERO, failure: None };
    let began = Instant::now();
    let mut up = devcontainer("up", key, &folder, &path);
    let status = crew.run(up.arg("--remove-existing-container"))?;
    tried.up = began.elapsed();
    if !status.success() {
        tried.failure = Some(format!("devcontainer up: {}", ending(status)));
        return Ok(tried);
    }
    writeln!(out, "--- {key}: {}", configuration.verify.join(" "))?;
    out.flush()?;
    let began = Instant::now();
    let mut exec = devcontainer("exec", key, &folder, &path);
    let status = crew.run(exec.arg("--remote-env").arg(format!("{INSIDE}=1")).args(configuration.verify))?;
    tried.verify = began.elapsed();
    if !status.success() {
        tried.failure = Some(format!("{}: {}", configuration.verify.join(" "), ending(status)));
    }
    Ok(tried)
}

/// The client's words that are the same for `up` and `exec`.
fn devcontainer(word: &str, key: &str, folder: &Path, configuration: &Path) -> Command {
    let mut command = Command::new("devcontainer");
    command.arg(word).arg("--workspace-folder").arg(folder).arg("--config").arg(configuration);
    command.args(["--id-label", &format!("{RUN_LABEL}={}", run())]);
    command.args(["--id-label", &format!("workspace.container={key}")]);
    // The copy may lie inside the checkout: that one is not to be mounted.
    command.args(["--mount-workspace-git-root", "false"]);
    command
}

/// Cargo's release profile where nothing comes from a cache: what is proved does not depend on how fast it runs.
const QUICK: [(&str, &str); 3] = [
    ("CARGO_PROFILE_RELEASE_LTO", "off"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"),
];

/// Takes another base image and no features, and compiles quickly. All else in the configuration stays.
fn override_base_image(path: &Path, image: &str) -> io::Result<()> {
    let text = fs::read_to_string(path)?;
    let json = text.lines().filter(|line| !line.starts_with("//")).collect::<Vec<_>>().join("\n");
    let mut value: Value = serde_json::from_str(&json)?;
    value["features"] = json!({});
    value["build"]["args"] = json!({ "BASE_IMAGE": image });
    for (name, profile) in QUICK {
        value["build"]["args"][name] = json!(profile);
        value["containerEnv"][name] = json!(profile);
    }
    if let Some(build) = value["build"].as_object_mut() {
        // A machine that can't pull the base can't pull the cache either.
        build.remove("cacheFrom");
    }
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
{"name": "a", "build": {"dockerfile": "Dockerfile", "cacheFrom": ["x"]}, "features": {"f": {}}, "onCreateCommand": "c"}"#;
        fs::write(&path, text).unwrap();
        override_base_image(&path, "override:1").unwrap();
        let value: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let quick = serde_json::json!({
            "CARGO_PROFILE_RELEASE_LTO": "off",
            "CARGO_PROFILE_RELEASE_CODEGEN_UNITS": "16",
            "CARGO_PROFILE_RELEASE_OPT_LEVEL": "1",
        });
        let mut args = quick.clone();
        args["BASE_IMAGE"] = "override:1".into();
        let expected = serde_json::json!({
            "name": "a",
            "build": {"dockerfile": "Dockerfile", "args": args},
            "containerEnv": quick,
            "features": {},
            "onCreateCommand": "c",
        });
        assert_eq!(value, expected);
    }
}
