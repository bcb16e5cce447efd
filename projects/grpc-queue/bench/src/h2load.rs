//! Runs h2load: independent of us, and quick enough to keep one core of a server busy.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use crate::program::GENERATOR;

/// What is sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Load<'a> {
    /// The protocol's content type.
    pub(crate) content_type: &'a str,
    /// The request's body.
    pub(crate) body: &'a [u8],
    /// HTTP/1.1 instead of HTTP/2.
    pub(crate) old: bool,
}

/// Requests a second that were answered well: 256 in flight, on 8 connections over HTTP/2 or 64 over HTTP/1.1.
pub(crate) fn run(load: Load<'_>, folder: &Path, url: &str, time: Duration) -> Result<f64> {
    let body = folder.join(format!("h2load-body-{}", std::process::id()));
    std::fs::write(&body, load.body)?;
    let output = Command::new("taskset")
        .args(["--cpu-list", &GENERATOR.to_string(), "h2load"])
        .args(if load.old { ["--h1", "-c64", "-m1"] } else { ["-t1", "-c8", "-m32"] })
        .args(["--warm-up-time=1", &format!("--duration={}", time.as_secs())])
        .args(["-H", &format!("content-type: {}", load.content_type), "-H", "te: trailers", "-d"])
        .arg(&body)
        .arg(url)
        .output()
        .context("failed to start h2load: Debian has it in nghttp2-client");
    // The next one is another's.
    std::fs::remove_file(&body)?;
    let output = output?;
    let said = String::from_utf8_lossy(&output.stdout);
    let rate = said.lines().find_map(|line| line.strip_prefix("finished in "));
    let rate = rate.and_then(|line| line.split(", ").nth(1)?.strip_suffix(" req/s")?.parse().ok());
    let failed = said.lines().find_map(|line| line.strip_prefix("status codes: "));
    let well = failed.is_some_and(|line| line.contains(" 0 3xx, 0 4xx, 0 5xx"));
    match rate {
        Some(rate) if well => Ok(rate),
        _ => bail!("h2load did not go well: {said}{}", String::from_utf8_lossy(&output.stderr)),
    }
}

/// Whether it is installed.
pub(crate) fn installed() -> bool {
    Command::new("h2load").arg("--version").output().is_ok_and(|output| output.status.success())
}
