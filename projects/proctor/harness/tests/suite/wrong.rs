//! Each solution is wrong in one way that could hurt proctor. Each gets its verdict, and nothing of it stays.

use crate::fixture::Fixture;

/// A way to be wrong: its name, the script, the check to run, the exit code, and words that must be in the verdict.
pub(crate) struct Wrong {
    pub(crate) name: &'static str,
    pub(crate) script: &'static str,
    pub(crate) check: &'static str,
    pub(crate) code: i32,
    pub(crate) verdict: &'static str,
}

const fn wrong(
    name: &'static str,
    check: &'static str,
    verdict: &'static str,
    script: &'static str,
) -> Wrong {
    Wrong { name, script, check, code: 1, verdict }
}

impl Wrong {
    /// A fixture for it. The supervisor can only be killed where there are no namespaces.
    pub(crate) fn fixture(&self) -> Fixture {
        let fixture = Fixture::new(self.script, "");
        if self.name == "kills_its_supervisor" { fixture.without_namespaces() } else { fixture }
    }
}

const SUM: &str = "awk '/^[0-9]+$/ { s += $0 } END { print s + 0 }'";

/// All of them.
pub(crate) fn all() -> Vec<Wrong> {
    vec![
        wrong("hangs", "no-lines", "it still ran then", "exec sleep 1000"),
        wrong(
            "ignores_every_signal",
            "no-lines",
            "it still ran then",
            "trap '' TERM INT HUP QUIT; while :; do :; done",
        ),
        wrong("floods_stdout", "no-lines", "1 MiB on standard output", "exec yes"),
        wrong("floods_stderr", "no-lines", "1 MiB on standard error", "exec yes >&2"),
        wrong("leaves_a_child", "no-lines", "left running: sleep 1001", "sleep 1001 & sleep 0.1; echo 0"),
        wrong(
            "leaves_a_daemon",
            "no-lines",
            "left running: sleep 1002",
            "(setsid sh -c 'sleep 1002 </dev/null >/dev/null 2>&1 & exit' &) ; sleep 0.05; echo 0",
        ),
        wrong("eats_memory", "no-lines", "64 MiB of memory", "head -c 900m /dev/zero | tail -c 900m | wc -c"),
        wrong("crashes", "no-lines", "signal 11 (SIGSEGV)", "kill -SEGV $$"),
        wrong("closes_stdin_early", "long-input", "closed standard input", "exec <&-; echo 17"),
        wrong("closes_stdout_early", "no-lines", "it exited with 0", "exec >&-; sleep 0.05"),
        wrong(
            "forks_without_end",
            "no-lines",
            "at most 32 processes",
            "i=0; while [ $i -lt 1000 ]; do sleep 1003 & i=$((i+1)); done; wait",
        ),
        wrong(
            "kills_its_supervisor",
            "no-lines",
            "was killed",
            "setsid sleep 1004 & kill -KILL $PPID; sleep 1005",
        ),
        wrong("is_wrong_by_one", "sum", "TO-1.1 says", "awk '{ s += $0 } END { print s + 1 }'"),
        wrong(
            "is_wrong_on_bytes",
            "other-lines",
            "\\x16",
            "awk '/^[^0-9]/ { printf \"\\033[31m\\n\"; exit } { s += $0 } END { print s + 0 }'",
        ),
    ]
}

#[test]
fn every_way_to_be_wrong_gets_its_verdict_and_leaves_nothing() {
    for wrong in all() {
        let said = wrong.fixture().run(&["--check", wrong.check]);
        assert_eq!(said.code, Some(wrong.code), "{}: {}", wrong.name, said.text);
        assert!(said.text.contains(wrong.verdict), "{}: {}", wrong.name, said.text);
        insta::assert_snapshot!(wrong.name, said.text);
    }
}

#[test]
fn the_toys_own_solution_passes() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/toy-solution");
    let fixture = Fixture::new("", "");
    let said = fixture.finish(fixture.toy().args(["verify", folder]).spawn().unwrap());
    assert_eq!(said.code, Some(0), "{}", said.text);
    fixture.holds_nothing();
}

#[test]
fn a_right_solution_passes_even_when_it_makes_a_mess_of_its_folder() {
    let mess = format!("mkdir -p a/b; echo x > a/b/c; chmod 000 a/b a; {SUM}");
    let said = Fixture::new(&mess, "").run(&[]);
    assert_eq!(said.code, Some(0), "{}", said.text);
    insta::assert_snapshot!(said.text);
}

#[test]
fn a_level_that_does_not_hold_is_told_with_the_one_below() {
    let said = Fixture::new("awk '{ s += $0 } END { printf \"%d\\n\", (NR > 1000) ? 0 : s }'", "").run(&[]);
    assert_eq!(said.code, Some(1), "{}", said.text);
    insta::assert_snapshot!(said.text);
}

#[test]
fn another_seed_is_in_the_command_that_runs_a_check_again() {
    let fixture = Fixture::new("echo 1", "");
    let said = fixture.run(&["--check", "sum", "--seed", "7"]);
    assert!(said.text.contains("verify [fixture]/solution --seed 7 --check sum"), "{}", said.text);
    assert_eq!(said.text, fixture.run(&["--check", "sum", "--seed", "7"]).text);
    assert_ne!(said.text, fixture.run(&["--check", "sum", "--seed", "8"]).text);
}

#[track_caller]
fn refuses(fixture: &Fixture, args: &[&str], expected: &str) {
    let said = fixture.run(args);
    assert_eq!((said.code, said.text.as_str()), (Some(2), expected));
}

#[test]
fn what_cannot_be_judged_exits_with_2_and_one_clear_line() {
    let head = "toy · [fixture]/solution · claims level 2 · seed 2026\nLevel 1  Add them\n";
    let fixture = Fixture::new("", "");
    fixture.toml("exercise = \"toy\"\nlevel = 2\nrun = [\"./missing\"]\n");
    refuses(
        &fixture,
        &[],
        &format!("{head}`./missing < input` could not be started: there is no ./missing in its folder\n"),
    );
    std::fs::write(fixture.solution().join("plain"), "x").unwrap();
    std::fs::create_dir(fixture.solution().join("folder")).unwrap();
    fixture.script("shebang", "#!/no/such/sh\n");
    fixture.script("windows", "#!/bin/sh\r\n");
    fixture.toml("exercise = \"toy\"\nlevel = 2\nrun = [\"./plain\"]\n");
    refuses(
        &fixture,
        &[],
        &format!(
            "{head}`./plain < input` could not be started: it is no executable; `chmod +x` makes it one\n"
        ),
    );
    for (program, why) in [
        ("./folder", "it is a folder"),
        ("./shebang", "its first line asks for /no/such/sh, which isn't here"),
        ("./windows", "its first line asks for /bin/sh\\r, which isn't here"),
        ("no-such-program", "no no-such-program on the PATH"),
        ("plain", "no plain on the PATH, but the folder has one: write ./plain"),
        ("folder", "no folder on the PATH"),
    ] {
        fixture.toml(&format!("exercise = \"toy\"\nlevel = 2\nrun = [\"{program}\"]\n"));
        refuses(&fixture, &[], &format!("{head}`{program} < input` could not be started: {why}\n"));
    }
    fixture.toml("exercise = \"toy\"\nlevel = 9\nrun = [\"./plain\"]\n");
    refuses(&fixture, &[], "[fixture]/solution/proctor.toml:2: level 9 is not one of 1 to 2\n");
    std::fs::remove_file(fixture.solution().join("proctor.toml")).unwrap();
    refuses(&fixture, &[], "a solution is a folder with a proctor.toml; [fixture]/solution has none\n");
    std::fs::remove_dir_all(fixture.solution()).unwrap();
    refuses(&fixture, &[], "a solution is a folder with a proctor.toml; [fixture]/solution doesn't exist\n");
    std::fs::write(fixture.solution(), "x").unwrap();
    refuses(&fixture, &[], "a solution is a folder with a proctor.toml; [fixture]/solution is a file\n");
}

#[test]
fn a_failing_build_shows_its_last_words_and_a_good_one_is_silent() {
    let head = "toy · [fixture]/solution · claims level 2 · seed 2026\n";
    let fixture =
        Fixture::new(SUM, "build = [\"sh\", \"-c\", \"echo compiling; echo no compiler >&2; exit 4\"]\n");
    let words = "the build `sh -c 'echo compiling; echo no compiler >&2; exit 4'` exited with 4\ncompiling\nno compiler\n";
    let building = "  building with `sh -c 'echo compiling; echo no compiler >&2; exit 4'`\n";
    refuses(&fixture, &[], &format!("{head}{building}{words}"));
    assert_eq!(fixture.run(&["--no-build"]).code, Some(0));
    let fixture =
        Fixture::new("cat \"${0%/*}/built\"", "build = [\"sh\", \"-c\", \"echo noise; echo 0 > built\"]\n");
    let said = fixture.run(&["--check", "no-lines"]);
    assert!(said.text.contains("  built in [time]\n"), "{}", said.text);
    assert!(said.code == Some(0) && !said.text.contains("\nnoise"), "{}", said.text);
}

#[test]
fn unknown_checks_and_levels_are_refused() {
    let head = "toy · [fixture]/solution · claims level 2 · seed 2026\n";
    let fixture = Fixture::new(SUM, "");
    refuses(
        &fixture,
        &["--check", "some"],
        &format!("{head}toy has no check some; `list toy` shows them all\n"),
    );
    refuses(
        &fixture,
        &["--expect-skipped", "nope"],
        &format!("{head}toy has no check nope; `list toy` shows them all\n"),
    );
    refuses(&fixture, &["--level", "3"], &format!("{head}toy has levels 1 to 2, not 3\n"));
    let said = fixture.run(&["--level", "1"]).text;
    assert!(said.ends_with("level 1 of 2 reached\n"), "{said}");
    assert!(said.contains("  not judged") && !said.contains("not claimed"), "{said}");
}

#[test]
fn failures_of_one_cause_are_told_once_and_named_after_that() {
    let fixture = Fixture::new("echo 0", "");
    let said = fixture.run(&[]);
    assert_eq!(said.text.matches("      actual        0\n").count(), 1, "{}", said.text);
    assert!(said.text.contains("  2 more failed as sum did\n"), "{}", said.text);
    let board = fixture.toy().arg("board").arg(fixture.solution()).spawn().unwrap();
    let said = fixture.finish(board);
    assert!(said.text.contains("    2 more failed as sum did: other-lines, long-input\n"), "{}", said.text);
    assert!(fixture.run(&["--check", "long-input"]).text.contains("      actual        0\n"));
}

#[test]
fn fail_fast_ends_with_the_first_failure() {
    let said = Fixture::new("echo 0", "").run(&["--fail-fast"]);
    assert_eq!(said.code, Some(1));
    assert!(
        said.text.contains("skipped: a check before it failed, and --fail-fast stops there"),
        "{}",
        said.text
    );
    assert!(
        said.text.ends_with("level 0 of 2 reached, level 2 claimed, 4 checks skipped\n"),
        "{}",
        said.text
    );
}

#[test]
fn an_input_file_is_shown_under_its_name() {
    let fixture = Fixture::new("echo 0", "");
    let numbers = fixture.solution().join("numbers");
    std::fs::write(&numbers, "3\n4\n").unwrap();
    let child = fixture.command(&["--check", "numbers-file"]).env("TOY_NUMBERS", numbers).spawn().unwrap();
    let said = fixture.finish(child);
    let file = "      file          numbers: 2 lines, 4 bytes\n        │ 3\n        │ 4\n";
    assert!(said.text.contains(file), "{}", said.text);
}
