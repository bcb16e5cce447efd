//! Tells a log's format from its first lines: every format with a name reads them, and the one that reads
//! most wins. Among equals the more particular one does, which is the one further up in the list.

use std::borrow::Cow;

use crate::{Record, Request, Time};

use super::names::vhost_combined;
use super::{Alb, Combined, Common, Elb, Format, Json, S3, W3c};

/// How many lines are looked at.
const LINES: usize = 200;

/// What the first lines of a log say about its format.
#[derive(Debug)]
pub struct Detection {
    /// The format to read the log with from its start; `None` where none reads at least a fifth of the lines.
    pub format: Option<Box<dyn Format>>,
    /// The format's name; for W3C logs that of the server, where the fields tell it.
    pub name: &'static str,
    /// The share of the lines that are records in this format, from 0 to 1.
    pub confidence: f64,
    /// What speaks for it, and what came next to it, one sentence each.
    pub reasons: Vec<String>,
}

/// How one format fares.
#[derive(Debug)]
struct Trial {
    format: Box<dyn Format>,
    name: &'static str,
    good: usize,
    lines: usize,
    first_error: Option<String>,
}

/// Tells the format from the start of a log.
pub fn detect(sample: &[u8]) -> Detection {
    let lines = lines(sample);
    let mut trials: Vec<Trial> = candidates().into_iter().map(|format| Trial::run(format, &lines)).collect();
    // The sort is stable, so the order of the candidates decides among equals.
    trials.sort_by_key(|trial| std::cmp::Reverse(trial.good));
    let second = trials.get(1).map(|trial| (trial.name, trial.good));
    let best = trials.swap_remove(0);
    if best.good == 0 || best.good * 5 < best.lines {
        return undetected(&best, lines.len());
    }
    let mut reasons = vec![format!("{} of {} lines are records", best.good, best.lines)];
    reasons.extend(tell(best.name, &lines));
    if let Some((name, good)) = second.filter(|(_, good)| *good > 0) {
        reasons.push(format!("next: {name} with {good} of {}", best.lines));
    }
    if let Some(error) = &best.first_error {
        reasons.push(format!("the first that is no record: {error}"));
    }
    Detection {
        name: best.name,
        confidence: share(best.good, best.lines),
        format: Some(best.format),
        reasons,
    }
}

fn undetected(best: &Trial, lines: usize) -> Detection {
    let reason = if lines == 0 {
        "no line to go by".to_owned()
    } else {
        format!(
            "no format reads more than {} of {lines} lines: name it, or give its format string",
            best.good
        )
    };
    Detection { format: None, name: "unknown", confidence: share(best.good, lines), reasons: vec![reason] }
}

#[expect(clippy::cast_precision_loss, reason = "both are at most a few hundred")]
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// The particular before the general: what reads combined also reads common.
fn candidates() -> Vec<Box<dyn Format>> {
    let mut all: Vec<Box<dyn Format>> = vec![
        Box::new(Json),
        Box::new(W3c::new()),
        Box::new(W3c::cloudfront()),
        Box::new(W3c::iis()),
        Box::new(Alb),
        Box::new(Elb),
        Box::new(S3),
    ];
    if let Ok(plan) = vhost_combined() {
        all.push(Box::new(plan));
    }
    all.push(Box::new(Combined));
    all.push(Box::new(Common));
    all
}

/// The first lines that hold something, without one that may still be growing, if others tell enough.
fn lines(sample: &[u8]) -> Vec<&[u8]> {
    let lines = sample.split(|byte| *byte == b'\n');
    let lines = lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let mut lines: Vec<&[u8]> = lines.filter(|line| !line.is_empty()).take(LINES).collect();
    let records = lines.iter().filter(|line| !line.starts_with(b"#")).count();
    if records > 1 && lines.len() < LINES && !sample.ends_with(b"\n") {
        lines.pop();
    }
    lines
}

impl Trial {
    fn run(format: Box<dyn Format>, lines: &[&[u8]]) -> Self {
        let mut trial = Self { name: format.name(), format, good: 0, lines: 0, first_error: None };
        let mut changed: Option<Box<dyn Format>> = None;
        for line in lines {
            let current = changed.as_deref().unwrap_or(&*trial.format);
            let parsed = current.parse(line);
            let successor = current.successor(line);
            if current.stateful() && line.starts_with(b"#") {
                // Neither for nor against it.
            } else {
                trial.lines += 1;
                match parsed {
                    Ok(record) if plausible(&record, trial.name == "json") => trial.good += 1,
                    Ok(_) => {}
                    Err(error) => {
                        trial.first_error.get_or_insert_with(|| error.to_string());
                    }
                }
            }
            if let Some(successor) = successor {
                trial.name = successor.name();
                changed = Some(successor);
            }
        }
        trial
    }
}

/// A record may come about by chance, but hardly one with a request and a time in their places. Fields that
/// are named are in their places by their names; then a time may be missing.
fn plausible(record: &Record<'_>, fields_are_named: bool) -> bool {
    let begins = |text: &Cow<'_, [u8]>, pattern: &[u8]| {
        let fits =
            |(byte, sign): (&u8, &u8)| if *sign == b'9' { byte.is_ascii_digit() } else { byte == sign };
        text.len() >= pattern.len() && text.iter().zip(pattern).all(fits)
    };
    let time = match &record.time {
        Time::None => fields_are_named,
        Time::Clf(text) => begins(text, b"99/") && text.get(6) == Some(&b'/'),
        Time::Rfc3339(text) | Time::DateTime(text, _) => begins(text, b"9999-99-99"),
        Time::Micros(_) => true,
    };
    time && record.request != Request::None
}

/// What in the lines is typical of the format.
fn tell(name: &str, lines: &[&[u8]]) -> Option<String> {
    let has = |needle: &str| lines.iter().any(|line| memchr::memmem::find(line, needle.as_bytes()).is_some());
    let first = |clues: &[(&str, &str)]| {
        clues.iter().find(|(needle, _)| has(needle)).map(|(needle, says)| format!("{needle} {says}"))
    };
    match name {
        "json" => first(&[
            ("\"RequestMethod\"", "is a key of Traefik's"),
            ("\"logger\"", "is a key of Caddy's"),
            ("\"remote_addr\"", "is a key as nginx names it"),
        ]),
        "w3c" | "iis" | "cloudfront" => first(&[("#Fields:", "names the fields")]),
        "alb" => Some("a protocol stands before the time, as with application load balancers".to_owned()),
        "elb" => {
            Some("the time comes first and an address with a port third, as with classic ELB".to_owned())
        }
        "s3" => Some("the time in brackets is third, behind owner and bucket".to_owned()),
        "vhost_combined" => Some("a host and a port stand before the client".to_owned()),
        "combined" => Some("the agent is in quotes behind the referer".to_owned()),
        "common" => Some("the line ends with the size".to_owned()),
        _ => None,
    }
}
