//! The READMEs and the list of their commands.

use lanes::readme::{By, COMMANDS, Row, commands, gaps, typed};
use lanes::tree::Tree;
use std::path::Path;

#[test]
fn every_command_of_a_readme_is_run_by_something() {
    let gaps = gaps(&typed(&Tree::here()).unwrap(), COMMANDS);
    assert!(gaps.is_empty(), "{}", gaps.join("\n"));
}

#[test]
fn every_lane_that_the_list_names_exists() {
    for row in COMMANDS {
        if let By::Lane(lane) = row.by {
            assert!(lanes::list::find(lane).is_some(), "{} is said to be run by {lane}", row.command);
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
