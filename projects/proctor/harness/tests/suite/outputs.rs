//! Where proctor's own words go: to a reader who stops reading, to one who leaves, to a full disk, to a terminal.

use std::fs::OpenOptions;
use std::io::{PipeReader, Write};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::stage::{Said, Stage, poll};

const PATIENCE: Duration = Duration::from_secs(10);
const RIGHT: &str = "awk '/^[0-9]+$/ { s += $0 } END { print s + 0 }'";

/// Runs with a standard output that is full already; the signal comes when `ready`.
#[track_caller]
fn stalled(stage: &Stage, args: &[&str], ready: impl Fn() -> bool) {
    let (reader, mut writer): (PipeReader, _) = std::io::pipe().unwrap();
    writer.write_all(&[b'x'; 1 << 16]).unwrap();
    let child = stage.command(args).stdout(writer).spawn().unwrap();
    poll(PATIENCE, || if ready() { Ok(()) } else { Err(()) }).expect("it waits for its reader");
    let start = Instant::now();
    kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
    let code = stage.finish(child).code;
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
    assert_eq!(code, Some(130));
    stage.holds_nothing();
    drop(reader);
}

#[test]
fn a_stalled_pager_holds_up_neither_the_checks_nor_ctrl_c() {
    let stage = Stage::new("sleep 1011", "");
    let sleeps = || stage.processes().iter().any(|name| name.trim() == "sleep");
    stalled(&stage, &["--check", "long-input"], sleeps);
    let stage = Stage::new(RIGHT, "");
    let results = stage.solution().join("results.json");
    stalled(&stage, &["--results", results.to_str().unwrap()], || results.exists());
}

/// Runs with a standard output on a disk without room.
#[track_caller]
fn on_a_full_disk(stage: &Stage, args: &[&str]) -> Said {
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let said = stage.finish(stage.toy().args(args).stdout(full).spawn().unwrap());
    stage.holds_nothing();
    said
}

#[test]
fn results_that_could_not_be_written_are_no_success() {
    let stage = Stage::new(RIGHT, "");
    let solution = stage.solution();
    let solution = solution.to_str().unwrap();
    for args in [&["verify", solution][..], &["board", solution], &["list"], &["--help"]] {
        let said = on_a_full_disk(&stage, args);
        let text = "failed to write to standard output: No space left on device (os error 28)\n";
        assert_eq!((said.code, said.text.as_str()), (Some(2), text), "{args:?}");
    }
}

#[test]
fn a_reader_who_leaves_changes_no_verdict_and_is_not_complained_about() {
    for (script, code) in [("cat >/dev/null; echo 0", 0), ("echo 1", 1)] {
        let stage = Stage::new(script, "");
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let child = stage.command(&["--check", "no-lines"]).stdout(writer).spawn().unwrap();
        let said = stage.finish(child);
        assert_eq!((said.code, said.text.as_str()), (Some(code), ""));
        stage.holds_nothing();
    }
}

#[test]
fn what_a_build_prints_moves_no_terminal() {
    let build = r#"build = ["sh", "-c", 'printf "\033]0;title\007\tred\n"; exit 1']"#;
    let stage = Stage::new(RIGHT, &format!("{build}\n"));
    for command in ["verify", "board"] {
        let said = stage.finish(stage.toy().arg(command).arg(stage.solution()).spawn().unwrap());
        assert!(said.text.contains("\\x1b]0;title\\x07\tred\n"), "{}", said.text);
        assert!(!said.text.contains('\x1b'), "{}", said.text);
    }
    stage.toml("exercise = \"\\u001b[31m\"\nlevel = 1\nrun = [\"a\"]\n");
    let said = stage.run(&[]);
    assert!(said.text.contains("exercise \"\\x1b[31m\" is unknown"), "{}", said.text);
}

#[test]
fn the_boards_next_commands_can_be_typed_whatever_the_folder_is_called() {
    let stage = Stage::new("", "");
    let folder = stage.solution().join("it's one");
    std::fs::create_dir(&folder).unwrap();
    std::fs::rename(stage.solution().join("proctor.toml"), folder.join("proctor.toml")).unwrap();
    std::fs::write(folder.join("Makefile"), "").unwrap();
    let said = stage.finish(stage.toy().arg("board").arg(stage.solution()).spawn().unwrap());
    let quoted = r"'[stage]/solution/it'\''s one'";
    assert!(said.text.contains(&format!("toy verify {quoted}  ")), "{}", said.text);
    assert!(said.text.contains(&format!("make -C {quoted} run  ")), "{}", said.text);
}
