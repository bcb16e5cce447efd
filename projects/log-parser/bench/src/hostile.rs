//! Hostile logs, each beside an ordinary one with the same query.

use std::io::Write;
use std::path::Path;

use anyhow::Result;
use log_parser::generate::Shape;

use crate::logs::{Log, Logs};
use crate::measure::Case;
use crate::peers::full_query;

/// Pairs: the ordinary log, then the hostile one.
pub(crate) fn cases(program: &Path, logs: &Logs, output: &mut impl Write) -> Result<Vec<Case>> {
    let whole = logs.realistic(output)?;
    // As large as the logs that it is compared with, so that starting up weighs the same.
    let ordinary = logs.shaped("realistic", Shape::Realistic, 4, output)?;
    let line = logs.shaped("one-line", Shape::OneLine, 1, output)?;
    let agents = logs.shaped("distinct-agents", Shape::DistinctAgents, 4, output)?;
    let paths = logs.shaped("distinct-paths", Shape::DistinctPaths, 4, output)?;
    writeln!(output)?;
    Ok(vec![
        full_query(program, &whole, "full query, ordinary log"),
        full_query(program, &line, "full query, one line"),
        full_query(program, &ordinary, "full query, ordinary log"),
        full_query(program, &agents, "full query, as many agents as lines"),
        top(program, "agent", &ordinary, "top agent, ordinary log"),
        top(program, "agent", &agents, "top agent, as many agents as lines"),
        top(program, "path", &ordinary, "top path, ordinary log"),
        top(program, "path", &paths, "top path, as many paths as lines"),
    ])
}

fn top(program: &Path, what: &str, log: &Log, name: &str) -> Case {
    let arguments = ["top".into(), what.into(), log.path.clone().into_os_string()];
    Case {
        name: name.to_owned(),
        does: String::new(),
        program: program.into(),
        arguments: arguments.into(),
        bytes: log.bytes,
    }
}
