//! The generated files, as they are in the checkout.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};
use xtask::devcontainers::address::addresses;
use xtask::devcontainers::{CONFIGURATIONS, HIDDEN, drifted};
use xtask::tree::Tree;

/// Where the published schema is, when not beside the checkout.
const SCHEMA: &str = "DEVCONTAINER_SCHEMA";

fn read(path: &str) -> String {
    fs::read_to_string(Tree::here().root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A configuration without its comments.
fn parsed(path: &std::path::Path) -> Value {
    let text = read(path.to_str().unwrap());
    let json: Vec<_> = text.lines().filter(|line| !line.starts_with("//")).collect();
    serde_json::from_str(&json.join("\n")).unwrap()
}

#[test]
fn files_are_what_the_template_gives() {
    let drifted = drifted(&Tree::here()).unwrap();
    assert!(drifted.is_empty(), "run `cargo run -p xtask -- devcontainers`: {drifted:?}");
}

#[test]
fn every_project_with_a_makefile_has_a_configuration_and_none_is_left_over() {
    let root = Tree::here().root;
    let folders = |base: &str, file: &str| -> BTreeSet<String> {
        let entries = fs::read_dir(root.join(base)).unwrap().map(Result::unwrap);
        let with_file = entries.filter(|entry| entry.path().join(file).is_file());
        with_file.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
    };
    assert_eq!(folders("projects", "Makefile"), folders(".devcontainer", "devcontainer.json"));
}

#[test]
#[ignore = "needs the schema and check-jsonschema: make verify LANES=schema"]
fn configurations_hold_to_the_published_schema() {
    let tree = Tree::here();
    let beside = tree.root.join("../shared/data/devContainer.base.schema.json");
    let schema = std::env::var_os(SCHEMA).map_or(beside, PathBuf::from);
    let check = |paths: &[PathBuf]| {
        let mut check = Command::new(tree.target.join("schema/bin/check-jsonschema"));
        // The configurations begin with a comment.
        check.args(["--force-filetype", "json5", "--schemafile"]).arg(&schema).args(paths);
        check.output().unwrap()
    };
    let paths: Vec<_> =
        CONFIGURATIONS.iter().map(|configuration| tree.root.join(configuration.path())).collect();
    let right = check(&paths);
    assert!(right.status.success(), "{}", String::from_utf8_lossy(&right.stdout));

    let mut wrong = parsed(&CONFIGURATIONS.first().unwrap().path());
    wrong["forwardPorts"] = json!(["not a port"]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("devcontainer.json");
    fs::write(&path, wrong.to_string()).unwrap();
    let wrong = check(&[path]);
    let said = String::from_utf8_lossy(&wrong.stdout);
    assert!(!wrong.status.success() && said.contains("not a port"), "the schema lets anything pass: {said}");
}

#[test]
fn open_files_and_folders_exist() {
    let root = Tree::here().root;
    for configuration in CONFIGURATIONS {
        for path in configuration.open.iter().chain(configuration.project.iter()) {
            assert!(root.join(path).exists(), "{}: {path}", configuration.name);
        }
        let folder = configuration.path();
        let folder = root.join(folder.parent().unwrap());
        let dockerfile = parsed(&configuration.path())["build"]["dockerfile"].as_str().unwrap().to_owned();
        assert!(folder.join(dockerfile).is_file(), "{}", configuration.name);
    }
}

#[test]
fn badges_name_one_repository() {
    let readme = read("README.md");
    let named: BTreeSet<_> = addresses(&readme).into_iter().collect();
    assert_eq!(named.len(), 1, "run `cargo run -p xtask -- address`: {named:?}");
}

#[test]
fn the_dockerfile_has_less_than_20_lines() {
    let lines = read(".devcontainer/Dockerfile").lines().count();
    assert!(lines < 20, "{lines} lines");
}

#[test]
fn guests_see_briefs_and_starters_and_no_answers() {
    let folder = tempfile::tempdir().unwrap();
    let git = |words: &[&str]| Command::new("git").args(words).current_dir(folder.path()).status().unwrap();
    assert!(git(&["init", "--quiet"]).success());
    fs::write(folder.path().join(".gitignore"), HIDDEN.join("\n")).unwrap();
    let hidden = |path: &str| git(&["check-ignore", "--quiet", "--no-index", path]).success();
    for path in [
        "resources/interviewer/log-parser/guide.md",
        "projects/log-parser/DESIGN.md",
        "projects/log-parser/library/src/lib.rs",
        "projects/log-parser/acceptance/src/lib.rs",
        "projects/grpc-queue/solutions/go/main.go",
        "projects/grpc-queue/server/src/main.rs",
        "projects/proctor/harness/src/lib.rs",
    ] {
        assert!(Tree::here().root.join(path).is_file(), "{path}");
        assert!(hidden(path), "a guest can read {path}");
    }
    for path in [
        "README.md",
        "projects/log-parser/README.md",
        "projects/grpc-queue/README.md",
        "projects/grpc-queue/starters/go/main.go",
        "projects/grpc-queue/proto/Cargo.toml",
        "projects/log-parser/mine/main.py",
    ] {
        assert!(!hidden(path), "a guest can't read {path}");
    }
}
