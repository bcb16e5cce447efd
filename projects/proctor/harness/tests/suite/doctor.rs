//! `doctor` on machines that lack something, made by a `PATH` that holds little.

use std::os::unix::fs::symlink;
use std::process::Command;

use crate::fixture::{Fixture, Said};

/// Runs `doctor` where only these programs are found.
#[track_caller]
fn doctor(fixture: &Fixture, programs: &[&str]) -> Said {
    let folder = fixture.solution().join("bin");
    std::fs::create_dir(&folder).unwrap();
    for name in programs {
        let found = Command::new("sh").args(["-c", &format!("command -v {name}")]).output().unwrap();
        symlink(String::from_utf8(found.stdout).unwrap().trim(), folder.join(name)).unwrap();
    }
    let mut command = fixture.toy();
    command.arg("doctor").env("PATH", folder).env("LOCALSTACK_PORT", "1").env_remove("AWS_ENDPOINT_URL");
    let said = fixture.finish(command.spawn().unwrap());
    fixture.holds_nothing();
    said
}

#[test]
fn a_machine_without_cargo_lacks_something_required() {
    let said = doctor(&Fixture::new("", ""), &["cc", "make"]);
    assert_eq!(said.code, Some(1), "{}", said.text);
    let cargo = "  ✗ cargo is not installed\n    without it: nothing can be built\n    to get it:  install Rust from https://rustup.rs\n";
    assert!(said.text.contains(cargo), "{}", said.text);
    assert!(
        said.text.ends_with("of the rest.\n") && said.text.contains("1 required missing"),
        "{}",
        said.text
    );
}

#[test]
fn a_machine_without_docker_is_told_what_is_skipped() {
    let said = doctor(&Fixture::new("", ""), &["cargo", "cc", "make"]);
    assert_eq!(said.code, Some(0), "{}", said.text);
    let docker = "  – no Docker engine answers (docker is not installed)\n    without it: the services and containers lanes are skipped\n";
    assert!(said.text.contains(docker), "{}", said.text);
    let service = "  – no LocalStack answers at 127.0.0.1:1\n";
    assert!(said.text.contains(service), "{}", said.text);
    assert!(
        said.text.contains("to get it:  run `docker compose up -d --wait localstack`, or set\n"),
        "{}",
        said.text
    );
    assert!(said.text.contains("Nothing required is missing; "), "{}", said.text);
}

#[test]
fn what_holds_a_hostile_program_is_told_in_one_line() {
    let contained = |fixture: Fixture| {
        let said = doctor(&fixture, &["cargo", "cc", "make", "true"]).text;
        said.lines().find(|line| line.contains("containment")).unwrap_or_else(|| panic!("{said}")).to_owned()
    };
    let without = contained(Fixture::new("", "").without_namespaces());
    assert_eq!(without, "  – containment          a child subreaper and the walk over /proc; no");
    let with = contained(Fixture::new("", ""));
    assert!(with.contains("PID and mount namespaces") || with == without, "{with}");
}
