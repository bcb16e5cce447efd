//! Why a program does not start, in words that say what to do.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use rustix::io::Errno;

use super::Solution;

/// The longest first line that the kernel itself looks at.
const FIRST_LINE: u64 = 256;

impl Solution {
    /// The reason behind the system's error, looked for where the program should be.
    pub(crate) fn why_it_does_not_start(&self, error: &io::Error) -> String {
        let named = self.run.first().map(String::as_str).unwrap_or_default();
        if !named.contains('/') {
            return match error.kind() {
                io::ErrorKind::NotFound if self.folder.join(named).is_file() => {
                    format!("no {named} on the PATH, but the folder has one: write ./{named}")
                }
                io::ErrorKind::NotFound => format!("no {named} on the PATH"),
                _ => error.to_string(),
            };
        }
        let path = self.folder.join(named);
        let Ok(found) = fs::metadata(&path) else {
            return match error.kind() {
                io::ErrorKind::NotFound => format!("there is no {named} in its folder"),
                _ => error.to_string(),
            };
        };
        match Errno::from_io_error(error) {
            _ if found.is_dir() => "it is a folder".to_owned(),
            Some(Errno::ACCESS) => "it is no executable; `chmod +x` makes it one".to_owned(),
            Some(Errno::NOENT) => match interpreter(&path) {
                Some(name) => format!("its first line asks for {name}, which isn't here"),
                None => "the loader that it was linked for isn't here".to_owned(),
            },
            _ => error.to_string(),
        }
    }
}

/// What a script's first line asks for.
fn interpreter(path: &Path) -> Option<String> {
    let mut line = Vec::new();
    BufReader::new(File::open(path).ok()?.take(FIRST_LINE)).read_until(b'\n', &mut line).ok()?;
    let line = String::from_utf8_lossy(&line).into_owned();
    // What is not seen is named: a carriage return at the end is a common reason.
    Some(line.strip_prefix("#!")?.trim_matches([' ', '\n']).escape_debug().to_string())
}
