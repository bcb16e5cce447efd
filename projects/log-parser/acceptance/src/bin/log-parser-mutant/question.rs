//! The command line.

use log_parser_acceptance::mutants::Defect;

use crate::Wrong;
use crate::address::Ranges;
use crate::agents::Agents;

/// What is asked.
pub(crate) struct Question {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) files: Vec<String>,
    pub(crate) own: Ranges,
    pub(crate) proxies: Ranges,
    pub(crate) bots: Option<Agents>,
    pub(crate) ledger: bool,
}

impl Question {
    /// Reads the arguments; the reason of a refusal is a sentence.
    pub(crate) fn read(arguments: &[String], wrong: Wrong) -> Result<Self, String> {
        let mut arguments = arguments.iter();
        if arguments.next().is_none_or(|command| command != "count") {
            return Err("the first argument has to be count".into());
        }
        let mut words = Vec::new();
        let mut own = Ranges::new(wrong.is(Defect::LastOwnWins), wrong.is(Defect::BadRangeSkipped));
        let mut proxies = Ranges::new(wrong.is(Defect::LastProxyWins), wrong.is(Defect::BadProxySkipped));
        let (mut exclude_bots, mut list, mut ledger) = (false, None, false);
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or_else(|| format!("{argument} lacks its value"));
            match argument.as_str() {
                _ if wrong.is(Defect::OptionsFirst) && !words.is_empty() => words.push(argument.clone()),
                "--exclude-own" => own.add(value()?, wrong)?,
                "--trusted-proxy" => proxies.add(value()?, wrong)?,
                "--bots" => list = Some(value()?.clone()),
                "--exclude-bots" if wrong.is(Defect::FlagsFirst) && !words.is_empty() => {}
                "--exclude-bots" if wrong.is(Defect::FlagsBeforeFiles) && words.len() > 1 => {}
                "--exclude-bots" => exclude_bots = true,
                "--ledger" if wrong.is(Defect::LedgerFirst) && !words.is_empty() => {}
                "--ledger" => ledger = true,
                "-" => words.push(argument.clone()),
                option if option.starts_with('-') && !wrong.is(Defect::UnknownOptionSkipped) => {
                    return Err(format!("{option} is no option"));
                }
                option if option.starts_with('-') => {}
                _ => words.push(argument.clone()),
            }
        }
        if words.is_empty() {
            return Err("what is asked for, as 'METHOD /path'?".into());
        }
        let request = words.remove(0);
        let (method, path) = split(&request, wrong)?;
        let agents = if exclude_bots { Some(Agents::read(list.as_deref(), wrong)?) } else { None };
        let bots = agents.or_else(|| wrong.is(Defect::BotsAlwaysOut).then(Agents::ours));
        if wrong.is(Defect::PrivateAlwaysOwn) && own.is_empty() {
            for range in ["10.0.0.0/8", "127.0.0.0/8", "192.168.0.0/16"] {
                own.add(range, wrong)?;
            }
        }
        Ok(Self { method, path, files: words, own, proxies, bots, ledger })
    }
}

/// Splits `METHOD /path`.
fn split(request: &str, wrong: Wrong) -> Result<(String, String), String> {
    let (method, path) = request.split_once(' ').unwrap_or((request, ""));
    let punctuation = if wrong.is(Defect::MethodOfLetters) { "" } else { "!#$%&'*+-.^_|~" };
    let is_method = |c: char| c.is_ascii_alphanumeric() || punctuation.contains(c);
    let good =
        !method.is_empty() && method.chars().all(is_method) && path.starts_with('/') && !path.contains('?');
    if !good && !wrong.is(Defect::AnyRequest) {
        return Err(format!("{request:?} is not of the form 'METHOD /path'"));
    }
    Ok((method.to_owned(), path.to_owned()))
}
