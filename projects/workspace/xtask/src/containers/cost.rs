//! The CPU time that a dev container has taken, read from its control group before it is removed.

use std::process::Command;
use std::time::Duration;

use super::KEY_LABEL;
use super::sweep::{RUN_LABEL, run};
use crate::crew::Crew;

/// Prints `usage_usec N` among other lines under cgroup v2, and nanoseconds alone under v1.
const READ: &str = "cat /sys/fs/cgroup/cpu.stat 2>/dev/null || cat /sys/fs/cgroup/cpuacct/cpuacct.usage";

/// Timeout for one answer of Docker.
const TIMEOUT: Duration = Duration::from_secs(20);

/// The CPU time of the container of this key; none when it can't be read.
pub(super) fn cpu(crew: &Crew, key: &str) -> Option<Duration> {
    let docker = |words: &[&str]| {
        let output = crew.capture(Command::new("docker").args(words), TIMEOUT).ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let (run, key) = (format!("label={RUN_LABEL}={}", run()), format!("label={KEY_LABEL}={key}"));
    let container = docker(&["ps", "--quiet", "--filter", &run, "--filter", &key])?;
    parse(&docker(&["exec", container.lines().next()?, "sh", "-c", READ])?)
}

fn parse(said: &str) -> Option<Duration> {
    match said.lines().find_map(|line| line.strip_prefix("usage_usec ")) {
        Some(microseconds) => microseconds.trim().parse().ok().map(Duration::from_micros),
        None => said.trim().parse().ok().map(Duration::from_nanos),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::parse;

    #[test]
    fn reads_both_versions_of_control_groups() {
        assert_eq!(parse("usage_usec 2500000\nuser_usec 1"), Some(Duration::from_millis(2500)));
        assert_eq!(parse("157155562"), Some(Duration::from_nanos(157_155_562)));
        assert_eq!(parse("no such file"), None);
    }
}
