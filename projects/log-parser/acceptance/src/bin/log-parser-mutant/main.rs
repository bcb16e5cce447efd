//! A log parser that is wrong on purpose: `log-parser-mutant --defect NAME count …`.
//!
//! Without a defect it meets the whole contract, written for whoever reads it and not for speed. It shares nothing
//! with the reference. Each defect is one switch at the place where the mistake would be made.

mod address;
mod agents;
mod client;
mod lines;
mod question;
mod record;
mod request;
mod tally;

use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::process::ExitCode;

use log_parser_acceptance::mutants::Defect;

use crate::question::Question;
use crate::tally::Tally;

/// What is wrong with this program, if anything.
#[derive(Clone, Copy)]
struct Wrong(Option<Defect>);

impl Wrong {
    /// Whether it is this.
    fn is(self, defect: Defect) -> bool {
        self.0 == Some(defect)
    }
}

fn main() -> ExitCode {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut wrong = Wrong(None);
    if arguments.first().is_some_and(|first| first == "--defect") && arguments.len() > 1 {
        let name = arguments.remove(1);
        arguments.remove(0);
        let Some(defect) = Defect::named(&name) else {
            return refuse(Wrong(None), &format!("no defect is named {name}"));
        };
        wrong = Wrong(Some(defect));
    }
    match Question::read(&arguments, wrong).and_then(|question| Ok((answer(&question, wrong)?, question))) {
        Ok((tally, question)) => tell(&tally, &question, wrong),
        Err(reason) => refuse(wrong, &reason),
    }
}

/// Reads all files; the reason of a refusal is a sentence.
fn answer(question: &Question, wrong: Wrong) -> Result<Tally, String> {
    let mut tally = Tally::default();
    let mut files: Vec<&str> = question.files.iter().map(String::as_str).collect();
    if files.is_empty() && !wrong.is(Defect::StdinUnread) {
        files.push("-");
    }
    if files.len() > 1 && wrong.is(Defect::DashAlone) {
        files.retain(|name| *name != "-");
    }
    if wrong.is(Defect::DashOnce) {
        let last = files.pop();
        files.retain(|name| *name != "-");
        files.extend(last);
    }
    let mut joined = Vec::new();
    let mut named = 0;
    for name in files {
        named += u32::from(name != "-");
        let input: Box<dyn Read> = if name == "-" && !wrong.is(Defect::DashIsAFile) {
            Box::new(io::stdin())
        } else {
            match File::open(name) {
                Ok(file) => Box::new(file),
                Err(_) if wrong.is(Defect::MissingFileSkipped) => continue,
                Err(error) => return Err(format!("{name} can't be read: {error}")),
            }
        };
        if wrong.is(Defect::FirstFileOnly) && named > 1 && name != "-" {
            continue;
        }
        if wrong.is(Defect::LastFileOnly) && named > 1 && name != "-" {
            tally = Tally::default();
        }
        let mut input = BufReader::with_capacity(1 << 16, input);
        if wrong.is(Defect::FilesJoined) {
            input.read_to_end(&mut joined).map_err(|error| format!("{name} can't be read: {error}"))?;
            continue;
        }
        lines::read(&mut input, question, wrong, &mut tally)
            .map_err(|error| format!("{name} can't be read: {error}"))?;
    }
    lines::read(&mut &joined[..], question, wrong, &mut tally)
        .map_err(|error| format!("the files can't be read: {error}"))?;
    if wrong.is(Defect::EmptyIsALine) && tally.lines() == 0 {
        tally.malformed += 1;
    }
    Ok(tally)
}

/// Writes the count and, if asked, the ledger.
fn tell(tally: &Tally, question: &Question, wrong: Wrong) -> ExitCode {
    let label = if wrong.is(Defect::Label) { "count: " } else { "" };
    let newline = if wrong.is(Defect::NoNewline) { "" } else { "\n" };
    let told = write!(io::stdout(), "{label}{}{newline}", tally.counted).and_then(|()| io::stdout().flush());
    if told.is_err() && wrong.is(Defect::ClosedPipeIsFailure) {
        return refuse(wrong, "standard output is closed");
    }
    if question.ledger {
        let ledger = tally.ledger();
        let ledger = if wrong.is(Defect::LedgerInLines) { ledger.replace(',', ",\n") } else { ledger };
        // Nobody listens to standard error: there is nobody to tell.
        writeln!(io::stderr(), "{ledger}").ok();
    }
    let zero = wrong.is(Defect::ZeroIsFailure) && tally.counted == 0;
    let malformed = wrong.is(Defect::MalformedIs1) && tally.malformed > 0;
    if zero || malformed { ExitCode::from(1) } else { ExitCode::SUCCESS }
}

/// Says what is wrong with the question.
fn refuse(wrong: Wrong, reason: &str) -> ExitCode {
    if wrong.is(Defect::CountBeforeRefusal) {
        writeln!(io::stdout(), "0").ok();
    }
    let usage = if wrong.is(Defect::UsageOnRefusal) { "\nusage: count 'METHOD /path' [FILE…]" } else { "" };
    let reason = if wrong.is(Defect::NamelessRefusal) { "bad arguments" } else { reason };
    writeln!(io::stderr(), "log-parser-mutant: {reason}{usage}").ok();
    ExitCode::from(if wrong.is(Defect::MissingFileIs1) && reason.contains("can't be read") { 1 } else { 2 })
}
