//! Reads the commands out of a README's `sh` blocks, with the folder that each is typed in.

use std::path::{Component, Path, PathBuf};

/// One command as a reader would type it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    /// The README, below the root.
    pub readme: PathBuf,
    /// Its line there.
    pub line: usize,
    /// The folder that it is typed in, below the root: the README's own, or where a `cd` above it has led.
    pub directory: PathBuf,
    /// The command, without a comment behind it.
    pub text: String,
}

impl Typed {
    /// The folder in words.
    #[must_use]
    pub fn place(&self) -> String {
        place(&self.directory)
    }
}

pub(super) fn place(directory: &Path) -> String {
    if directory.as_os_str().is_empty() { "the root".to_owned() } else { directory.display().to_string() }
}

/// The commands of one README. `cd` is not one: it says where the next are typed.
#[must_use]
pub fn commands(readme: &Path, text: &str) -> Vec<Typed> {
    let home = readme.parent().unwrap_or_else(|| Path::new("")).to_path_buf();
    let mut found: Vec<Typed> = Vec::new();
    let (mut inside, mut continued, mut directory) = (false, false, home.clone());
    for (number, line) in text.lines().enumerate() {
        if let Some(language) = line.trim_start().strip_prefix("```") {
            inside = !inside && language.trim() == "sh";
            directory.clone_from(&home);
            continue;
        }
        let command = line.split("  #").next().unwrap_or(line).trim();
        if !inside || command.is_empty() || command.starts_with('#') {
            continue;
        }
        let (command, goes_on) =
            command.strip_suffix('\\').map_or((command, false), |c| (c.trim_end(), true));
        match (continued, found.last_mut()) {
            (true, Some(last)) => last.text = format!("{} {command}", last.text),
            _ => match command.strip_prefix("cd ") {
                Some(to) => directory = joined(&directory, Path::new(to.trim())),
                None => found.push(Typed {
                    readme: readme.to_path_buf(),
                    line: number + 1,
                    directory: directory.clone(),
                    text: command.to_owned(),
                }),
            },
        }
        continued = goes_on;
    }
    found
}

/// Joins, and takes `..` back at once.
fn joined(base: &Path, path: &Path) -> PathBuf {
    let mut joined = base.to_path_buf();
    for component in path.components() {
        match component {
            Component::ParentDir => {
                joined.pop();
            }
            Component::CurDir => {}
            other => joined.push(other),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::commands;

    #[track_caller]
    fn check(text: &str, expected: &[(&str, &str)]) {
        let found = commands(Path::new("projects/a/README.md"), text);
        let found: Vec<_> = found.iter().map(|c| (c.directory.to_str().unwrap(), c.text.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn reads_shell_blocks_alone() {
        check(
            "make no\n```sh\nmake one\n```\n```text\nmake no\n```\n```\nmake no\n```\n",
            &[("projects/a", "make one")],
        );
    }

    #[test]
    fn follows_cd_to_the_end_of_its_block() {
        let text = "```sh\ncd ../b\nmake b\n```\n```sh\nmake a\n```\n";
        check(text, &[("projects/b", "make b"), ("projects/a", "make a")]);
    }

    #[test]
    fn joins_continued_lines_and_drops_comments() {
        check(
            "```sh\n# why\nmake a \\\n  b  # all of it\n\nmake c\n```\n",
            &[("projects/a", "make a b"), ("projects/a", "make c")],
        );
    }
}
