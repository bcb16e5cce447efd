//! Runs lanes, one after another, with their output as it comes.

use std::io::{self, Write};
use std::process::Command;
use std::time::Instant;

use crate::containers::{RUN, run};
use crate::crew::{Crew, CrewError, ending};
use crate::lane::{Lane, Step};
use crate::report::{Row, Strictness, Verdict, table};
use crate::tree::Tree;

/// How a run of lanes ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// No lane failed.
    Well,
    /// A lane failed.
    Badly,
    /// A signal ended it; the lanes left were not run.
    Interrupted,
}

/// What a run of lanes needs to know.
#[derive(Debug)]
pub struct Run<'a> {
    /// Starts the commands.
    pub crew: &'a Crew,
    /// Where to start them.
    pub tree: &'a Tree,
    /// The path of this program, for steps that are its own.
    pub program: &'a str,
    /// What makes "skipped" a failure.
    pub strictness: &'a Strictness,
}

impl Run<'_> {
    /// Runs the lanes and prints the table.
    ///
    /// # Errors
    ///
    /// When `out` can't be written to.
    pub fn lanes(&self, out: &mut dyn Write, lanes: &[&Lane]) -> io::Result<Ended> {
        let mut rows = Vec::new();
        for lane in lanes {
            let began = Instant::now();
            let verdict = self.strictness.judge(lane.name, self.lane(out, lane)?);
            rows.push(Row { name: lane.name, verdict, time: began.elapsed() });
            if self.crew.interrupted() {
                break;
            }
        }
        table(out, &rows)?;
        Ok(if self.crew.interrupted() {
            Ended::Interrupted
        } else if rows.iter().any(|row| matches!(row.verdict, Verdict::Failed(_))) {
            Ended::Badly
        } else {
            Ended::Well
        })
    }

    fn lane(&self, out: &mut dyn Write, lane: &Lane) -> io::Result<Verdict> {
        writeln!(out, "\n=== {}: {}", lane.name, lane.proves)?;
        if let Some(reason) = lane.needs.iter().find_map(|need| need.missing()) {
            writeln!(out, "skipped: {reason}")?;
            return Ok(Verdict::Skipped(reason));
        }
        let mut verdict = Verdict::Passed;
        for step in lane.steps {
            verdict = self.step(out, step)?;
            if verdict != Verdict::Passed {
                break;
            }
        }
        for step in lane.finally {
            for words in step.commands(self.tree, self.program) {
                if let Err(error) = self.crew.clean_up(&mut self.command(&words)) {
                    writeln!(out, "{} left something: {error}", lane.name)?;
                }
            }
        }
        Ok(verdict)
    }

    fn step(&self, out: &mut dyn Write, step: &Step) -> io::Result<Verdict> {
        let commands = step.commands(self.tree, self.program);
        if commands.is_empty() {
            return Ok(Verdict::Failed("there is nothing for it to run on".to_owned()));
        }
        let mut failures = Vec::new();
        for words in commands {
            let line = words.join(" ");
            writeln!(out, "$ {line}")?;
            out.flush()?;
            match self.crew.run(&mut self.command(&words)) {
                Ok(status) if status.success() => {}
                Ok(status) => failures.push(format!("{}: {line}", ending(status))),
                Err(CrewError::Interrupted) => return Ok(Verdict::Failed("interrupted".to_owned())),
                Err(error) => failures.push(error.to_string()),
            }
        }
        Ok(if failures.is_empty() { Verdict::Passed } else { Verdict::Failed(failures.join("; ")) })
    }

    fn command(&self, words: &[String]) -> Command {
        let mut command = Command::new(words.first().map_or("true", String::as_str));
        command.args(words.iter().skip(1)).current_dir(&self.tree.root).env(RUN, run());
        forget_cargo(&mut command);
        command
    }
}

/// Takes away what cargo has told this program about its own package: build scripts that watch those variables would
/// be run anew by every cargo that is started from here.
pub fn forget_cargo(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        let known = name.to_string_lossy();
        if ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"]
            .iter()
            .any(|p| known.starts_with(p))
        {
            command.env_remove(&name);
        }
    }
}
