//! Runs lanes: those that need the machine for themselves one after another, neighbours that don't side by side.
//!
//! What a command prints goes to a file of its lane, and to the terminal only when the command fails: a person reads one
//! line a command. `VERBOSE=1` shows all of it as it comes.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::Command;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use crate::containers::{RUN, run};
use crate::crew::{Crew, CrewError, ending};
use crate::lane::{Lane, Step};
use crate::report::{Row, Strictness, Verdict, table};
use crate::said;
use crate::scope::Scope;

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
    /// What the commands are about.
    pub scope: Scope<'a>,
    /// What makes "skipped" a failure.
    pub strictness: &'a Strictness,
    /// Where the lanes' output is kept.
    pub logs: PathBuf,
    /// Whether the output of commands that pass is shown as well.
    pub verbose: bool,
}

impl Run<'_> {
    /// Runs the lanes and prints the table.
    ///
    /// # Errors
    ///
    /// When `out` can't be written to.
    pub fn lanes(&self, out: &mut dyn Write, lanes: &[&Lane]) -> io::Result<Ended> {
        fs::create_dir_all(&self.logs)?;
        let began = Instant::now();
        let (mut rows, mut rest) = (Vec::new(), lanes);
        while let Some(first) = rest.first()
            && !self.crew.interrupted()
        {
            let together = rest.iter().take_while(|lane| !first.alone && !lane.alone).count().max(1);
            let (now, later) = rest.split_at(together);
            match now {
                [lane] => rows.push(self.row(out, lane)?),
                lanes => rows.extend(self.together(out, lanes)?),
            }
            rest = later;
        }
        table(out, &rows, began.elapsed())?;
        Ok(if self.crew.interrupted() {
            Ended::Interrupted
        } else if rows.iter().any(|row| matches!(row.verdict, Verdict::Failed(_))) {
            Ended::Badly
        } else {
            Ended::Well
        })
    }

    /// Runs lanes side by side. What each says is kept until it ends, and printed whole.
    fn together(&self, out: &mut dyn Write, lanes: &[&Lane]) -> io::Result<Vec<Row>> {
        let names: Vec<_> = lanes.iter().map(|lane| lane.name).collect();
        writeln!(out, "\n=== side by side: {}", names.join(", "))?;
        out.flush()?;
        thread::scope(|threads| {
            let (sender, receiver) = mpsc::channel();
            for (index, lane) in lanes.iter().enumerate() {
                let sender = sender.clone();
                threads.spawn(move || {
                    let mut said = Vec::new();
                    let row = self.row(&mut said, lane);
                    let _nobody_listens_any_more = sender.send((index, row, said));
                });
            }
            drop(sender);
            let mut rows = Vec::new();
            for (index, row, said) in receiver {
                out.write_all(&said)?;
                out.flush()?;
                rows.push((index, row?));
            }
            rows.sort_by_key(|(index, _)| *index);
            Ok(rows.into_iter().map(|(_, row)| row).collect())
        })
    }

    fn row(&self, out: &mut dyn Write, lane: &Lane) -> io::Result<Row> {
        let began = Instant::now();
        let mut cpu = Duration::ZERO;
        let verdict = self.strictness.judge(lane.name, self.lane(out, lane, &mut cpu)?);
        Ok(Row { name: lane.name, verdict, time: began.elapsed(), cpu })
    }

    fn lane(&self, out: &mut dyn Write, lane: &Lane, cpu: &mut Duration) -> io::Result<Verdict> {
        writeln!(out, "\n=== {}: {}", lane.name, lane.proves)?;
        if let Some(reason) = lane.needs.iter().find_map(|need| need.missing()) {
            writeln!(out, "skipped: {reason}")?;
            return Ok(Verdict::Skipped(reason));
        }
        let mut verdict = Verdict::Passed;
        for step in lane.steps {
            verdict = self.step(out, lane, step, cpu)?;
            if verdict != Verdict::Passed {
                break;
            }
        }
        for line in lane.finally {
            match self.crew.clean_up(&mut self.command(&self.scope.fill(line))) {
                Ok(ran) => *cpu += ran.cpu,
                Err(error) => writeln!(out, "{} left something: {error}", lane.name)?,
            }
        }
        Ok(verdict)
    }

    fn step(&self, out: &mut dyn Write, lane: &Lane, step: &Step, cpu: &mut Duration) -> io::Result<Verdict> {
        let commands = step.commands(&self.scope);
        if commands.is_empty() && !step.may_be_empty() {
            return Ok(Verdict::Failed("there is nothing for it to run on".to_owned()));
        }
        let mut failures = Vec::new();
        for words in commands {
            let line = words.join(" ");
            let shown = line.replace(&format!("{}/", self.scope.tree.root.to_string_lossy()), "");
            writeln!(out, "$ {shown}")?;
            out.flush()?;
            let began = Instant::now();
            let mut command = self.command(&words);
            let log = self.logs.join(format!("{}.log", lane.name));
            if !self.verbose {
                let file = File::create(&log)?;
                command.stdout(file.try_clone()?).stderr(file);
            }
            let ran = match self.crew.measure(&mut command) {
                Ok(ran) => ran,
                Err(CrewError::Interrupted) => return Ok(Verdict::Failed("interrupted".to_owned())),
                Err(error) => {
                    failures.push(error.to_string());
                    continue;
                }
            };
            *cpu += ran.cpu;
            let output = fs::read(&log).unwrap_or_default();
            let output = if self.verbose { "".into() } else { String::from_utf8_lossy(&output) };
            if ran.status.success() {
                writeln!(out, "  {}", said::summary(&output, began.elapsed()))?;
            } else {
                out.write_all(output.as_bytes())?;
                writeln!(out, "  {}, {} s", ending(ran.status), began.elapsed().as_secs())?;
                failures.push(format!("{}: {shown}", ending(ran.status)));
            }
        }
        Ok(if failures.is_empty() { Verdict::Passed } else { Verdict::Failed(failures.join("; ")) })
    }

    fn command(&self, words: &[String]) -> Command {
        let mut command = Command::new(words.first().map_or("true", String::as_str));
        command.args(words.iter().skip(1)).current_dir(&self.scope.tree.root).env(RUN, run());
        command.env("CARGO_TARGET_DIR", &self.scope.tree.target);
        forget_cargo(&mut command);
        command
    }
}

/// Removes what cargo has set for this program about its own package: build scripts that watch those variables would
/// be run again by every cargo that is started from here.
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
