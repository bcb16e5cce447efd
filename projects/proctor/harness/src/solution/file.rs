//! `proctor.toml`: read strictly, and refused with the line and the reason.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;
use serde::Deserialize;
use toml::Spanned;

use crate::Exercise;

/// Far more than any such file says.
const LONGEST: u64 = 1 << 20;

/// Why a folder is no solution.
#[derive(Debug, thiserror::Error)]
pub enum SolutionError {
    /// There is no folder, or no `proctor.toml` in it.
    #[error("a solution is a folder with a proctor.toml; {} {why}", folder.display())]
    NoSolution {
        /// The folder as it was given.
        folder: PathBuf,
        /// What is there instead, as the end of the sentence.
        why: &'static str,
    },
    /// The `proctor.toml` can't be read.
    #[error("failed to read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Something else than a file has its name: a folder, a pipe, a device.
    #[error("{} is not a regular file", path.display())]
    NoFile {
        /// What has the name.
        path: PathBuf,
    },
    /// No person wrote this.
    #[error("{} is longer than {} KiB", path.display(), LONGEST >> 10)]
    TooLong {
        /// The file.
        path: PathBuf,
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
    pub(super) needs: Vec<String>,
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
    needs: Option<Words>,
    #[serde(default)]
    build: Option<Words>,
    run: Words,
    #[serde(default)]
    env: BTreeMap<Spanned<String>, Spanned<String>>,
}

/// A command line; each word knows where it stands.
type Words = Spanned<Vec<Spanned<String>>>;

pub(super) fn read(
    path: &Path,
    exercises: &[&'static Exercise],
) -> Result<(File, &'static Exercise), SolutionError> {
    let bytes = contents(path)?;
    let parsed = match std::str::from_utf8(&bytes) {
        Ok(text) => parse(text, exercises),
        Err(error) => Err((error.valid_up_to(), "not UTF-8".to_owned())),
    };
    parsed.map_err(|(at, reason)| {
        let before = bytes.get(..at).unwrap_or(&bytes);
        let line = before.iter().filter(|&&byte| byte == b'\n').count() + 1;
        SolutionError::Wrong { path: path.to_owned(), line, reason }
    })
}

/// The bytes of a regular file that is not too long. Anything else could keep us waiting for ever.
fn contents(path: &Path) -> Result<Vec<u8>, SolutionError> {
    let path = || path.to_owned();
    let failed = |source| SolutionError::Read { path: path(), source };
    // Without the flag a pipe would wait here for someone to write into it.
    let mut open = OpenOptions::new();
    open.read(true).custom_flags(OFlags::NONBLOCK.bits().cast_signed());
    let file = match open.open(path()) {
        Ok(file) => file,
        // A socket can't even be opened.
        Err(error) if error.raw_os_error() == Some(rustix::io::Errno::NXIO.raw_os_error()) => {
            return Err(SolutionError::NoFile { path: path() });
        }
        Err(error) => return Err(failed(error)),
    };
    if !file.metadata().map_err(failed)?.is_file() {
        return Err(SolutionError::NoFile { path: path() });
    }
    let mut bytes = Vec::new();
    file.take(LONGEST + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > LONGEST { Err(SolutionError::TooLong { path: path() }) } else { Ok(bytes) }
}

/// The byte at which a file is wrong, and the reason.
type Fault = (usize, String);

fn parse(text: &str, exercises: &[&'static Exercise]) -> Result<(File, &'static Exercise), Fault> {
    let raw: Raw = toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        (at, in_words(error.message()))
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
    let run = words("run", "run must name a program", raw.run)?;
    let left_out = "build must name a program, or be left out";
    let build = raw.build.map(|build| words("build", left_out, build)).transpose()?.unwrap_or_default();
    let left_out = "needs must name a program, or be left out";
    let needs = raw.needs.map(|needs| words("needs", left_out, needs)).transpose()?.unwrap_or_default();
    let env = raw.env.into_iter().map(variable).collect::<Result<_, _>>()?;
    Ok((File { level, needs, build, run, env }, exercise))
}

/// The words of a command line, of which the first must be a program.
fn words(key: &str, nameless: &str, words: Words) -> Result<Vec<String>, Fault> {
    if words.get_ref().first().is_none_or(|program| program.get_ref().is_empty()) {
        return Err((words.span().start, nameless.to_owned()));
    }
    words.into_inner().into_iter().map(|word| handed_over(key, word)).collect()
}

fn variable((name, value): (Spanned<String>, Spanned<String>)) -> Result<(String, String), Fault> {
    if name.get_ref().is_empty() || name.get_ref().contains(['=', '\0']) {
        return Err((name.span().start, format!("\"{}\" can't be the name of a variable", name.get_ref())));
    }
    Ok((name.into_inner(), handed_over("env", value)?))
}

/// What a program can be handed: the system ends its words with a zero byte.
fn handed_over(key: &str, word: Spanned<String>) -> Result<String, Fault> {
    if word.get_ref().contains('\0') {
        return Err((word.span().start, format!("{key} holds a zero byte, which no program can be handed")));
    }
    Ok(word.into_inner())
}

/// The parser's reason without the names of its types.
fn in_words(message: &str) -> String {
    const NAMES: [(&str, &str); 3] = [
        ("expected i64", "expected a whole number"),
        ("expected a sequence", "expected a list of words"),
        ("expected a map", "expected a table"),
    ];
    let message = message.trim().replace('\n', ", ");
    NAMES.iter().fold(message, |message, (from, to)| message.replace(from, to))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::net::UnixListener;

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
    fn refuses(text: impl AsRef<[u8]>, line: usize, reason: &str) {
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
        let text = "exercise = \"toy\"\nlevel = 2\nneeds = [\"go\"]\nbuild = [\"make\"]\nrun = [\"./a\", \"b\"]\n\
                    env = { A = \"1\" }\n";
        let (file, exercise) = parse(text, &[&TOY]).unwrap();
        assert_eq!(exercise.name, "toy");
        assert_eq!(file.level, 2);
        assert_eq!(file.needs, ["go"]);
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
            "invalid type: string \"1\", expected a whole number",
        );
        refuses(
            "exercise = \"toy\"\nlevel = 1\nruns = [\"a\"]",
            3,
            "unknown field `runs`, expected one of `exercise`, `level`, `needs`, `build`, `run`, `env`",
        );
        refuses("exercise = \"toy\"\nlevel = 1\nrun = [\"a\"", 3, "unclosed array, expected `]`");
    }

    #[test]
    fn words_of_the_wrong_kind_are_told_without_the_names_of_types() {
        let head = "exercise = \"toy\"\nlevel = 1\n";
        let refuses = |rest: &str, line, reason: &str| refuses(format!("{head}{rest}"), line, reason);
        refuses("run = \"a\"", 3, "invalid type: string \"a\", expected a list of words");
        refuses("run = [1]", 3, "invalid type: integer `1`, expected a string");
        refuses("run = [\"a\"]\nenv = [\"A\"]", 4, "invalid type: sequence, expected a table");
    }

    #[test]
    fn what_no_program_can_be_handed_is_refused_with_its_line() {
        let head = "exercise = \"toy\"\nlevel = 1\n";
        let refuses = |rest: &str, line, reason: &str| refuses(format!("{head}{rest}"), line, reason);
        let zero = "run holds a zero byte, which no program can be handed";
        refuses("run = [\"a\",\n\"\\u0000\"]", 4, zero);
        refuses("run = [\"\\u0000\"]", 3, zero);
        refuses("build = [\"a\\u0000\"]\nrun = [\"a\"]", 3, &zero.replace("run", "build"));
        refuses("run = [\"a\"]\n[env]\nA = \"\\u0000\"", 5, &zero.replace("run", "env"));
        refuses("run = [\"a\"]\nenv = { \"A=B\" = \"\" }", 4, "\"A=B\" can't be the name of a variable");
    }

    #[test]
    fn bytes_that_are_no_text_are_refused_with_their_line() {
        refuses(b"exercise = \"toy\"\nlevel = 1\nrun = [\"\xff\"]\n", 3, "not UTF-8");
    }

    #[test]
    fn only_a_regular_file_of_sensible_length_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name| folder.path().join(name);
        let said = |path: &Path| read(path, &[&TOY]).unwrap_err().to_string();
        rustix::fs::mknodat(rustix::fs::CWD, path("pipe"), rustix::fs::FileType::Fifo, 0o600.into(), 0)
            .unwrap();
        fs::create_dir(path("folder")).unwrap();
        let _socket = UnixListener::bind(path("socket")).unwrap();
        for name in ["pipe", "folder", "socket"] {
            assert!(said(&path(name)).ends_with(&format!("/{name} is not a regular file")), "{name}");
        }
        assert_eq!(said(Path::new("/dev/zero")), "/dev/zero is not a regular file");
        fs::write(path("long"), vec![b'#'; 1 << 21]).unwrap();
        assert!(said(&path("long")).ends_with("/long is longer than 1024 KiB"));
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = read(Path::new("/nonexistent/proctor.toml"), &[&TOY]).unwrap_err();
        assert_eq!(error.to_string(), "failed to read /nonexistent/proctor.toml");
    }
}
