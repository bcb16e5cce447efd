//! Temporary folders: one for a run of proctor, one in it for each trial. Dropping one removes it, whatever a
//! program did to the permissions in it.
//!
//! A run holds a lock on its folder. A folder that nobody holds belonged to a run that was killed before it could
//! clean up, and the next run removes it.

use std::ffi::CString;
use std::fs::{self, File};
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};

use rustix::fs::{
    AtFlags, CWD, Dir, FileType, FlockOperation, Mode, OFlags, StatxFlags, chmodat, fchmod, flock, fstat,
    openat, statat, statx, unlinkat,
};
use rustix::io::Errno;
use rustix::path::Arg;

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

/// Removes a folder and what is in it. Follows no link and enters no mount: the files behind one belong to others.
fn remove(path: &Path) {
    let Ok(folder) = open_folder(CWD, path) else { return };
    empty(&folder);
    // What can't be removed can't be removed by us at all: another user's file, or a mount.
    unlinkat(CWD, path, AtFlags::REMOVEDIR).ok();
}

fn empty(folder: &OwnedFd) {
    // A program may have locked it.
    fchmod(folder, Mode::RWXU).ok();
    let Ok(entries) = Dir::read_from(folder) else { return };
    let names: Vec<CString> = entries.flatten().map(|entry| entry.file_name().to_owned()).collect();
    for name in names.iter().filter(|name| !matches!(name.to_bytes(), b"." | b"..")) {
        if unlinkat(folder, name, AtFlags::empty()).is_ok() {
            continue;
        }
        let Ok(inner) = open_folder(folder, name) else { continue };
        if !is_mount(folder, &inner) {
            empty(&inner);
            unlinkat(folder, name, AtFlags::REMOVEDIR).ok();
        }
    }
}

/// Opens a folder to read it, where the program took that right away too.
fn open_folder(within: impl AsFd, name: impl Arg + Copy) -> rustix::io::Result<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    match openat(within.as_fd(), name, flags, Mode::empty()) {
        Err(Errno::ACCESS) => {
            let found = statat(within.as_fd(), name, AtFlags::SYMLINK_NOFOLLOW)?;
            if FileType::from_raw_mode(found.st_mode) != FileType::Directory {
                return Err(Errno::ACCESS);
            }
            chmodat(within.as_fd(), name, Mode::RWXU, AtFlags::empty())?;
            openat(within.as_fd(), name, flags, Mode::empty())
        }
        opened => opened,
    }
}

/// True where something is mounted on `inner`: another device, or a part of the same one. What can't be told counts.
fn is_mount(outer: &OwnedFd, inner: &OwnedFd) -> bool {
    let mount =
        |folder| statx(folder, c"", AtFlags::EMPTY_PATH, StatxFlags::BASIC_STATS | StatxFlags::MNT_ID);
    match (mount(outer), mount(inner)) {
        (Ok(outer), Ok(inner)) => {
            (outer.stx_dev_major, outer.stx_dev_minor, outer.stx_mnt_id)
                != (inner.stx_dev_major, inner.stx_dev_minor, inner.stx_mnt_id)
        }
        // A kernel before 4.11.
        _ => match (fstat(outer), fstat(inner)) {
            (Ok(outer), Ok(inner)) => outer.st_dev != inner.st_dev,
            _ => true,
        },
    }
}

/// Removes the folders of killed runs: folders of our own, never what a link of someone else points to.
fn remove_abandoned(place: &Path) {
    let Ok(entries) = fs::read_dir(place) else { return };
    let runs = entries.flatten().filter(|entry| entry.file_name().to_string_lossy().starts_with(RUN));
    let own = rustix::process::geteuid().as_raw();
    for path in runs.map(|entry| entry.path()) {
        let Ok(folder) = open_folder(CWD, &path) else { continue };
        if fstat(&folder).is_ok_and(|found| found.st_uid == own)
            && flock(&folder, FlockOperation::NonBlockingLockExclusive).is_ok()
        {
            remove(&path);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::process::Command;

    use super::*;
    use crate::skipped::skipped;

    #[test]
    fn the_clean_up_stops_at_a_mount_and_keeps_the_files_behind_it() {
        let behind = tempfile::tempdir().unwrap();
        fs::write(behind.path().join("precious"), b"x").unwrap();
        let outer = Folder::temporary().unwrap();
        let inner = outer.within().unwrap();
        let at = inner.path().join("a/mounted");
        fs::create_dir_all(&at).unwrap();
        let mount = Command::new("mount").arg("--bind").arg(behind.path()).arg(&at).output().unwrap();
        if !mount.status.success() {
            return skipped("mounts", String::from_utf8_lossy(&mount.stderr).trim());
        }
        drop(inner);
        let kept = behind.path().join("precious").exists();
        Command::new("umount").arg(&at).status().unwrap();
        assert!(kept);
    }

    #[test]
    fn a_link_in_the_place_of_an_abandoned_run_is_not_followed() {
        let place = tempfile::tempdir().unwrap();
        let other = tempfile::tempdir().unwrap();
        fs::write(other.path().join("precious"), b"x").unwrap();
        symlink(other.path(), place.path().join(format!("{RUN}link"))).unwrap();
        remove_abandoned(place.path());
        assert!(other.path().join("precious").exists());
        if rustix::process::geteuid().is_root() {
            let theirs = place.path().join(format!("{RUN}theirs"));
            fs::create_dir(&theirs).unwrap();
            std::os::unix::fs::chown(&theirs, Some(65_534), None).unwrap();
            remove_abandoned(place.path());
            assert!(theirs.exists(), "another user's folder");
        } else {
            skipped("root", "only root can make another user's folder");
        }
    }

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
