//! Temporary folders: one for a run of proctor, one in it for each trial. Dropping one removes it, whatever a
//! program did to the permissions in it.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// A folder that is gone when this is dropped.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    owner: Option<TempDir>,
}

impl Folder {
    /// A fresh folder in the system's place for such.
    pub(crate) fn temporary() -> io::Result<Self> {
        Self::from_owner(tempfile::Builder::new().prefix("proctor-").tempdir()?)
    }

    /// A fresh folder in this one.
    pub(crate) fn within(&self) -> io::Result<Self> {
        Self::from_owner(tempfile::Builder::new().prefix("trial-").tempdir_in(&self.path)?)
    }

    fn from_owner(owner: TempDir) -> io::Result<Self> {
        // The true path: a program that asks for its working folder must see the same name as the check.
        Ok(Self { path: owner.path().canonicalize()?, owner: Some(owner) })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let Some(owner) = self.owner.take() else { return };
        if owner.close().is_err() {
            open_up(&self.path);
            // What can't be removed now can't be removed by us at all: another user's file.
            fs::remove_dir_all(&self.path).ok();
        }
    }
}

/// Makes every folder below `path` ours to empty again.
fn open_up(path: &Path) {
    fs::set_permissions(path, Permissions::from_mode(0o700)).ok();
    let Ok(entries) = fs::read_dir(path) else { return };
    for entry in entries.flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            open_up(&entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_goes_even_when_it_was_locked_from_within() {
        let outer = Folder::temporary().unwrap();
        let inner = outer.within().unwrap();
        let locked = inner.path().join("a/b");
        fs::create_dir_all(&locked).unwrap();
        fs::write(locked.join("file"), b"x").unwrap();
        fs::set_permissions(&locked, Permissions::from_mode(0o000)).unwrap();
        let (inner_path, outer_path) = (inner.path().to_owned(), outer.path().to_owned());
        drop(inner);
        assert!(!inner_path.exists());
        drop(outer);
        assert!(!outer_path.exists());
    }
}
