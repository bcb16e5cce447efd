//! Temporary folders: one for a run of proctor, one in it for each trial. Dropping one removes it, whatever a
//! program did to the permissions in it.
//!
//! A run holds a lock on its folder. A folder that nobody holds belonged to a run that was killed before it could
//! clean up, and the next run removes it.

use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};

/// Named so while it is held, or left behind.
const RUN: &str = "proctor-run-";
/// Named so until it is held: a folder with `RUN` in its name that isn't held must be an old one.
const NEW: &str = "proctor-new-";

/// A folder that is gone when this is dropped.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    /// Held by the run's folder alone. Programs and supervisors don't inherit it.
    _lock: Option<File>,
}

impl Folder {
    /// A fresh folder in the system's place for such; removes what killed runs have left there.
    pub(crate) fn temporary() -> io::Result<Self> {
        let place = std::env::temp_dir();
        remove_abandoned(&place);
        let mut folder = tempfile::Builder::new().prefix(NEW).tempdir_in(place)?;
        // The true path: a program that asks for its working folder must see the same name as the check.
        let path = folder.path().canonicalize()?;
        let lock = File::open(&path)?;
        flock(&lock, FlockOperation::NonBlockingLockExclusive)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().replace(NEW, RUN);
        let held = path.with_file_name(name);
        fs::rename(&path, &held)?;
        folder.disable_cleanup(true);
        Ok(Self { path: held, _lock: Some(lock) })
    }

    /// A fresh folder in this one.
    pub(crate) fn within(&self) -> io::Result<Self> {
        let path = tempfile::Builder::new().prefix("trial-").tempdir_in(&self.path)?.keep();
        Ok(Self { path, _lock: None })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        remove(&self.path);
    }
}

fn remove(path: &Path) {
    if fs::remove_dir_all(path).is_err() {
        open_up(path);
        // What can't be removed now can't be removed by us at all: another user's file.
        fs::remove_dir_all(path).ok();
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

fn remove_abandoned(place: &Path) {
    let Ok(entries) = fs::read_dir(place) else { return };
    let runs = entries.flatten().filter(|entry| entry.file_name().to_string_lossy().starts_with(RUN));
    for path in runs.map(|entry| entry.path()) {
        let Ok(folder) = File::open(&path) else { continue };
        if flock(&folder, FlockOperation::NonBlockingLockExclusive).is_ok() {
            remove(&path);
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

    #[test]
    fn only_folders_that_nobody_holds_are_removed() {
        let held = Folder::temporary().unwrap();
        let place = held.path().parent().unwrap().to_owned();
        let abandoned = place.join(format!("{RUN}abandoned-{}", std::process::id()));
        fs::create_dir(&abandoned).unwrap();
        remove_abandoned(&place);
        assert!(!abandoned.exists());
        assert!(held.path().exists());
    }
}
