//! `proctor.toml`: read strictly, and refused with the line and the reason.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use crate::Exercise;

/// Why a folder is no solution.
#[derive(Debug, thiserror::Error)]
pub enum SolutionError {
    /// There is no `proctor.toml`, or it can't be read.
    #[error("failed to read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is wrong.
    #[error("{}:{line}: {reason}", path.display())]
    Wrong {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong, and what would be right.
        reason: String,
    },
}

/// What a good file says.
#[derive(Debug)]
pub(super) struct File {
    pub(super) level: u8,
    pub(super) build: Vec<String>,
    pub(super) run: Vec<String>,
    pub(super) env: Vec<(String, String)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    exercise: Spanned<String>,
    level: Spanned<i64>,
    #[serde(default)]
    build: Option<Spanned<Vec<String>>>,
    run: Spanned<Vec<String>>,
    #[serde(default)]
    env: BTreeMap<Spanned<String>, String>,
}

pub(super) fn read(
    path: &Path,
    exercises: &[&'static Exercise],
) -> Result<(File, &'static Exercise), SolutionError> {
    let text =
        fs::read_to_string(path).map_err(|source| SolutionError::Read { path: path.to_owned(), source })?;
    parse(&text, exercises).map_err(|(at, reason)| {
        let before = text.get(..at).unwrap_or(&text);
        let line = before.bytes().filter(|&byte| byte == b'\n').count() + 1;
        SolutionError::Wrong { path: path.to_owned(), line, reason }
    })
}

/// The byte at which a file is wrong, and the reason.
type Fault = (usize, String);

fn parse(text: &str, exercises: &[&'static Exercise]) -> Result<(File, &'static Exercise), Fault> {
    let raw: Raw = toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        (at, error.message().trim().replace('\n', ", "))
    })?;
    let name = raw.exercise.get_ref();
    let exercise = exercises.iter().find(|exercise| exercise.name == name).ok_or_else(|| {
        let known: Vec<_> = exercises.iter().map(|exercise| exercise.name).collect();
        let reason = format!("exercise \"{name}\" is unknown, known is {}", known.join(", "));
        (raw.exercise.span().start, reason)
    })?;
    let highest = exercise.levels.iter().map(|level| level.number).max().unwrap_or(0);
    let level = u8::try_from(*raw.level.get_ref())
        .ok()
        .filter(|level| (1..=highest).contains(level))
        .ok_or_else(|| {
            let reason = format!("level {} is not one of 1 to {highest}", raw.level.get_ref());
            (raw.level.span().start, reason)
        })?;
    if raw.run.get_ref().first().is_none_or(String::is_empty) {
        return Err((raw.run.span().start, "run must name a program".to_owned()));
    }
    if let Some(build) = &raw.build
        && build.get_ref().first().is_none_or(String::is_empty)
    {
        return Err((build.span().start, "build must name a program, or be left out".to_owned()));
    }
    for name in raw.env.keys() {
        if name.get_ref().is_empty() || name.get_ref().contains(['=', '\0']) {
            let reason = format!("\"{}\" can't be the name of a variable", name.get_ref());
            return Err((name.span().start, reason));
        }
    }
    let file = File {
        level,
        build: raw.build.map(Spanned::into_inner).unwrap_or_default(),
        run: raw.run.into_inner(),
        env: raw.env.into_iter().map(|(name, value)| (name.into_inner(), value)).collect(),
    };
    Ok((file, exercise))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Level;

    static TOY: Exercise = Exercise {
        name: "toy",
        title: "",
        brief: "",
        levels: &[Level { number: 1, title: "" }, Level { number: 2, title: "" }],
        checks: &[],
        needs: &[],
    };

    #[track_caller]
    fn refuses(text: &str, line: usize, reason: &str) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("proctor.toml");
        fs::write(&path, text).unwrap();
        match read(&path, &[&TOY]) {
            Err(SolutionError::Wrong { line: found, reason: text, .. }) => {
                assert_eq!((found, text.as_str()), (line, reason));
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_good_file_is_taken_whole() {
        let text = "exercise = \"toy\"\nlevel = 2\nbuild = [\"make\"]\nrun = [\"./a\", \"b\"]\nenv = { A = \"1\" }\n";
        let (file, exercise) = parse(text, &[&TOY]).unwrap();
        assert_eq!(exercise.name, "toy");
        assert_eq!(file.level, 2);
        assert_eq!(file.build, ["make"]);
        assert_eq!(file.run, ["./a", "b"]);
        assert_eq!(file.env, [("A".to_owned(), "1".to_owned())]);
    }

    #[test]
    fn a_wrong_file_is_refused_with_line_and_reason() {
        refuses(
            "exercise = \"toi\"\nlevel = 1\nrun = [\"a\"]",
            1,
            "exercise \"toi\" is unknown, known is toy",
        );
        refuses("exercise = \"toy\"\n\nlevel = 3\nrun = [\"a\"]", 3, "level 3 is not one of 1 to 2");
        refuses("exercise = \"toy\"\nlevel = 0\nrun = [\"a\"]", 2, "level 0 is not one of 1 to 2");
        refuses("exercise = \"toy\"\nlevel = 1\nrun = []", 3, "run must name a program");
        refuses(
            "exercise = \"toy\"\nlevel = 1\nrun = [\"a\"]\nbuild = []",
            4,
            "build must name a program, or be left out",
        );
        refuses(
            "exercise = \"toy\"\nlevel = \"1\"\nrun = [\"a\"]",
            2,
            "invalid type: string \"1\", expected i64",
        );
        refuses(
            "exercise = \"toy\"\nlevel = 1\nruns = [\"a\"]",
            3,
            "unknown field `runs`, expected one of `exercise`, `level`, `build`, `run`, `env`",
        );
        refuses("exercise = \"toy\"\nlevel = 1\nrun = [\"a\"", 3, "unclosed array, expected `]`");
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = read(Path::new("/nonexistent/proctor.toml"), &[&TOY]).unwrap_err();
        assert_eq!(error.to_string(), "failed to read /nonexistent/proctor.toml");
    }
}
