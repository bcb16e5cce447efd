//! Runs the program, and makes small logs for it.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// What a run of the program came to.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

pub(crate) fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_log-parser"));
    command.args(arguments).stdin(Stdio::null());
    command
}

/// Runs it without input.
pub(crate) fn run(arguments: &[&str]) -> Run {
    program(arguments).output().unwrap().into()
}

/// Runs it with an input.
pub(crate) fn run_with(arguments: &[&str], input: &[u8]) -> Run {
    let mut command = program(arguments);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output.into()
}

/// A folder with files, removed at the end of the test.
pub(crate) struct Folder(tempfile::TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> String {
        let path: PathBuf = self.0.path().join(name);
        path.to_str().unwrap().to_owned()
    }

    pub(crate) fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }
}

pub(crate) const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
pub(crate) const GOOGLEBOT: &str = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";

/// One line of a combined log.
pub(crate) fn line(client: &str, minute: u32, request: &str, status: u16, agent: &str) -> String {
    let (hour, minute) = (10 + minute / 60, minute % 60);
    format!(
        "{client} - - [20/Nov/2026:{hour:02}:{minute:02}:03 +0000] \"{request}\" {status} 512 \"-\" \"{agent}\"\n"
    )
}

/// Eight lines, one or more of each outcome for `GET /a` without 192.0.2.0/24 and bots.
pub(crate) fn small() -> String {
    [
        line("203.0.113.7", 5, "GET /a HTTP/1.1", 200, FIREFOX),
        line("203.0.113.8", 50, "GET /a?b=c HTTP/1.1", 404, FIREFOX),
        line("2001:db8::7", 125, "GET http://example.com/a HTTP/1.1", 200, FIREFOX),
        line("203.0.113.7", 130, "HEAD /a HTTP/1.1", 200, FIREFOX),
        line("203.0.113.7", 131, "GET /users/7 HTTP/1.1", 200, FIREFOX),
        line("192.0.2.1", 132, "GET /a HTTP/1.1", 200, FIREFOX),
        line("203.0.113.9", 133, "GET /a HTTP/1.1", 200, GOOGLEBOT),
        "203.0.113.9 - - [20/Nov/2026:12:14:03 +0000] \"GET /a HTTP/1.1\n".to_owned(),
    ]
    .concat()
}
