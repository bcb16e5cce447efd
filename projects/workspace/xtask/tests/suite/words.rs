//! What the words of `make` come to: the projects' rows, and the two faces of the program.

use std::collections::BTreeSet;
use std::fs;

use xtask::lane::Step;
use xtask::list::{LANES, PROJECT_LANES};
use xtask::projects::{PROJECTS, find};
use xtask::scope::Scope;
use xtask::tree::Tree;

fn filled(project: Option<&str>, line: &str) -> String {
    let tree = Tree::here();
    let project = project.map(|name| find(name).unwrap());
    Scope { tree: &tree, project, program: "xtask" }.fill(line).join(" ")
}

#[test]
fn a_project_selects_its_own_packages_and_the_root_all() {
    assert_eq!(filled(None, "cargo test {packages}"), "cargo test --workspace");
    assert_eq!(
        filled(Some("proctor"), "cargo test {packages}"),
        "cargo test --package proctor-harness --package suite-kit --package proctor"
    );
}

#[test]
fn programs_are_picked_out_of_the_whole_workspace() {
    assert_eq!(
        filled(Some("log-parser"), "cargo build {programs}"),
        "cargo build --workspace --bin log-parser --bin log-parser-acceptance"
    );
    assert_eq!(filled(Some("log-parser"), "{judge} verify"), "log-parser-acceptance verify");
}

#[test]
fn every_line_of_the_lists_can_be_split_and_names_nothing_unknown() {
    let lines = LANES.iter().chain(PROJECT_LANES).flat_map(|lane| {
        let steps = lane.steps.iter().map(|step| match step {
            Step::Run(line) | Step::EachSolution(line) | Step::EachStarter(line) => *line,
        });
        steps.chain(lane.finally.iter().copied())
    });
    let tasks = PROJECTS.iter().flat_map(|project| [Some(project.run), project.bench]).flatten();
    for line in lines.chain(tasks.map(|task| task.command)) {
        let words = filled(Some("log-parser"), line).replace("{built}", "");
        assert!(!words.is_empty() && !words.contains('{'), "{words}");
    }
}

#[test]
fn every_project_with_a_makefile_has_a_row() {
    let tree = Tree::here();
    let rows: BTreeSet<_> = PROJECTS.iter().map(|project| project.name().to_owned()).collect();
    let folders = fs::read_dir(tree.root.join("projects")).unwrap().map(Result::unwrap);
    let with_makefile = folders.filter(|entry| entry.path().join("Makefile").is_file());
    let names: BTreeSet<_> = with_makefile.map(|entry| entry.file_name().into_string().unwrap()).collect();
    assert_eq!(rows, names);
    for project in PROJECTS {
        assert!(!tree.packages(project.folder).is_empty(), "{}", project.folder);
    }
}

/// Both faces know the same words, and leave what they mean to the program.
#[test]
fn make_and_cargo_make_have_the_same_words_and_no_scripts() {
    let root = Tree::here().root;
    let read = |path: &str| fs::read_to_string(root.join(path)).unwrap();
    let (make, cargo_make) = (read("resources/make/tasks.mk"), read("Makefile.toml"));
    let words = make.lines().find_map(|line| line.strip_prefix("WORDS := ")).unwrap();
    let mut words: Vec<_> = words.split(' ').collect();
    let mut tasks: Vec<_> = cargo_make
        .lines()
        .filter_map(|line| line.strip_prefix("[tasks.")?.strip_suffix(']'))
        .filter(|task| *task != "word")
        .collect();
    words.sort_unstable();
    tasks.sort_unstable();
    assert_eq!(words, tasks);
    for (name, text) in [("tasks.mk", &make), ("Makefile.toml", &cargo_make)] {
        for script in ["case ", "for ", "while ", "script"] {
            let found = text.lines().find(|line| {
                !line.starts_with('#') && !line.starts_with("description") && line.contains(script)
            });
            // The help's own words are no script.
            let found = found.filter(|line| !line.contains("@echo"));
            assert_eq!(found, None, "{name}");
        }
    }
    for word in words {
        assert!(make.contains(&format!("make {word}")), "`make help` doesn't say {word}");
    }
}

#[test]
fn a_folder_that_is_no_project_is_an_error_that_names_them() {
    let tree = Tree::here();
    assert!(tree.project(&tree.root).unwrap().is_none());
    let folder = tree.root.join("projects/log-parser");
    assert_eq!(tree.project(&folder).unwrap().unwrap().name(), "log-parser");
    let error = tree.project(&tree.root.join("resources")).unwrap_err().to_string();
    assert!(error.contains("projects/grpc-queue"), "{error}");
}
