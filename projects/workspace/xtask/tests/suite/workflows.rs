//! What GitHub runs is pinned: an action by its commit, a tool by its version.

use std::fs;

use xtask::tree::Tree;

/// Why a line of a workflow is not pinned.
fn unpinned(line: &str) -> Option<String> {
    let line = line.trim().trim_start_matches("- ");
    if line.starts_with('#') {
        return None;
    }
    if let Some(action) = line.strip_prefix("uses:") {
        let (pin, comment) = action.split_once(" # ").unwrap_or((action, ""));
        let commit = pin.trim().rsplit_once('@').map_or("", |(_, commit)| commit);
        let is_commit = commit.len() == 40 && commit.chars().all(|c| c.is_ascii_hexdigit());
        return (!is_commit || !comment.starts_with('v')).then(|| format!("no commit and version: {line}"));
    }
    // "cargo install" ends in "go install": the space before tells them apart.
    let spaced = format!(" {line}");
    let after = |installer: &str| spaced.split_once(installer).map(|(_, words)| words);
    let has_digits_after_at = |word: &str| {
        word.rsplit_once('@').is_some_and(|(_, version)| {
            version.trim_start_matches('v').starts_with(|c: char| c.is_ascii_digit())
        })
    };
    let tool = |words: &str| {
        words.split(' ').find(|word| !word.is_empty() && !word.starts_with('-')).map(str::to_owned)
    };
    let pinned = [
        after(" go install ").map(|words| tool(words).is_some_and(|tool| has_digits_after_at(&tool))),
        after(" npm install ").map(|words| tool(words).is_some_and(|tool| has_digits_after_at(&tool))),
        after(" cargo install ").map(|words| words.contains("--version ")),
        after("@latest").map(|_| false),
    ];
    pinned.contains(&Some(false)).then(|| format!("no version: {line}"))
}

#[test]
fn every_action_and_tool_is_pinned() {
    let folder = Tree::here().root.join(".github/workflows");
    let mut lines = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let wrong: Vec<_> = text.lines().filter_map(unpinned).collect();
        assert!(wrong.is_empty(), "{}: {wrong:#?}", path.display());
        lines += text.lines().count();
    }
    assert!(lines > 0, "there is no workflow");
}

#[test]
fn a_lane_names_the_version_of_the_tool_that_it_lacks() {
    for lane in xtask::list::LANES {
        for need in lane.needs {
            if let needs::Need::Program { install, .. } = need {
                assert_eq!(unpinned(install), None, "lane {}", lane.name);
            }
        }
    }
}

#[track_caller]
fn check(line: &str, pinned: bool) {
    assert_eq!(unpinned(line).is_none(), pinned, "{line}");
}

#[test]
fn tells_what_is_pinned_from_what_is_not() {
    check("- uses: a/b@v4", false);
    check("- uses: a/b@08c6903cd8c0fde910a37f88322edcfb5dd907a8", false);
    check("- uses: a/b@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0", true);
    check("- run: cargo install --locked cargo-deny", false);
    check("- run: cargo install --locked cargo-deny --version 0.20.2", true);
    check("go install example.org/tool@latest", false);
    check("go install example.org/tool@v1.0.6", true);
    check("npm install --global @scope/tool", false);
    check("npm install --global @scope/tool@1.2.3", true);
    check("# npm install --global tool", true);
}
