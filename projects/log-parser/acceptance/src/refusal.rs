//! Judges refusals: exit code 2 and, where the requirement asks for it, a quiet standard output and one clear line.

use proctor_harness::{Ending, Failure, Finished, Stop, Trial, Verdict};

use crate::judgement::{ending, spoken};

/// A question that has to be refused: the arguments after `count`.
#[derive(Debug)]
pub(crate) struct Refusal<'a> {
    arguments: &'a [&'a str],
}

impl<'a> Refusal<'a> {
    /// The question with these arguments, asked in a folder that holds the log and nothing else.
    pub(crate) fn of(arguments: &'a [&'a str]) -> Self {
        Self { arguments }
    }

    /// Judges the exit code alone.
    pub(crate) fn exits_with_2(&self, trial: &Trial<'_>) -> Result<Finished, Stop> {
        let finished = self.ask(trial)?;
        if finished.ending == Ending::Exited(2) {
            return Ok(finished);
        }
        Err(Self::failure(finished.clone(), "exit code 2", ending(finished.ending)).into())
    }

    /// Judges the exit code, standard output, and that standard error is one line which holds `name`.
    pub(crate) fn is_one_line_naming(&self, trial: &Trial<'_>, name: &str) -> Verdict {
        Self::is_quiet(self.exits_with_2(trial)?, name)
    }

    /// Judges the same of what was refused with whatever exit code, and says whether it was.
    pub(crate) fn if_refused_is_one_line_naming(&self, trial: &Trial<'_>, name: &str) -> Result<bool, Stop> {
        let finished = self.ask(trial)?;
        if finished.ending == Ending::Exited(0) {
            return Ok(false);
        }
        Self::is_quiet(finished, name).map(|()| true)
    }

    fn is_quiet(finished: Finished, name: &str) -> Verdict {
        if !finished.stdout.is_empty() {
            let actual = spoken("standard output", &finished.stdout);
            return Err(Self::failure(finished, "nothing on standard output", actual).into());
        }
        let said = String::from_utf8_lossy(&finished.stderr);
        let actual = spoken("standard error", &finished.stderr);
        if said.lines().count() != 1 || said.trim().is_empty() {
            return Err(Self::failure(finished.clone(), "one line on standard error", actual).into());
        }
        if !said.contains(name) {
            let expected = format!("one line on standard error that names {name:?}");
            return Err(Self::failure(finished.clone(), &expected, actual).into());
        }
        Ok(())
    }

    fn ask(&self, trial: &Trial<'_>) -> Result<Finished, Stop> {
        trial.program().arg("count").args(self.arguments.iter().copied()).run()
    }

    fn failure(finished: Finished, expected: &str, actual: String) -> Failure {
        Failure::new(expected, actual).command(finished.command).stderr(finished.stderr)
    }
}
