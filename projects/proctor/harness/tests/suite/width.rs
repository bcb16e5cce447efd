//! Nothing that proctor says is wider than a terminal of 80 columns, but for what a program was given or has said.

use std::process::Command;

use crate::fixture::Fixture;

#[track_caller]
fn fits(fixture: &Fixture, mut command: Command) {
    // As it is: a fixture joins what goes on below.
    let output = command.current_dir(fixture.solution()).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(!text.is_empty(), "{command:?} says nothing");
    for line in text.lines() {
        let quoted = line.starts_with("        │ ") || line.trim_start().starts_with("it said");
        assert!(quoted || line.chars().count() <= 80, "{command:?}: {line}\n{text}");
    }
}

#[test]
fn no_output_is_wider_than_80_columns() {
    let long = "a-long-argument-of-a-program ".repeat(9);
    let fixture =
        Fixture::new("echo 17 18 19; exit 3", "build = [\"true\", \"with\", \"several words in one\"]\n");
    let run = format!("run = [\"./solution.sh\", \"{}\"]", long.trim_end().replace(' ', "\", \""));
    fixture.toml(&format!("exercise = \"toy\"\nlevel = 2\n{run}\n"));
    let deep = fixture.solution().join("a-folder-with-a-long-name/and-another-one/below");
    std::fs::create_dir_all(&deep).unwrap();
    std::fs::write(deep.join("proctor.toml"), "exercise = \"toy\"\nlevel = 1\nrun = [\"echo\", \"0\"]\n")
        .unwrap();
    for args in [
        &["board", "."][..],
        &["verify", "."],
        &["verify", ".", "--check", "sum", "--seed", "12345678901234567", "--keep", "kept"],
        &["list"],
        &["list", "toy"],
        &["doctor"],
        &["--help"],
        &["verify", "--help"],
        &["board", "--help"],
    ] {
        let mut command = fixture.toy();
        command.args(args);
        fits(&fixture, command);
    }
    let mut bare = fixture.toy();
    bare.arg("doctor").env("PATH", "/nonexistent").env("LOCALSTACK_PORT", "1").env("POSTGRES_PORT", "1");
    fits(&fixture, bare);
}
