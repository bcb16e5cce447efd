//! A copy of the checkout as it is: what git tracks and what it would, and nothing that it ignores. A file that has
//! not changed is left alone with its time of change, so that cargo builds only what has.

use std::collections::BTreeSet;
use std::fs::{self, File, FileTimes};
use std::io;
use std::os::unix::fs::{MetadataExt, chown};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::crew::{Crew, CrewError};
use crate::tree::Tree;

/// The user of the dev containers, on whatever host.
const VSCODE: u32 = 1000;

/// Why there is no copy.
#[derive(Debug, thiserror::Error)]
pub enum CheckoutError {
    /// Git can't be asked.
    #[error("failed to ask git for its files")]
    Git(#[from] CrewError),
    /// Git was asked and does not say.
    #[error("git does not list its files: {said}")]
    NoFiles {
        /// What it said.
        said: String,
    },
    /// A file.
    #[error("failed to copy {}", path.display())]
    Copy {
        /// Below the root.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
}

/// Brings the copy in `folder` up to date.
pub(super) fn update(crew: &Crew, tree: &Tree, folder: &Path) -> Result<(), CheckoutError> {
    let files = tracked(crew, &tree.root)?;
    let owner = rustix::process::geteuid().is_root().then_some(VSCODE);
    let failed = |path: &Path| {
        let path = path.to_path_buf();
        move |source| CheckoutError::Copy { path, source }
    };
    fs::create_dir_all(folder).map_err(failed(folder))?;
    give(folder, owner).map_err(failed(folder))?;
    remove_others(folder, folder, &files).map_err(failed(folder))?;
    for file in &files {
        copy(&tree.root, folder, file, owner).map_err(failed(file))?;
    }
    Ok(())
}

fn tracked(crew: &Crew, root: &Path) -> Result<BTreeSet<PathBuf>, CheckoutError> {
    let mut git = Command::new("git");
    git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]).current_dir(root);
    let output = crew.capture(&mut git, Duration::from_secs(30))?;
    if !output.status.success() {
        return Err(CheckoutError::NoFiles {
            said: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        });
    }
    let text = String::from_utf8_lossy(&output.stdout);
    // A file that was deleted and not yet committed is listed, and is not there.
    Ok(text.split('\0').filter(|f| !f.is_empty() && root.join(f).is_file()).map(PathBuf::from).collect())
}

/// Removes what the checkout does not have. The target folder is the container's own.
fn remove_others(base: &Path, folder: &Path, files: &BTreeSet<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let Ok(below) = path.strip_prefix(base) else { continue };
        if below == Path::new("target") {
            continue;
        }
        if path.is_dir() && !path.is_symlink() {
            remove_others(base, &path, files)?;
        } else if !files.contains(below) {
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}

fn copy(root: &Path, folder: &Path, file: &Path, owner: Option<u32>) -> io::Result<()> {
    let (from, to) = (root.join(file), folder.join(file));
    let original = from.metadata()?;
    let same = to.metadata().is_ok_and(|copy| {
        copy.len() == original.len() && copy.mode() == original.mode() && copy.mtime() == original.mtime()
    });
    if same && fs::read(&from)? == fs::read(&to)? {
        return Ok(());
    }
    for parent in file.ancestors().skip(1).filter(|parent| !parent.as_os_str().is_empty()) {
        fs::create_dir_all(folder.join(parent))?;
        give(&folder.join(parent), owner)?;
    }
    fs::copy(&from, &to)?;
    File::options().write(true).open(&to)?.set_times(FileTimes::new().set_modified(original.modified()?))?;
    give(&to, owner)
}

/// Root's files are not writable inside: they are handed to the container's user. Anyone else's user is mapped by the
/// dev containers' client.
fn give(path: &Path, owner: Option<u32>) -> io::Result<()> {
    owner.map_or(Ok(()), |owner| chown(path, Some(owner), Some(owner)))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;
    use std::process::Command;

    use super::update;
    use crate::crew::Crew;
    use crate::tree::Tree;

    #[test]
    fn copies_what_git_would_and_keeps_the_target_folder() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("root");
        let write = |path: &Path, text: &str| {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write(&root.join(".gitignore"), "ignored\n");
        write(&root.join("a/kept"), "1");
        write(&root.join("gone"), "1");
        write(&root.join("ignored"), "1");
        assert!(Command::new("git").args(["init", "--quiet"]).current_dir(&root).status().unwrap().success());
        let tree = Tree { root: root.clone(), target: root.join("target") };
        let copy = folder.path().join("copy");
        update(&Crew::deaf(), &tree, &copy).unwrap();
        assert_eq!(fs::read_to_string(copy.join("a/kept")).unwrap(), "1");
        assert!(copy.join("gone").exists());
        assert!(!copy.join("ignored").exists());

        write(&copy.join("target/built"), "1");
        fs::remove_file(root.join("gone")).unwrap();
        fs::write(root.join("a/kept"), "2").unwrap();
        update(&Crew::deaf(), &tree, &copy).unwrap();
        assert_eq!(fs::read_to_string(copy.join("a/kept")).unwrap(), "2");
        assert!(!copy.join("gone").exists());
        assert!(copy.join("target/built").exists());
    }
}
