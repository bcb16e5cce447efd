//! Keeps what a failure was seen on: the input files, and a script that starts the program on them.
//!
//! A check may start the program a hundred times, on files of the same name. So each start is remembered with its
//! files until the check is done, and the one that the failure tells of is kept.

use std::ffi::{OsStr, OsString};
use std::fs::{self, Permissions};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Trial;
use crate::{Failure, shell};

/// Maximum size of a file that is kept.
const MAX_KEPT_FILE: u64 = 16 << 20;
/// Where a server listens that is started by hand, unless the person says where.
const BY_HAND: &str = "127.0.0.1:8080";
/// Maximum size of the remembered inputs; the oldest is dropped first.
const MAX_REMEMBERED: usize = 64 << 20;

/// One start of the program.
#[derive(Debug)]
pub(super) struct Start {
    /// The command line as it is told.
    pub(super) command: String,
    /// The true one, with the program's full path.
    pub(super) words: Vec<OsString>,
    pub(super) env: Vec<(OsString, OsString)>,
    /// Variables that it did not see.
    pub(super) unset: Vec<String>,
    pub(super) stdin: Option<Arc<Vec<u8>>>,
    pub(super) stdout_closed: bool,
    /// Files of the trial that the command line names.
    pub(super) files: Files,
    /// The variable that tells a server its address.
    pub(super) listens: Option<&'static str>,
}

/// Files by their names in the trial's folder.
#[derive(Debug, Default)]
pub(super) struct Files {
    kept: Vec<(PathBuf, Vec<u8>)>,
    too_large: Vec<PathBuf>,
}

impl Trial<'_> {
    /// Remembers a start, where failures are kept.
    pub(super) fn remember(&self, start: impl FnOnce() -> Start) {
        let Some(starts) = &self.starts else { return };
        let mut starts = starts.borrow_mut();
        starts.push(start());
        let mut size = starts.iter().map(Start::size).sum::<usize>();
        while size > MAX_REMEMBERED && starts.len() > 1 {
            size -= starts.remove(0).size();
        }
    }

    /// The files that these words name, as they are now.
    pub(super) fn named(&self, words: &[OsString]) -> Files {
        let names = |word: &OsString, name: &OsStr| {
            word.as_bytes().windows(name.len().max(1)).any(|part| part == name.as_bytes())
        };
        let mut files = Files::default();
        for path in self.written.borrow().iter() {
            let Ok(name) = path.strip_prefix(self.folder()) else { continue };
            let known = files.kept.iter().map(|(known, _)| known).chain(&files.too_large);
            if known.into_iter().any(|known| known == name)
                || !words.iter().any(|word| names(word, name.as_os_str()))
            {
                continue;
            }
            if path.metadata().is_ok_and(|found| found.len() > MAX_KEPT_FILE) {
                files.too_large.push(name.to_owned());
            } else if let Ok(bytes) = fs::read(path) {
                files.kept.push((name.to_owned(), bytes));
            }
        }
        files
    }

    /// Writes the start that the failure tells of into the folder; returns the command that does it again.
    pub(crate) fn keep(&self, folder: &Path, failure: &Failure) -> io::Result<Option<String>> {
        let Some(starts) = &self.starts else { return Ok(None) };
        let starts = starts.borrow();
        let told = |start: &&Start| failure.command.as_ref() == Some(&start.command);
        let shown = |start: &&Start| failure.input.as_ref().is_none_or(|input| start.shows(input));
        let latest = starts.iter().rev();
        let found = latest.clone().find(|start| told(start) && shown(start));
        let Some(start) = found.or_else(|| latest.clone().find(told)).or_else(|| latest.clone().next())
        else {
            return Ok(None);
        };
        fs::create_dir_all(folder)?;
        for (name, bytes) in &start.files.kept {
            let path = folder.join(name);
            path.parent().map_or(Ok(()), fs::create_dir_all)?;
            fs::write(path, bytes)?;
        }
        if let Some(input) = &start.stdin {
            fs::write(folder.join("input"), input.as_slice())?;
        }
        let script = folder.join("run.sh");
        fs::write(&script, start.script())?;
        fs::set_permissions(&script, Permissions::from_mode(0o755))?;
        Ok(Some(shell::line(&[OsStr::new("sh"), script.as_os_str()])))
    }
}

impl Start {
    /// The start of a server that this variable tells its address.
    pub(super) fn of_server(mut self, variable: &'static str) -> Self {
        self.env.retain(|(name, _)| name != variable);
        self.unset.retain(|name| name != variable);
        self.listens = Some(variable);
        self
    }

    fn size(&self) -> usize {
        self.files.kept.iter().map(|(_, bytes)| bytes.len()).sum::<usize>()
            + self.stdin.as_ref().map_or(0, |bytes| bytes.len())
    }

    /// True when this input is what the program read: its files one after the other, then standard input. A file
    /// that is no part of it (a list of options, say) is passed over.
    fn shows(&self, input: &[u8]) -> bool {
        let files = self.files.kept.iter().map(|(_, bytes)| bytes.as_slice());
        let parts = files.chain(self.stdin.iter().map(|bytes| bytes.as_slice()));
        parts.fold(input, |rest, part| rest.strip_prefix(part).unwrap_or(rest)).is_empty()
    }

    fn script(&self) -> Vec<u8> {
        let mut script = b"#!/bin/sh\ncd \"$(dirname \"$0\")\" || exit\n".to_vec();
        for name in &self.files.too_large {
            let words =
                format!("{} is larger than {} MiB and was not kept", name.display(), MAX_KEPT_FILE >> 20);
            script.extend_from_slice(b"echo ");
            script.extend(shell::exact(words.as_ref()));
            script.extend_from_slice(b" >&2\n");
        }
        for name in &self.unset {
            script.extend_from_slice(format!("unset {name}\n").as_bytes());
        }
        for (name, value) in &self.env {
            script.extend_from_slice(b"export ");
            script.extend_from_slice(name.as_bytes());
            script.push(b'=');
            script.extend(shell::exact(value));
            script.push(b'\n');
        }
        if let Some(name) = self.listens {
            // The check's own port belongs to someone else by then.
            let line = format!("export {name}=\"${{{name}:-{BY_HAND}}}\"\necho \"{name}=${name}\" >&2\n");
            script.extend_from_slice(line.as_bytes());
            if !self.stdout_closed {
                // Who ends the script means the server.
                script.extend_from_slice(b"exec ");
            }
        }
        for word in &self.words {
            script.extend(shell::exact(word));
            script.push(b' ');
        }
        script.extend_from_slice(if self.stdin.is_some() { b"< input" } else { b"< /dev/null" });
        script.extend_from_slice(if self.stdout_closed { b" | true\n" } else { b"\n" });
        script
    }
}
