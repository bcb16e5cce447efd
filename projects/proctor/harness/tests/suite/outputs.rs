//! Where proctor's own words go: to a reader who stops reading, to one who leaves, to a full disk, to a terminal.

use std::fs::OpenOptions;
use std::io::{PipeReader, Write};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::fixture::{Fixture, Said, poll};

const TIMEOUT: Duration = Duration::from_secs(10);
const RIGHT: &str = "awk '/^[0-9]+$/ { s += $0 } END { print s + 0 }'";

/// Runs with a standard output that is full already; the signal comes when `ready`.
#[track_caller]
fn stalled(fixture: &Fixture, args: &[&str], ready: impl Fn() -> bool) {
    let (reader, mut writer): (PipeReader, _) = std::io::pipe().unwrap();
    writer.write_all(&[b'x'; 1 << 16]).unwrap();
    let child = fixture.command(args).stdout(writer).spawn().unwrap();
    poll(TIMEOUT, || if ready() { Ok(()) } else { Err(()) }).expect("it waits for its reader");
    let start = Instant::now();
    kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
    let code = fixture.finish(child).code;
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
    assert_eq!(code, Some(130));
    fixture.holds_nothing();
    drop(reader);
}

#[test]
fn a_stalled_pager_holds_up_neither_the_checks_nor_ctrl_c() {
    let fixture = Fixture::new("sleep 1011", "");
    let sleeps = || fixture.processes().iter().any(|name| name.trim() == "sleep");
    stalled(&fixture, &["--check", "long-input"], sleeps);
    let fixture = Fixture::new(RIGHT, "");
    let results = fixture.solution().join("results.json");
    stalled(&fixture, &["--results", results.to_str().unwrap()], || results.exists());
}

/// Runs with a standard output on a disk without room.
#[track_caller]
fn on_a_full_disk(fixture: &Fixture, args: &[&str]) -> Said {
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let said = fixture.finish(fixture.toy().args(args).stdout(full).spawn().unwrap());
    fixture.holds_nothing();
    said
}

#[test]
fn results_that_could_not_be_written_are_no_success() {
    let fixture = Fixture::new(RIGHT, "");
    let solution = fixture.solution();
    let solution = solution.to_str().unwrap();
    for args in [&["verify", solution][..], &["board", solution], &["list"], &["--help"]] {
        let said = on_a_full_disk(&fixture, args);
        let text = "failed to write to standard output: No space left on device (os error 28)\n";
        assert_eq!((said.code, said.text.as_str()), (Some(2), text), "{args:?}");
    }
}

#[test]
fn a_reader_who_leaves_changes_no_verdict_and_is_not_complained_about() {
    for (script, code) in [("cat >/dev/null; echo 0", 0), ("echo 1", 1)] {
        let fixture = Fixture::new(script, "");
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let child = fixture.command(&["--check", "no-lines"]).stdout(writer).spawn().unwrap();
        let said = fixture.finish(child);
        assert_eq!((said.code, said.text.as_str()), (Some(code), ""));
        fixture.holds_nothing();
    }
}

#[test]
fn what_a_build_prints_moves_no_terminal() {
    let build = r#"build = ["sh", "-c", 'printf "\033]0;title\007\tred\n"; exit 1']"#;
    let fixture = Fixture::new(RIGHT, &format!("{build}\n"));
    for command in ["verify", "board"] {
        let said = fixture.finish(fixture.toy().arg(command).arg(fixture.solution()).spawn().unwrap());
        assert!(said.text.contains("\\x1b]0;title\\x07\tred\n"), "{}", said.text);
        assert!(!said.text.contains('\x1b'), "{}", said.text);
    }
    fixture.toml("exercise = \"\\u001b[31m\"\nlevel = 1\nrun = [\"a\"]\n");
    let said = fixture.run(&[]);
    assert!(said.text.contains("exercise \"\\x1b[31m\" is unknown"), "{}", said.text);
}

#[test]
fn the_boards_next_commands_can_be_typed_whatever_the_folder_is_called() {
    let fixture = Fixture::new("", "");
    let folder = fixture.solution().join("it's one");
    std::fs::create_dir(&folder).unwrap();
    std::fs::rename(fixture.solution().join("proctor.toml"), folder.join("proctor.toml")).unwrap();
    std::fs::write(folder.join("Makefile"), "").unwrap();
    let said = fixture.finish(fixture.toy().arg("board").arg(fixture.solution()).spawn().unwrap());
    let quoted = r"'[fixture]/solution/it'\''s one'";
    assert!(said.text.contains(&format!("  toy verify {quoted}\n")), "{}", said.text);
    assert!(said.text.contains(&format!("  make -C {quoted} run\n")), "{}", said.text);
}

#[test]
fn without_room_for_a_thread_it_says_so_in_one_line() {
    let fixture = Fixture::new("echo 0", "");
    let mut command = fixture.command(&["--check", "no-lines"]);
    // No address space holds a stack of this size: no thread of proctor can start.
    command.env("RUST_MIN_STACK", (1_u64 << 60).to_string());
    let said = fixture.finish(command.spawn().unwrap());
    fixture.holds_nothing();
    assert_eq!(said.code, Some(2), "{}", said.text);
    assert!(
        said.text.starts_with("failed to start a thread: ") && said.text.lines().count() == 1,
        "{}",
        said.text
    );
}
