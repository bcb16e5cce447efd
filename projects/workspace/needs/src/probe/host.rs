//! The machine itself: rights, cgroups, namespaces, an emulator, room on the disk.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access, statvfs};

use super::program::{Failure, on_path, run};
use crate::place::root as repository;

const CGROUPS: &str = "/sys/fs/cgroup";
const EMULATOR: &str = "qemu-system-x86_64";

/// Whether we are root.
pub(super) fn root() -> Result<String, String> {
    if rustix::process::geteuid().is_root() {
        Ok("yes".to_owned())
    } else {
        Err("this is not root".to_owned())
    }
}

/// Whether the controller is there on cgroup v2 and our own group may be divided.
pub(super) fn controller(name: &str) -> Result<String, String> {
    let controllers = fs::read_to_string(Path::new(CGROUPS).join("cgroup.controllers"))
        .map_err(|_| "this machine has no cgroup v2".to_owned())?;
    if !controllers.split_ascii_whitespace().any(|controller| controller == name) {
        return Err(format!("cgroup v2 has no {name} controller here, only: {}", controllers.trim()));
    }
    let own = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let own = own.lines().find_map(|line| line.strip_prefix("0::")).unwrap_or("/");
    let own = Path::new(CGROUPS).join(own.trim_start_matches('/'));
    access(&own, Access::WRITE_OK).map_err(|_| format!("no right to divide {}", own.display()))?;
    Ok(format!("usable below {}", own.display()))
}

/// Tried, not asked: what the settings promise, a container may still refuse.
pub(super) fn namespaces() -> Result<String, String> {
    let ways = [
        ("root", &["--mount", "--pid", "--fork", "true"][..]),
        ("without root", &["--user", "--map-root-user", "--mount", "--pid", "--fork", "true"][..]),
    ];
    let mut reason = String::new();
    for (who, args) in ways {
        match run("unshare", args) {
            Ok(_) => return Ok(format!("usable ({who})")),
            Err(Failure::NotInstalled) => {
                return Err("namespaces were not tried: unshare is not installed".to_owned());
            }
            Err(failure) => reason = format!("no namespaces ({})", failure.of("unshare")),
        }
    }
    Err(reason)
}

/// The kernel that `MICROVM_KERNEL` names, and the emulator.
pub(super) fn microvm() -> Result<String, String> {
    let kernel = env::var_os("MICROVM_KERNEL").map(PathBuf::from).ok_or("MICROVM_KERNEL is not set")?;
    if !kernel.is_file() {
        return Err(format!("MICROVM_KERNEL names no file: {}", kernel.display()));
    }
    if !on_path(EMULATOR) {
        return Err(format!("{EMULATOR} is not installed"));
    }
    Ok(format!("{EMULATOR}, {}", kernel.display()))
}

/// Room where cargo builds.
pub(super) fn disk(mebibytes: u64) -> Result<String, String> {
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| repository().join("target"), PathBuf::from);
    // Before the first build it isn't there; its place is the nearest folder that is.
    let folder = target.ancestors().find(|folder| folder.is_dir()).unwrap_or_else(|| Path::new("."));
    let found = statvfs(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let free = found.f_bavail.saturating_mul(found.f_frsize) >> 20;
    let said = format!("{:.1} GiB free", free as f64 / 1024.0);
    if free >= mebibytes { Ok(said) } else { Err(format!("only {said}")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn disk_compares_what_is_free_with_what_is_needed() {
        assert!(disk(1).unwrap().ends_with(" GiB free"));
        assert!(disk(u64::MAX).unwrap_err().starts_with("only "));
    }

    #[test]
    fn a_controller_that_nobody_has_is_missing() {
        controller("no-such-controller").unwrap_err();
    }
}
