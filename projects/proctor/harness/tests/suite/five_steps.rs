//! Adds an exercise to a copy of the workspace by the five steps of DESIGN.md: every file and every line that they
//! show is put where they say, and what comes out is built and run. Where the steps drift, this fails.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

const STEPS: [&str; 5] =
    ["Write the brief", "Make the crate", "Write the checks", "Give it a program", "Link it"];

/// A code block of the steps: `into` is the file that it names, `adds` when it is one line for an existing file.
struct Block {
    step: String,
    into: PathBuf,
    adds: bool,
    text: String,
}

#[test]
fn the_five_steps_add_an_exercise() {
    let proctor = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let root = proctor.parent().unwrap().parent().unwrap();
    let blocks = blocks(&fs::read_to_string(proctor.join("DESIGN.md")).unwrap());
    for step in STEPS {
        assert!(blocks.iter().any(|block| block.step == step), "no code in the step \"{step}\"");
    }
    let copy = workspace(root);
    for block in &blocks {
        let path = copy.path().join(&block.into);
        let text = if block.adds { inserted(&path, &block.text) } else { block.text.clone() };
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let said = cargo(copy.path(), &["run", "-q", "-p", "proctor", "--", "list", "greeting"]);
    assert!(
        said.contains("greet                                GR-1.1\n      It prints `hello, NAME`"),
        "{said}"
    );
    let said =
        cargo(copy.path(), &["run", "-q", "-p", "greeting-acceptance", "--", "verify", "projects/greeting"]);
    assert!(said.ends_with("level 1 of 1 reached\n"), "{said}");
    cargo(copy.path(), &["test", "-q", "-p", "greeting-acceptance"]);
}

/// The parts of the workspace that proctor is built from, with only those as members.
fn workspace(root: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    let manifest = fs::read_to_string(root.join("Cargo.toml")).unwrap();
    let members = manifest.find("members = [").unwrap();
    let end = members + manifest[members..].find("]\n").unwrap();
    let kept = "members = [\n    \"projects/proctor/harness\",\n    \"projects/proctor/cli\",\n    \"projects/log-parser/acceptance\",\n    \"projects/workspace/needs\",\n";
    fs::write(copy.path().join("Cargo.toml"), [&manifest[..members], kept, &manifest[end..]].concat())
        .unwrap();
    fs::copy(root.join("Cargo.lock"), copy.path().join("Cargo.lock")).unwrap();
    let projects = copy.path().join("projects");
    fs::create_dir_all(projects.join("proctor/cli/src")).unwrap();
    symlink(root.join("projects/proctor/harness"), projects.join("proctor/harness")).unwrap();
    symlink(root.join("projects/proctor/suite-kit"), projects.join("proctor/suite-kit")).unwrap();
    symlink(root.join("projects/log-parser"), projects.join("log-parser")).unwrap();
    fs::create_dir(projects.join("workspace")).unwrap();
    symlink(root.join("projects/workspace/needs"), projects.join("workspace/needs")).unwrap();
    for file in ["Cargo.toml", "src/main.rs"] {
        let path = Path::new("proctor/cli").join(file);
        let text = fs::read_to_string(root.join("projects").join(&path)).unwrap();
        fs::write(projects.join(&path), with_one_exercise(&text)).unwrap();
    }
    copy
}

/// Without the other exercises, whose suites would be compiled for nothing.
fn with_one_exercise(text: &str) -> String {
    text.replace("grpc-queue-acceptance.workspace = true\n", "")
        .replace(", &grpc_queue_acceptance::EXERCISE", "")
}

/// The file with a line added: a member or a dependency under its kind, an exercise after the others.
fn inserted(path: &Path, line: &str) -> String {
    let text = fs::read_to_string(path).unwrap();
    let line = line.trim_end();
    let after = if line.contains("::EXERCISE") {
        "::EXERCISE"
    } else if line.trim_start().starts_with('"') {
        "members = ["
    } else {
        "dependencies]"
    };
    let at = text.find(after).unwrap_or_else(|| panic!("{} has no place for {line}", path.display()))
        + after.len();
    if after == "::EXERCISE" {
        return format!("{}, {}{}", &text[..at], line.trim().trim_end_matches(','), &text[at..]);
    }
    format!("{}\n{line}{}", &text[..at], &text[at..])
}

/// The code blocks below "Adding an exercise", each with the file that its introduction names last.
fn blocks(design: &str) -> Vec<Block> {
    let section = design.split("\n## ").find(|section| section.starts_with("Adding an exercise")).unwrap();
    let mut found = Vec::new();
    let (mut step, mut into, mut adds) = (String::new(), PathBuf::new(), false);
    let mut lines = section.lines();
    while let Some(line) = lines.next() {
        let plain = line.trim_start();
        if let Some(title) =
            plain.split("**").nth(1).filter(|_| plain.starts_with(|c: char| c.is_ascii_digit()))
        {
            title.trim_end_matches('.').clone_into(&mut step);
        }
        if plain.starts_with("```") {
            let indent = line.len() - plain.len();
            let code: Vec<_> = lines
                .by_ref()
                .take_while(|line| line.trim_start() != "```")
                .map(|line| line.get(indent..).unwrap_or(""))
                .collect();
            let text = code.join("\n") + "\n";
            found.push(Block { step: step.clone(), into: into.clone(), adds, text });
        } else if let Some(file) = plain.split('`').skip(1).step_by(2).filter(|word| is_file(word)).last() {
            into = PathBuf::from(file);
            adds = plain.ends_with("add:");
        }
    }
    found
}

fn is_file(word: &str) -> bool {
    [".md", ".rs", ".toml"].iter().any(|ending| word.ends_with(ending))
}

/// Runs cargo in the copy. Its target folder lies in ours, so that a second run compiles next to nothing.
fn cargo(workspace: &Path, args: &[&str]) -> String {
    let target = std::env::current_exe().unwrap().ancestors().nth(3).unwrap().join("five-steps");
    let output = Command::new(env!("CARGO"))
        .args(args)
        .current_dir(workspace)
        .env("CARGO_TARGET_DIR", target)
        .env("CARGO_NET_OFFLINE", "true")
        .env_remove("CI")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(output.status.success(), "cargo {args:?}: {said}");
    said
}
