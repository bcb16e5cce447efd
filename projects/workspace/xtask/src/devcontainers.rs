//! The dev containers: one configuration for the whole workspace and one for each project, all from one template, since
//! the format has no import. `xtask devcontainers` writes them; a test holds the files to the template.

pub mod address;
mod configuration;
mod dockerfile;
mod live_share;
mod template;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub use configuration::{CONFIGURATIONS, Configuration, Language};
pub use live_share::HIDDEN;
pub use template::BANNER;

use crate::tree::Tree;

/// Why the files could not be generated.
#[derive(Debug, thiserror::Error)]
pub enum GenerateError {
    /// It has no form in JSON.
    #[error("failed to write a configuration as JSON")]
    Json(#[from] serde_json::Error),
}

/// Every generated file: its path below the root, and its text.
///
/// # Errors
///
/// [`GenerateError`] when a configuration can't be written as JSON.
pub fn files() -> Result<BTreeMap<PathBuf, String>, GenerateError> {
    let mut files = BTreeMap::new();
    files.insert(PathBuf::from(".devcontainer/Dockerfile"), dockerfile::text());
    files.insert(PathBuf::from(".vsls.json"), live_share::text()?);
    for configuration in CONFIGURATIONS {
        files.insert(configuration.path(), template::text(configuration)?);
    }
    Ok(files)
}

/// The generated files that differ from those in the tree, by path.
///
/// # Errors
///
/// [`GenerateError`] when the files can't be generated.
pub fn drifted(tree: &Tree) -> Result<Vec<PathBuf>, GenerateError> {
    let differs =
        |path: &Path, text: &str| std::fs::read_to_string(tree.root.join(path)).ok().as_deref() != Some(text);
    Ok(files()?.into_iter().filter(|(path, text)| differs(path, text)).map(|(path, _)| path).collect())
}
