//! The machine itself: cgroups, namespaces, room on the disk.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access, statvfs};

use super::program;

const CGROUPS: &str = "/sys/fs/cgroup";

/// Whether the controller is there on cgroup v2 and our own group may be divided.
pub(super) fn controller(name: &str) -> Result<String, String> {
    let controllers = fs::read_to_string(Path::new(CGROUPS).join("cgroup.controllers"))
        .map_err(|_| "this machine has no cgroup v2".to_owned())?;
    if !controllers.split_ascii_whitespace().any(|controller| controller == name) {
        return Err(format!("cgroup v2 here has only: {}", controllers.trim()));
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
        match program::run("unshare", args) {
            Ok(_) => return Ok(format!("usable ({who})")),
            Err(why) if why == "not found" => {
                return Err("unshare isn't installed, so it wasn't tried".to_owned());
            }
            Err(why) => reason = why,
        }
    }
    Err(reason)
}

/// Room where cargo builds.
pub(super) fn disk(least: u64) -> Result<String, String> {
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from);
    // Before the first build it isn't there; it will lie where we are.
    let folder = if target.is_dir() { target } else { PathBuf::from(".") };
    let found = statvfs(&folder).map_err(|error| error.to_string())?;
    let free = found.f_bavail.saturating_mul(found.f_frsize) >> 20;
    let said = format!("{:.1} GiB free", free as f64 / 1024.0);
    if free >= least { Ok(said) } else { Err(said) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn disk_compares_what_is_free_with_what_is_needed() {
        assert!(disk(1).unwrap().ends_with(" GiB free"));
        assert!(disk(u64::MAX).is_err());
    }

    #[test]
    fn a_controller_that_nobody_has_is_missing() {
        controller("no-such-controller").unwrap_err();
    }
}
