//! What a Live Share guest may see of the whole repository: the briefs, the starters and what the candidate writes, and
//! nothing that gives an answer away. A guest of a pairing folder sees that folder only.

use serde_json::json;

use super::GenerateError;

/// What guests can't open, as patterns of `.gitignore`.
///
/// A shared terminal is the host's shell and shows every file: share one only in a pairing folder.
pub const HIDDEN: &[&str] = &[
    // Rubrics and hints.
    "/resources/interviewer/",
    // References, solutions, suites and mutants.
    "/projects/*/*/",
    "/projects/*/DESIGN.md",
    "/ARCHITECTURE.md",
    // What a candidate starts from, the messages of the contract, and the folder that the candidate writes.
    "!/projects/*/starters/",
    "!/projects/*/proto/",
    "!/projects/*/mine/",
];

/// The text of `.vsls.json`. What git ignores, such as `.env`, is excluded as well.
pub(super) fn text() -> Result<String, GenerateError> {
    let rules = json!({
        "$schema": "http://json.schemastore.org/vsls",
        "gitignore": "exclude",
        "excludeFiles": HIDDEN,
    });
    Ok(format!("{}\n", serde_json::to_string_pretty(&rules)?))
}
