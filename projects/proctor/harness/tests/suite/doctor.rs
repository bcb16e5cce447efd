//! `doctor` on machines that lack something, made by a `PATH` that holds little.

use std::os::unix::fs::symlink;
use std::process::Command;

use crate::stage::{Said, Stage};

/// Runs `doctor` where only these programs are found.
#[track_caller]
fn doctor(stage: &Stage, programs: &[&str]) -> Said {
    let folder = stage.solution().join("bin");
    std::fs::create_dir(&folder).unwrap();
    for name in programs {
        let found = Command::new("sh").args(["-c", &format!("command -v {name}")]).output().unwrap();
        symlink(String::from_utf8(found.stdout).unwrap().trim(), folder.join(name)).unwrap();
    }
    let mut command = stage.toy();
    command.arg("doctor").env("PATH", folder).env("LOCALSTACK_PORT", "1").env_remove("AWS_ENDPOINT_URL");
    let said = stage.finish(command.spawn().unwrap());
    stage.holds_nothing();
    said
}

#[test]
fn a_machine_without_cargo_lacks_something_required() {
    let said = doctor(&Stage::new("", ""), &["cc", "make"]);
    assert_eq!(said.code, Some(1), "{}", said.text);
    let cargo = "  ✗ cargo                not found\n    without it: nothing can be built\n    to get it:  install Rust from https://rustup.rs\n";
    assert!(said.text.contains(cargo), "{}", said.text);
    assert!(
        said.text.ends_with("of the rest.\n") && said.text.contains("1 required missing"),
        "{}",
        said.text
    );
}

#[test]
fn a_machine_without_docker_is_told_what_is_skipped() {
    let said = doctor(&Stage::new("", ""), &["cargo", "cc", "make"]);
    assert_eq!(said.code, Some(0), "{}", said.text);
    let docker = "  – docker and compose   no engine answers: not found\n    without it: the services and containers lanes are skipped\n";
    assert!(said.text.contains(docker), "{}", said.text);
    let service = "  – service localstack   nothing answers at 127.0.0.1:1\n";
    assert!(said.text.contains(service), "{}", said.text);
    assert!(said.text.contains("to get it:  docker compose up -d --wait localstack\n"), "{}", said.text);
    assert!(said.text.contains("Nothing required is missing; "), "{}", said.text);
}
