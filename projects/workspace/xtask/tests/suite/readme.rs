//! The READMEs and the list of their commands.

use std::fs;
use std::path::Path;

use xtask::crew::Crew;
use xtask::readme::{By, COMMANDS, Row, commands, gaps, typed, verify};
use xtask::tree::Tree;

#[test]
fn every_command_of_a_readme_is_run_by_something() {
    let gaps = gaps(&typed(&Tree::here()).unwrap(), COMMANDS);
    assert!(gaps.is_empty(), "{}", gaps.join("\n"));
}

#[test]
fn every_lane_that_the_list_names_exists() {
    for row in COMMANDS {
        if let By::Lane(lane) = row.by {
            assert!(xtask::list::find(lane).is_some(), "{} is said to be run by {lane}", row.command);
        }
    }
}

#[test]
fn a_command_that_nothing_runs_is_named_with_its_line() {
    let typed = commands(Path::new("README.md"), "# A\n```sh\nmake all\nmake less\n```\n");
    let rows = [Row { directory: "", command: "make all", by: By::EveryLane }];
    assert_eq!(gaps(&typed, &rows), ["README.md:4: nothing runs `make less` in the root"]);
}

#[test]
fn a_row_that_no_readme_has_is_stale() {
    let rows = [Row { directory: "a", command: "make all", by: By::EveryLane }];
    assert_eq!(gaps(&[], &rows), ["no README has `make all` in a"]);
}

/// Runs the commands of a README with these lines in a tree of its own; returns the verdict and what was said.
fn run(lines: &str, rows: &[Row]) -> (bool, String) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("README.md"), format!("```sh\n{lines}\n```\n")).unwrap();
    let tree = Tree { root: folder.path().to_path_buf(), target: folder.path().join("target") };
    let mut out = Vec::new();
    let well = verify(&mut out, &Crew::deaf(), &tree, rows).unwrap();
    (well, String::from_utf8(out).unwrap())
}

#[test]
fn commands_are_really_run_and_a_failing_one_fails_the_lane() {
    let here = By::ThisLane(&[("SIZE", "3")]);
    let row = |command| Row { directory: "", command, by: here };
    assert!(run("test \"$SIZE\" = 3", &[row("test \"$SIZE\" = 3")]).0);
    let (well, said) = run("true\nfalse", &[row("true"), row("false")]);
    assert!(!well && said.contains("exit code 1"), "{said}");
}

#[test]
fn a_gap_fails_the_lane_too() {
    let (well, said) = run("make less", &[]);
    assert!(!well && said.contains("nothing runs `make less`"), "{said}");
}
