//! The dev containers: one configuration for the whole workspace and one for each project, all from one template, since
//! the format knows no import. `xtask devcontainers` writes them; a test holds the files to the template.

mod configuration;
mod dockerfile;
mod template;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

pub use configuration::{CONFIGURATIONS, Configuration};
pub use template::{BANNER, IMAGE, REPOSITORY};

use crate::tree::Tree;

/// Why the files could not be generated.
#[derive(Debug, thiserror::Error)]
pub enum GenerateError {
    /// A file of the workspace that the image is made from.
    #[error("failed to read {}", path.display())]
    Read {
        /// Below the root.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// A value that the image needs is not where it was.
    #[error("failed to find {what} in {}", path.display())]
    Missing {
        /// What was looked for.
        what: &'static str,
        /// Where.
        path: PathBuf,
    },
    /// JSON can't say it.
    #[error("failed to write a configuration as JSON")]
    Json(#[from] serde_json::Error),
}

/// Every generated file: its path below the root, and its text.
///
/// # Errors
///
/// [`GenerateError`] when the workspace is not as the generator knows it.
pub fn files(tree: &Tree) -> Result<BTreeMap<PathBuf, String>, GenerateError> {
    let mut files = BTreeMap::new();
    files.insert(PathBuf::from(".devcontainer/Dockerfile"), dockerfile::text(tree)?);
    for configuration in CONFIGURATIONS {
        files.insert(configuration.path(), template::text(configuration)?);
    }
    Ok(files)
}

/// The generated files that differ from what stands in the tree, by path.
///
/// # Errors
///
/// [`GenerateError`] when the files can't be generated.
pub fn drifted(tree: &Tree) -> Result<Vec<PathBuf>, GenerateError> {
    let differs =
        |path: &Path, text: &str| std::fs::read_to_string(tree.root.join(path)).ok().as_deref() != Some(text);
    Ok(files(tree)?.into_iter().filter(|(path, text)| differs(path, text)).map(|(path, _)| path).collect())
}
