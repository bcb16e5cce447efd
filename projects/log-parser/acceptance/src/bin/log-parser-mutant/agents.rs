//! Which agents are bots'.

use std::fs;

use log_parser_acceptance::mutants::Defect;

use crate::Wrong;
use crate::record::find;

/// A list of substrings.
pub(crate) struct Agents {
    list: Vec<Vec<u8>>,
    given: bool,
}

impl Agents {
    /// This program's own list.
    pub(crate) fn ours() -> Self {
        Self { list: ["bot", "crawl", "spider"].map(Vec::from).into(), given: false }
    }

    /// The list in this file, or our own.
    pub(crate) fn read(name: Option<&str>, wrong: Wrong) -> Result<Self, String> {
        let mut ours = Self::ours();
        if wrong.is(Defect::EdgeIsABot) {
            ours.list.push(b"edg/".into());
        }
        if wrong.is(Defect::BotAlone) {
            ours.list.truncate(1);
        }
        let Some(name) = name else { return Ok(ours) };
        let text = match fs::read(name) {
            Ok(text) => text,
            Err(_) if wrong.is(Defect::MissingListSkipped) => return Ok(ours),
            Err(error) => return Err(format!("{name} can't be read: {error}")),
        };
        let mut list = Vec::new();
        for line in text.strip_suffix(b"\n").unwrap_or(&text).split(|&byte| byte == b'\n') {
            let trimmed = line.trim_ascii();
            let line = if wrong.is(Defect::ListUntrimmed) { line } else { trimmed };
            match trimmed.first() {
                None if wrong.is(Defect::BlankIsALine) && !text.is_empty() => list.push(Vec::new()),
                None => {}
                Some(b'#') if wrong.is(Defect::CommentIsALine) => list.push(trimmed[1..].to_vec()),
                Some(b'#') => {}
                Some(_) if wrong.is(Defect::ListByWords) => {
                    list.extend(line.split(|&byte| byte == b' ').map(<[u8]>::to_vec));
                }
                Some(_) => list.push(line.to_vec()),
            }
        }
        let empty = list.is_empty();
        if (empty && wrong.is(Defect::EmptyListIsNone)) || (!empty && wrong.is(Defect::ListAdds)) {
            list.append(&mut ours.list);
        }
        Ok(Self { list, given: true })
    }

    /// Whether an agent holds one of the substrings.
    pub(crate) fn hold(&self, agent: &[u8], wrong: Wrong) -> bool {
        let lower = agent.to_ascii_lowercase();
        let by_case = wrong.is(if self.given { Defect::ListByCase } else { Defect::BotsByCase });
        self.list.iter().any(|line| {
            if by_case {
                holds(agent, line)
            } else if wrong.is(Defect::ListIsPatterns) {
                let fits = |window: &[u8]| {
                    window.iter().zip(line).all(|(byte, &line)| line == b'.' || *byte == line)
                };
                lower.windows(line.len()).any(fits)
            } else {
                holds(&lower, &line.to_ascii_lowercase())
            }
        })
    }
}

fn holds(agent: &[u8], line: &[u8]) -> bool {
    line.is_empty() || find(agent, line).is_some()
}
