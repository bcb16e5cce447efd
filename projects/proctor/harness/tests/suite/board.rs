//! Every solution below a folder, and the board.

use std::fs;

use rustix::process::{Pid, Signal, kill_process};

use crate::fixture::{Fixture, poll};

const RIGHT: &str = "awk '/^[0-9]+$/ { s += $0 } END { print s + 0 }'";

#[test]
fn the_board_shows_every_solution_and_no_mutant() {
    let fixture = Fixture::new(RIGHT, "build = [\"true\"]\n");
    let inner = |name: &str, toml: &str| {
        let folder = fixture.solution().join(name);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("proctor.toml"), toml).unwrap();
    };
    inner("solutions/wrong", "exercise = \"toy\"\nlevel = 1\nrun = [\"echo\", \"0\"]\n");
    inner("solutions/typo", "exercise = \"toy\"\nlevel = 1\nrum = [\"echo\", \"0\"]\n");
    inner("acceptance/mutants/one", "exercise = \"toy\"\nlevel = 1\nrun = [\"echo\", \"1\"]\n");
    let mut board = fixture.toy();
    board.args(["board", ".", "--seed", "2026"]).current_dir(fixture.solution());
    let said = fixture.finish(board.spawn().unwrap());
    fixture.holds_nothing();
    assert_eq!(said.code, Some(1));
    assert!(!said.text.contains("mutants"), "{}", said.text);
    let table = regex::Regex::new("(?m)^Exercise +Solution.*\n.*─\n").unwrap();
    let spaces = regex::Regex::new(" {2,}").unwrap();
    let text = table.replace_all(&said.text, "[board]\n").into_owned();
    insta::assert_snapshot!(spaces.replace_all(&text, "  "));
}

#[test]
fn a_board_of_right_solutions_exits_with_0() {
    let fixture = Fixture::new(RIGHT, "");
    let child = fixture.toy().arg("board").arg(fixture.solution()).spawn().unwrap();
    let said = fixture.finish(child);
    assert_eq!(said.code, Some(0), "{}", said.text);
    let empty = fixture.toy().arg("board").arg(fixture.solution().join("nothing")).spawn().unwrap();
    assert_eq!(fixture.finish(empty).code, Some(1));
}

#[test]
fn ctrl_c_ends_the_board() {
    let fixture = Fixture::new("sleep 1009", "build = [\"sleep\", \"1010\"]\n");
    let child = fixture.toy().arg("board").arg(fixture.solution()).spawn().unwrap();
    let pid = Pid::from_child(&child);
    let sleeps = || fixture.processes().iter().any(|name| name.trim() == "sleep").then_some(()).ok_or(());
    poll(std::time::Duration::from_secs(10), sleeps).unwrap();
    kill_process(pid, Signal::INT).unwrap();
    assert_eq!(fixture.finish(child).code, Some(130));
    fixture.holds_nothing();
}

/// Answers what it has seen before, and 0 to all else. What it learns from stands in `learn.sh`.
const MEMORISES: &str =
    "key=$(cksum); grep -s \"^$key=\" \"${0%/*}/memory\" | cut -d= -f2 | grep . || echo 0";

#[test]
fn a_solution_that_memorised_the_public_seed_is_not_green_on_the_board() {
    let fixture = Fixture::new(MEMORISES, "");
    let learns = "cat > \"$0.input\"; answer=$(awk '/^[0-9]+$/ { s += $0 } END { print s + 0 }' \"$0.input\")\n\
                  echo \"$(cksum < \"$0.input\")=$answer\" >> \"${0%/*}/memory\"; echo \"$answer\"";
    fixture.script("learn.sh", &format!("#!/bin/sh\n{learns}\n"));
    let solution = |program: &str| {
        fixture.toml(&format!("exercise = \"toy\"\nlevel = 2\nrun = [\"./{program}\"]\n"));
    };
    solution("learn.sh");
    assert_eq!(fixture.run(&["--jobs", "1"]).code, Some(0));
    solution("solution.sh");
    assert_eq!(fixture.run(&[]).code, Some(0), "it should know the public seed");
    let board = |more: &[&str]| {
        let mut board = fixture.toy();
        fixture.finish(board.arg("board").arg(fixture.solution()).args(more).spawn().unwrap())
    };
    assert_eq!(board(&["--seed", "2026"]).code, Some(0));
    let said = board(&[]);
    assert_eq!(said.code, Some(1), "{}", said.text);
    // The seed that was drawn is told, and gives the same again.
    let seed =
        said.text.split("board --seed ").nth(1).and_then(|rest| rest.split_whitespace().next()).unwrap();
    let inputs = |text: &str| -> Vec<String> {
        text.lines().filter(|line| line.starts_with("        │ ")).map(str::to_owned).collect()
    };
    assert_eq!(inputs(&board(&["--seed", seed]).text), inputs(&said.text));
    assert_ne!(inputs(&board(&[]).text), inputs(&said.text));
}
