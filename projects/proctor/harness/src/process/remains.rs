//! What outlives every process of a run: mounts in its folder, and cgroups.
//!
//! Mounts made in a mount namespace end with it. Cgroups are files of the whole machine, and so is a mount where there
//! is no namespace.

use std::collections::{BTreeSet, HashSet};
use std::ffi::{CString, OsStr, OsString};
use std::fs;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::syscall;

/// Maximum number of cgroups of the machine that are remembered.
const MAX_KNOWN: usize = 20_000;

/// Watches one run.
#[derive(Debug)]
pub(super) struct Remains {
    /// Where mounts are looked for; none where they end by themselves, or where others may mount.
    folder: Option<PathBuf>,
    /// Cgroups that processes of the run were in, which nobody had made before.
    cgroups: BTreeSet<PathBuf>,
    /// Only a program that is judged is watched.
    judged: bool,
}

/// A line of `/proc/self/mountinfo`.
#[derive(Debug)]
struct Mount {
    root: PathBuf,
    point: PathBuf,
    /// The type of the file system.
    kind: String,
    /// Its options: of a cgroup, the controllers.
    options: String,
}

impl Remains {
    pub(super) fn new(folder: &Path, judged: bool, namespaces: bool) -> Self {
        if judged {
            known();
        }
        let folder = (judged && !namespaces).then(|| folder.to_owned());
        Self { folder, cgroups: BTreeSet::new(), judged }
    }

    /// Takes note of the cgroups that these processes are in.
    pub(super) fn note(&mut self, pids: &[u32]) {
        if !self.judged {
            return;
        }
        let of = |pid: &str| fs::read_to_string(format!("/proc/{pid}/cgroup")).unwrap_or_default();
        let own = of("self");
        let own: HashSet<&str> = own.lines().collect();
        for lines in pids.iter().map(|pid| of(&pid.to_string())) {
            let others = lines.lines().filter(|line| !own.contains(line)).filter_map(cgroup);
            self.cgroups.extend(others.filter(|folder| !known().contains(folder)));
        }
    }

    /// Removes what is left, and names it.
    pub(super) fn clear(&self) -> Vec<String> {
        let mut left = Vec::new();
        let below =
            |mount: &Mount| self.folder.as_ref().is_some_and(|folder| mount.point.starts_with(folder));
        if self.folder.is_some() {
            // The last one made lies on top.
            for mount in mounts().into_iter().filter(below).rev() {
                let name = mount.point.file_name().unwrap_or_default().display().to_string();
                if let Ok(point) = CString::new(mount.point.into_os_string().into_vec()) {
                    syscall::unmount(&point).ok();
                }
                left.push(format!("a mount at {name}"));
            }
        }
        for cgroup in self.cgroups.iter().filter(|cgroup| cgroup.is_dir()) {
            left.push(format!("the cgroup {}", cgroup.display()));
            remove_cgroup(cgroup);
        }
        left
    }
}

/// Removes a cgroup and those in it, as far as no process is in them.
fn remove_cgroup(cgroup: &Path) {
    for inner in folders(cgroup) {
        remove_cgroup(&inner);
    }
    fs::remove_dir(cgroup).ok();
}

/// The folder of a line of `/proc/PID/cgroup`: "8:pids:/some/group", or "0::/some/group".
fn cgroup(line: &str) -> Option<PathBuf> {
    let mut fields = line.splitn(3, ':').skip(1);
    let (controllers, path) = (fields.next()?, fields.next()?);
    let wanted = |mount: &Mount| match controllers {
        "" => mount.kind == "cgroup2",
        some => {
            mount.kind == "cgroup" && some.split(',').all(|name| mount.options.split(',').any(|o| o == name))
        }
    };
    let mount = mounts().into_iter().find(wanted)?;
    Some(mount.point.join(Path::new(path).strip_prefix(&mount.root).ok()?))
}

/// The cgroups that were there before anything was judged.
fn known() -> &'static HashSet<PathBuf> {
    static KNOWN: OnceLock<HashSet<PathBuf>> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let hierarchies = mounts().into_iter().filter(|mount| mount.kind.starts_with("cgroup"));
        let mut next: Vec<_> = hierarchies.map(|mount| mount.point).collect();
        let mut known = HashSet::new();
        while let Some(folder) = next.pop().filter(|_| known.len() < MAX_KNOWN) {
            next.extend(folders(&folder));
            known.insert(folder);
        }
        known
    })
}

fn folders(folder: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir())).map(|entry| entry.path())
}

fn mounts() -> Vec<Mount> {
    let text = fs::read("/proc/self/mountinfo").unwrap_or_default();
    text.split(|&byte| byte == b'\n').filter_map(mount).collect()
}

/// Reads "36 35 98:0 ROOT POINT rw,noatime master:1 - TYPE SOURCE OPTIONS".
fn mount(line: &[u8]) -> Option<Mount> {
    let mut fields = line.split(|&byte| byte == b' ').skip(3);
    let (root, point) = (unescaped(fields.next()?), unescaped(fields.next()?));
    let mut rest = fields.skip_while(|field| *field != b"-").skip(1);
    let text = |field: &[u8]| String::from_utf8_lossy(field).into_owned();
    let kind = text(rest.next()?);
    let options = text(rest.nth(1)?);
    Some(Mount { root: root.into(), point: point.into(), kind, options })
}

/// Spaces and the like appear as three octal digits behind a backslash.
fn unescaped(field: &[u8]) -> OsString {
    let mut bytes = Vec::with_capacity(field.len());
    let mut rest = field;
    while let Some((&first, more)) = rest.split_first() {
        let digits = more.get(..3).filter(|_| first == b'\\').map(|digits| String::from_utf8_lossy(digits));
        match digits.and_then(|digits| u8::from_str_radix(&digits, 8).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = more.get(3..).unwrap_or_default();
            }
            None => {
                bytes.push(first);
                rest = more;
            }
        }
    }
    OsStr::from_bytes(&bytes).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mount_point_with_a_space_is_read() {
        let line = b"36 35 98:0 /root /a\\040b rw,noatime master:1 - ext4 /dev/sda rw,data=x";
        let mount = mount(line).unwrap();
        assert_eq!((mount.root.as_path(), mount.point.as_path()), (Path::new("/root"), Path::new("/a b")));
        assert_eq!((mount.kind.as_str(), mount.options.as_str()), ("ext4", "rw,data=x"));
    }
}
