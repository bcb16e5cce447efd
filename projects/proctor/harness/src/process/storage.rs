//! What a tree of processes keeps beside its resident memory: files in its folder, and open files that have no name.
//!
//! Reading it takes longer than counting processes, so it is looked at less often.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Shortest time between two looks.
const INTERVAL: Duration = Duration::from_millis(200);
/// The pause after a look, in times that it took.
const PAUSE: u32 = 10;
/// Maximum number of files in a folder that are counted.
const MAX_FILES: usize = 100_000;
/// Maximum number of open files of a tree that are looked at.
const MAX_OPEN: usize = 8_192;
/// Bytes of a block, as `stat` counts them.
const BLOCK: u64 = 512;

/// What a run stores, and when to look at it again.
#[derive(Debug)]
pub(super) struct Storage {
    folder: PathBuf,
    /// The time of the next look, or the start of the one under way.
    next: Instant,
}

/// Bytes of open files that are on no disk's folder listing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Unnamed {
    /// In memory: `memfd`, shared memory.
    pub(super) memory: u64,
    /// On a disk, deleted while open.
    pub(super) disk: u64,
}

impl Storage {
    pub(super) fn new(folder: PathBuf, start: Instant) -> Self {
        Self { folder, next: start + INTERVAL }
    }

    /// True when it is time to look; the look begins now.
    pub(super) fn is_due(&mut self) -> bool {
        let now = Instant::now();
        let due = now >= self.next;
        if due {
            self.next = now;
        }
        due
    }

    /// Ends a look: the longer it took, the longer until the next.
    pub(super) fn looked(&mut self) {
        let now = Instant::now();
        self.next = now + INTERVAL.max((now - self.next) * PAUSE);
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }
}

/// Bytes on disk of the files below a folder; follows no link and enters no other file system.
pub(super) fn size(folder: &Path) -> u64 {
    let Ok(device) = fs::symlink_metadata(folder).map(|found| found.dev()) else { return 0 };
    let (mut size, mut files) = (0, 0);
    let mut next = vec![folder.to_owned()];
    let mut linked = HashSet::new();
    while let Some(entries) = next.pop().map(fs::read_dir) {
        // It may be gone again, or closed to us.
        for entry in entries.into_iter().flatten().flatten() {
            files += 1;
            if files > MAX_FILES {
                return size;
            }
            let Ok(found) = entry.metadata() else { continue };
            if found.dev() != device || (found.nlink() > 1 && !found.is_dir() && !linked.insert(found.ino()))
            {
                continue;
            }
            size += found.blocks() * BLOCK;
            if found.is_dir() {
                next.push(entry.path());
            }
        }
    }
    size
}

/// What the open files of these processes hold that no folder lists.
pub(super) fn unnamed(living: &[u32]) -> Unnamed {
    let mut held = HashMap::new();
    let mut open = 0;
    for pid in living {
        let Ok(descriptors) = fs::read_dir(format!("/proc/{pid}/fd")) else { continue };
        for path in descriptors.flatten().map(|entry| entry.path()) {
            open += 1;
            if open > MAX_OPEN {
                break;
            }
            let Some(in_memory) = fs::read_link(&path).ok().and_then(|link| is_in_memory(&link)) else {
                continue;
            };
            if let Ok(found) = fs::metadata(&path)
                && found.is_file()
            {
                held.insert((found.dev(), found.ino()), (in_memory, found.blocks() * BLOCK));
            }
        }
    }
    let sum = |memory| held.values().filter(|(kind, _)| *kind == memory).map(|(_, bytes)| bytes).sum();
    Unnamed { memory: sum(true), disk: sum(false) }
}

/// True for a file in memory, false for one on a disk without a name; none for any other.
fn is_in_memory(link: &Path) -> Option<bool> {
    let link = link.as_os_str().as_encoded_bytes();
    if link.starts_with(b"/memfd:") || link.starts_with(b"/dev/shm/") {
        Some(true)
    } else {
        link.ends_with(b" (deleted)").then_some(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_measured_without_what_its_links_point_to() {
        let folder = tempfile::tempdir().unwrap();
        let other = tempfile::tempdir().unwrap();
        fs::write(other.path().join("large"), vec![1; 4 << 20]).unwrap();
        let inner = folder.path().join("a/b");
        fs::create_dir_all(&inner).unwrap();
        fs::write(inner.join("file"), vec![1; 1 << 20]).unwrap();
        fs::hard_link(inner.join("file"), inner.join("again")).unwrap();
        std::os::unix::fs::symlink(other.path(), inner.join("link")).unwrap();
        let size = size(folder.path());
        assert!((1 << 20..2 << 20).contains(&size), "{size}");
    }
}
