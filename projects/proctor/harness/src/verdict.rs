//! How a check ends: passed, failed with all that a reader needs, or skipped with the reason.

/// What a check returns: `Ok(())` is passed.
pub type Verdict = Result<(), Stop>;

/// Why a check did not pass.
#[derive(Clone, Debug)]
pub enum Stop {
    /// The solution is wrong.
    Failed(Box<Failure>),
    /// The machine lacks something; the reason is a full clause ("no Docker engine answers").
    Skipped(String),
    /// The person pressed Ctrl-C.
    Interrupted,
}

/// What went wrong, in the order in which a reader needs it. The requirement's own words, the seed and the
/// command to run again are added by the report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Failure {
    /// The command line as a person would type it.
    pub command: Option<String>,
    /// The smallest input that shows it; bytes that don't print are escaped by the report.
    pub input: Option<Vec<u8>>,
    /// Further inputs under their names: files, lists.
    pub files: Vec<Input>,
    /// What should have happened.
    pub expected: String,
    /// What happened.
    pub actual: String,
    /// What the program said on standard error, where that helps.
    pub stderr: Option<Vec<u8>>,
    /// A hint at the likely cause ("it closed standard input before it had read all of it").
    pub note: Option<String>,
    /// Other cases of the same check that are wrong as well.
    pub also: Vec<Self>,
    /// The limit that was broken, where proctor ended the program. A smaller input shows the same fault when it
    /// breaks the same limit.
    pub limit: Option<Limit>,
    /// The command that starts the program once more on the input that was kept; proctor itself fills it in.
    pub kept: Option<String>,
}

/// An input with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// The name of the file, as the program was given it.
    pub name: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// A limit of the run, whatever the exercise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Limit {
    /// Wall time.
    Deadline,
    /// The time that a program has until it is ready. It says as much about the machine as about the program.
    Start,
    /// Memory of the program and all that it started.
    Memory,
    /// Files in the folder that it is started in.
    Disk,
    /// Processes at a time.
    Processes,
    /// Bytes on standard output or standard error.
    Output,
    /// Nothing that it started may outlive the program.
    LeftBehind,
    /// The supervisor above the program is not its to kill.
    Supervisor,
}

impl Failure {
    /// A failure from what was expected and what happened.
    pub fn new(expected: impl Into<String>, actual: impl Into<String>) -> Self {
        Self { expected: expected.into(), actual: actual.into(), ..Self::default() }
    }

    /// Adds the input that shows it.
    #[must_use]
    pub fn input(mut self, input: impl Into<Vec<u8>>) -> Self {
        self.input = Some(input.into());
        self
    }

    /// Adds an input under its name; several are shown one after another.
    #[must_use]
    pub fn file(mut self, name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        self.files.push(Input { name: name.into(), bytes: bytes.into() });
        self
    }

    /// Judges every case of a check, so that one run tells all that are wrong: the first failure, with the others
    /// below it.
    ///
    /// # Errors
    ///
    /// The failures as one. The first case that was skipped or interrupted ends it.
    pub fn of_all(cases: impl IntoIterator<Item = Verdict>) -> Verdict {
        let mut first: Option<Box<Self>> = None;
        for case in cases {
            match (case, &mut first) {
                (Ok(()), _) => {}
                (Err(Stop::Failed(failure)), None) => first = Some(failure),
                (Err(Stop::Failed(failure)), Some(first)) => first.also.push(*failure),
                (Err(stop), _) => return Err(stop),
            }
        }
        first.map_or(Ok(()), |failure| Err(Stop::Failed(failure)))
    }

    /// True when another failure has the same cause, as far as that can be seen: the same happened, whatever was
    /// expected.
    pub(crate) fn has_cause_of(&self, other: &Self) -> bool {
        self.actual == other.actual && self.limit == other.limit
    }

    /// Adds the command line.
    #[must_use]
    pub fn command(mut self, command: impl Into<String>) -> Self {
        self.command = Some(command.into());
        self
    }

    /// Adds what the program said on standard error.
    #[must_use]
    pub fn stderr(mut self, stderr: impl Into<Vec<u8>>) -> Self {
        self.stderr = Some(stderr.into());
        self
    }

    /// Names the limit that was broken.
    #[must_use]
    pub fn limit(mut self, limit: Limit) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Adds a hint at the cause.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(Box::new(failure))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_cases_that_are_wrong_are_told_at_once() {
        let wrong = |what: &str| -> Verdict { Err(Failure::new("right", what).into()) };
        let judged = Failure::of_all([Ok(()), wrong("one"), Ok(()), wrong("two"), wrong("three")]);
        let Err(Stop::Failed(failure)) = judged else { panic!("{judged:?}") };
        let also: Vec<_> = failure.also.iter().map(|more| more.actual.as_str()).collect();
        assert_eq!((failure.actual.as_str(), also), ("one", vec!["two", "three"]));
        assert!(Failure::of_all([Ok(()), Ok(())]).is_ok());
        let stopped = Failure::of_all([wrong("one"), Err(Stop::Skipped("no disk".to_owned()))]);
        assert!(matches!(stopped, Err(Stop::Skipped(_))), "{stopped:?}");
    }
}
