//! Where the seed comes from, and that a secret one reaches no solution.

use std::fs::{self, File};

use crate::fixture::Fixture;

/// A number that is in no other process's arguments or environment.
const SECRET: &str = "918273645546372819";
/// Looks for it in the arguments and the environment of every process, and counts where it is. Its own search must not
/// find itself.
const SPY: &str = "grep -l -a -s '91827364[5]546372819' /proc/[0-9]*/cmdline /proc/[0-9]*/environ | wc -l \
     >> \"${0%/*}/found\"; echo 0";

/// How many processes told the solution the seed, for these options.
#[track_caller]
fn told(args: &[&str]) -> u32 {
    let fixture = Fixture::new(SPY, "").without_namespaces();
    let file = fixture.solution().join("seed");
    fs::write(&file, format!("{SECRET}\n")).unwrap();
    let stdin = File::open(&file).unwrap();
    let mut command = fixture.command(&["--check", "no-lines"]);
    command.args(args).stdin(stdin).current_dir(fixture.solution());
    let said = fixture.finish(command.spawn().unwrap());
    fixture.holds_nothing();
    assert_eq!(said.code, Some(0), "{}", said.text);
    assert_eq!(said.text.contains(SECRET), args.contains(&SECRET), "{}", said.text);
    fs::read_to_string(fixture.solution().join("found")).unwrap().trim().parse().unwrap()
}

#[test]
fn a_seed_from_a_file_reaches_no_solution() {
    assert!(told(&["--seed", SECRET]) > 0, "the search finds nothing at all");
    assert_eq!(told(&["--seed-file", "seed"]), 0);
    assert_eq!(told(&["--seed-file", "-"]), 0);
}

#[test]
fn a_seed_from_a_file_makes_the_same_inputs_and_is_not_in_the_command_to_run_again() {
    let fixture = Fixture::new("echo 0", "");
    let file = fixture.solution().join("seed");
    fs::write(&file, "7").unwrap();
    let secret = fixture.run(&["--check", "other-lines", "--seed-file", file.to_str().unwrap()]);
    let public = fixture.run(&["--check", "other-lines", "--seed", "7"]);
    let inputs = |text: &str| -> Vec<String> {
        text.lines().filter(|line| line.starts_with("        │ ")).map(str::to_owned).collect()
    };
    assert!(!inputs(&public.text).is_empty());
    assert_eq!(inputs(&secret.text), inputs(&public.text));
    let again = "verify [fixture]/solution --seed-file [fixture]/solution/seed --check other-lines";
    assert!(secret.text.contains(again), "{}", secret.text);
}

#[test]
fn what_is_no_seed_is_refused_in_one_line() {
    let fixture = Fixture::new("echo 0", "");
    let file = fixture.solution().join("seed");
    fs::write(&file, "seven").unwrap();
    let said = fixture.run(&["--seed-file", file.to_str().unwrap()]);
    let expected =
        "invalid seed in [fixture]/solution/seed: expected a number from 0 to 18446744073709551615\n";
    assert_eq!((said.code, said.text.as_str()), (Some(2), expected));
    let said = fixture.run(&["--seed-file", "/nonexistent"]);
    let expected = "failed to read the seed from /nonexistent: No such file or directory (os error 2)\n";
    assert_eq!((said.code, said.text.as_str()), (Some(2), expected));
}
