//! Servers: a right one in all that a check may do to it, and those that are wrong on purpose.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use proctor_harness::{
    Check, Ending, Exercise, Failure, Finished, Judged, Level, Limit, Options, Report, Server, Signal,
    Solution, Stop, Trial, Verdict, judge_solution,
};
use rustix::process::{Pid, Signal as Number, kill_process};

use crate::fixture::{Fixture, example, poll};

const TIMEOUT: Duration = Duration::from_secs(10);

type Run = fn(&mut Trial<'_>) -> Verdict;

/// Runs these checks on the echo server that is wrong in this way.
fn judged(way: &str, checks: &[(&'static str, Run)]) -> Report {
    let check = |&(name, run)| Check::new(name, "SE-1.1", Duration::from_secs(20), run);
    let exercise = Box::leak(Box::new(Exercise {
        name: "servers",
        title: "",
        brief: "",
        levels: &[Level { number: 1, title: "" }],
        checks: Vec::leak(checks.iter().map(check).collect()),
        needs: &[],
    }));
    let program = example("echo-server");
    let solution = Solution::new(Path::new("."), 1, [program.to_str().unwrap(), way]);
    judge_solution(exercise, &solution, &Options { jobs: 4, ..Options::default() }).unwrap()
}

#[track_caller]
fn passes(way: &str, check: Run) {
    let report = judged(way, &[("check", check)]);
    assert!(matches!(report.outcomes[0].result, Judged::Passed), "{:?}", report.outcomes[0]);
}

#[track_caller]
fn fails(way: &str, check: Run) -> Failure {
    let report = judged(way, &[("check", check)]);
    let Judged::Failed(failure) = &report.outcomes[0].result else { panic!("{:?}", report.outcomes[0]) };
    *failure.clone()
}

fn serve<'t>(trial: &'t Trial<'_>) -> Result<Server<'t>, Stop> {
    trial.program().memory(64 << 20).output(1 << 20).processes(16).deadline(Duration::from_secs(3)).serve()
}

fn send(address: SocketAddr, line: &str) -> std::io::Result<BufReader<TcpStream>> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    stream.write_all(format!("{line}\n").as_bytes())?;
    Ok(BufReader::new(stream))
}

/// Sends a line and returns the answer, or what went wrong.
fn ask(address: SocketAddr, line: &str) -> String {
    let answer = || {
        let mut answer = String::new();
        send(address, line)?.read_line(&mut answer)?;
        Ok(answer.trim_end().to_owned())
    };
    answer().unwrap_or_else(|error: std::io::Error| error.to_string())
}

fn echoes(server: &Server<'_>) -> Verdict {
    match ask(server.address(), "hello") {
        answer if answer == "hello" => Ok(()),
        answer => Err(server.failure("hello", answer).into()),
    }
}

fn serves(trial: &mut Trial<'_>) -> Verdict {
    echoes(&serve(trial)?)
}

#[test]
fn a_server_is_ready_when_serve_returns_and_gone_when_it_is_dropped() {
    passes("", |trial| {
        let server = serve(trial)?;
        assert!(server.is_running() && server.resident() > 10_000);
        echoes(&server)?;
        poll(TIMEOUT, || if server.stderr() == b"it listens\n" { Ok(()) } else { Err(server.stderr()) })
            .unwrap();
        assert_eq!(server.stdout(), b"");
        let address = server.address();
        drop(server);
        assert!(TcpStream::connect(address).is_err());
        Ok(())
    });
}

#[test]
fn a_server_may_be_used_from_any_thread() {
    fn any_thread<T: Send + Sync>() {}
    any_thread::<Server<'_>>();
}

#[test]
fn servers_of_one_trial_live_side_by_side_and_no_two_trials_share_an_address() {
    static SEEN: Mutex<BTreeSet<u16>> = Mutex::new(BTreeSet::new());
    fn three(trial: &mut Trial<'_>) -> Verdict {
        let servers = [serve(trial)?, serve(trial)?, serve(trial)?];
        for server in &servers {
            echoes(server)?;
            assert!(SEEN.lock().unwrap().insert(server.address().port()), "{}", server.address());
        }
        let ephemeral = fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range").unwrap();
        let mut ephemeral = ephemeral.split_ascii_whitespace().map(|port| port.parse::<u16>().unwrap());
        let ephemeral = ephemeral.next().unwrap()..=ephemeral.next().unwrap();
        assert!(servers.iter().all(|server| !ephemeral.contains(&server.address().port())), "{ephemeral:?}");
        Ok(())
    }
    let names = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let report = judged("", &names.map(|name| (name, three as Run)));
    assert!(report.holds(), "{report:?}");
    assert_eq!(SEEN.lock().unwrap().len(), 24);
}

#[test]
fn a_failure_shows_the_command_line_with_its_variables_and_what_the_server_said() {
    let failure = fails("wrong", |trial| {
        let server = trial.program().env("QUEUE_CAPACITY", "3").env("LISTEN_ADDR", "nonsense").serve()?;
        assert!(server.command().starts_with(&format!("LISTEN_ADDR={} QUEUE_CAPACITY=3 ", server.address())));
        echoes(&server)
    });
    let command = failure.command.unwrap();
    assert!(command.starts_with("LISTEN_ADDR=127.0.0.1:") && command.ends_with(" wrong"), "{command}");
    assert_eq!(failure.stderr.unwrap(), b"it listens\n");
    assert_eq!((failure.expected.as_str(), failure.actual.as_str()), ("hello", "something else"));
    assert_eq!((failure.limit, failure.note), (None, None));
}

#[test]
fn a_program_that_ends_instead_of_serving_is_told_at_once() {
    let start = Instant::now();
    let failure = fails("exits", serves);
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    assert!(failure.expected.starts_with("a server that listens at LISTEN_ADDR=127.0.0.1:"), "{failure:?}");
    assert_eq!((failure.actual.as_str(), failure.limit), ("it exited with 1", None));
    assert_eq!(failure.stderr.unwrap(), b"Error: \"LEVEL must be a number\"\n");
}

fn refuse(trial: &Trial<'_>, deadline: Duration) -> Result<Finished, Stop> {
    let address = trial.address()?;
    let program = trial.program().env("LISTEN_ADDR", address.to_string()).deadline(deadline);
    program.run_unless_it_listens(address)
}

#[test]
fn a_server_that_listens_instead_of_refusing_is_not_waited_for() {
    let start = Instant::now();
    let failure = fails("", |trial| refuse(trial, Duration::from_secs(15)).map(drop));
    // One second, and more on a busy machine.
    assert!(start.elapsed() < Duration::from_secs(14), "{:?}", start.elapsed());
    assert_eq!((failure.expected.as_str(), failure.limit), ("an end by itself", Some(Limit::Deadline)));
    assert!(failure.actual.starts_with("it listens at 127.0.0.1:"), "{failure:?}");
    assert_eq!(failure.stderr.unwrap(), b"it listens\n");
}

#[test]
fn a_server_that_refuses_has_ended_and_one_that_neither_ends_nor_listens_still_ran() {
    passes("exits", |trial| {
        let finished = refuse(trial, TIMEOUT)?;
        assert_eq!((finished.ending, finished.stdout.len()), (Ending::Exited(1), 0));
        assert_eq!(finished.stderr, b"Error: \"LEVEL must be a number\"\n");
        Ok(())
    });
    let failure = fails("deaf", |trial| refuse(trial, Duration::from_millis(300)).map(drop));
    assert_eq!(failure.actual, "it still ran after 0.3 s");
}

#[test]
fn a_program_that_goes_to_the_background_instead_is_found() {
    let failure = fails("background", serves);
    assert_eq!(failure.limit, Some(Limit::LeftBehind));
    assert!(failure.actual.contains("left running: sleep 1021"), "{failure:?}");
}

#[test]
fn a_server_that_does_not_listen_was_not_ready_and_after_eight_the_level_ends() {
    fn quickly(trial: &mut Trial<'_>) -> Verdict {
        trial.program().deadline(Duration::from_millis(200)).serve().map(drop)
    }
    let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
    let report = judged("deaf", &names.map(|name| (name, quickly as Run)));
    let Judged::Failed(failure) = &report.outcomes[0].result else { panic!("{report:?}") };
    assert_eq!(failure.limit, Some(Limit::Start));
    assert!(failure.expected.ends_with(" within 0.2 s"), "{failure:?}");
    assert_eq!(failure.actual, "nothing listened there, and proctor ended it");
    assert!(matches!(report.outcomes[8].result, Judged::Skipped { .. }), "{report:?}");
    assert_eq!(report.cut_short(), Some("in eight checks in a row the program was not ready in time"));
}

#[test]
fn a_server_that_listens_elsewhere_is_told_where() {
    let failure =
        fails("elsewhere", |trial| trial.program().deadline(Duration::from_millis(500)).serve().map(drop));
    assert!(failure.note.as_ref().unwrap().starts_with("it listened at 127.0.0.1:"), "{failure:?}");
}

#[test]
fn a_crash_shows_itself_in_the_failure_and_where_the_check_saw_nothing() {
    let failure = fails("crashes", serves);
    let line = failure.actual.lines().last().unwrap();
    assert_eq!(line, "the server was gone: it was ended by signal 6 (SIGABRT)");
    let failure = fails("crashes-late", |trial| {
        let server = serve(trial)?;
        echoes(&server)?;
        poll(TIMEOUT, || if server.is_running() { Err("it runs") } else { Ok(()) }).unwrap();
        Ok(())
    });
    assert_eq!(failure.expected, "a server that runs until it is told to end");
    assert_eq!(failure.actual, "it was ended by signal 6 (SIGABRT)");
    assert!(failure.command.is_some() && failure.stderr.is_some());
}

/// Makes the server go wrong, and waits until it is gone; the check itself finds nothing.
fn provokes(trial: &mut Trial<'_>) -> Verdict {
    let server = serve(trial)?;
    let mut stream = send(server.address(), "now").unwrap();
    stream.read_to_end(&mut Vec::new()).ok();
    poll(TIMEOUT, || if server.is_running() { Err("it runs") } else { Ok(()) }).ok();
    Ok(())
}

#[test]
fn the_limits_of_a_program_are_those_of_a_server() {
    let failure = fails("eats", provokes);
    assert_eq!(failure.limit, Some(Limit::Memory), "{failure:?}");
    assert_eq!(fails("floods", provokes).limit, Some(Limit::Output));
    for (way, limit) in [("many", Limit::Processes), ("memfd", Limit::Memory)] {
        let failure = fails(way, |trial| {
            let server = serve(trial)?;
            poll(TIMEOUT, || if server.is_running() { Err("it runs") } else { Ok(()) }).ok();
            echoes(&server)
        });
        assert_eq!(failure.limit, Some(limit), "{failure:?}");
    }
    let failure = fails("eats", serves);
    assert!(failure.actual.contains("the server was gone: it held "), "{failure:?}");
    assert_eq!(failure.limit, Some(Limit::Memory));
}

#[test]
fn sigterm_is_answered_with_an_end() {
    fn ends(trial: &mut Trial<'_>) -> Verdict {
        let mut server = serve(trial)?;
        server.signal(Signal::Term)?;
        let finished = server.wait(Duration::from_secs(1))?;
        assert!(!server.is_running() && server.resident() == 0);
        assert!(server.signal(Signal::Term).is_err());
        match finished.ending {
            Ending::Exited(0) => Ok(()),
            ending => Err(server.failure("it exits with 0", format!("it {ending}")).into()),
        }
    }
    passes("", ends);
    let failure = fails("fails", ends);
    assert_eq!(failure.actual, "it exited with 1");
    assert_eq!(failure.stderr.unwrap(), b"it listens\nError: \"it could not save its work\"\n");
    let failure = fails("ignores", ends);
    assert_eq!((failure.actual.as_str(), failure.limit), ("it is still running after 1.0 s", None));
    let failure = fails("leaves", ends);
    assert_eq!(failure.limit, Some(Limit::LeftBehind));
    assert!(failure.actual.ends_with("exited with 0 and left running: sleep 1022"), "{failure:?}");
}

#[test]
fn a_frozen_server_answers_nothing_then_goes_on_and_can_be_killed() {
    fn freezes(trial: &mut Trial<'_>) -> Verdict {
        let mut server = serve(trial)?;
        server.signal(Signal::Stop)?;
        let mut stream = send(server.address(), "late").unwrap();
        stream.get_ref().set_read_timeout(Some(Duration::from_millis(200))).unwrap();
        let mut answer = String::new();
        assert!(stream.read_line(&mut answer).is_err() && server.is_running());
        server.signal(Signal::Cont)?;
        stream.get_ref().set_read_timeout(Some(TIMEOUT)).unwrap();
        stream.read_line(&mut answer).unwrap();
        assert_eq!(answer, "late\n");
        server.signal(Signal::Stop)?;
        let start = Instant::now();
        server.kill();
        assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
        let other = serve(trial)?;
        other.signal(Signal::Stop)?;
        Ok(())
    }
    passes("", freezes);
    // All of it stands still, not only the wrapper.
    passes("child", freezes);
}

#[test]
fn a_killed_server_can_be_started_again_at_its_address() {
    passes("", |trial| {
        let mut first = serve(trial)?;
        let address = first.address();
        let open = send(address, "hello").unwrap();
        assert!(matches!(trial.program().serve_at(address), Err(Stop::Skipped(_))), "it still listens");
        first.kill();
        assert!(!first.is_running() && ask(address, "hello").contains("refused"));
        assert_eq!(first.failure("this", "that").actual, "that", "the check killed it itself");
        let second = trial.program().serve_at(address)?;
        assert_eq!(second.address(), address);
        echoes(&second)?;
        drop(open);
        let other = trial.address()?;
        assert!(TcpStream::connect(other).is_err());
        echoes(&trial.program().serve_at(other)?)
    });
}

#[test]
fn memory_that_a_server_takes_is_seen() {
    passes("", |trial| {
        let server = trial.program().serve()?;
        let before = server.resident();
        assert_eq!(ask(server.address(), "grow"), "grown");
        let grown = server.resident() - before;
        assert!((30 << 20..40 << 20).contains(&grown), "{grown}");
        Ok(())
    });
}

#[test]
fn the_example_of_a_suite_for_servers_holds_and_shows_how_one_fails() {
    let said = Fixture::server(&[]).run(&[]);
    assert_eq!(said.code, Some(0), "{}", said.text);
    for (way, name) in [
        ("exits", "ends_instead_of_serving"),
        ("deaf", "never_listens"),
        ("elsewhere", "listens_elsewhere"),
        ("crashes", "crashes"),
        ("leaves", "leaves_a_process"),
        ("ignores", "ignores_sigterm"),
    ] {
        // Each check would wait as long.
        let args: &[&str] = if matches!(way, "deaf" | "elsewhere") { &["--check", "echoes"] } else { &[] };
        let said = Fixture::server(&[way]).run(args);
        assert_eq!(said.code, Some(1), "{way}: {}", said.text);
        insta::assert_snapshot!(name, said.text);
    }
    for way in ["eats", "floods", "background"] {
        let said = Fixture::server(&[way]).run(&["--check", "echoes"]);
        assert_eq!(said.code, Some(1), "{way}: {}", said.text);
    }
}

#[test]
fn no_signal_to_proctor_leaves_a_server_behind() {
    for (signal, code) in [(Number::INT, Some(130)), (Number::TERM, Some(130)), (Number::KILL, None)] {
        let fixture = Fixture::server(&["ignores"]);
        let child = fixture.command(&["--check", "ends-on-sigterm"]).spawn().unwrap();
        poll(TIMEOUT, || {
            let names = fixture.processes();
            if names.iter().any(|name| name.trim() == "echo-server") { Ok(()) } else { Err(names) }
        })
        .unwrap();
        kill_process(Pid::from_child(&child), signal).unwrap();
        assert_eq!(fixture.finish(child).code, code);
        fixture.no_process_within(TIMEOUT);
    }
}

#[test]
fn a_kept_server_can_be_started_by_hand() {
    let fixture = Fixture::server(&["wrong"]);
    let kept = fixture.solution().join("kept");
    let said = fixture.run(&["--check", "echoes", "--keep", kept.to_str().unwrap()]);
    assert!(said.text.contains("by hand       sh [fixture]/solution/kept/echoes/run.sh\n"), "{}", said.text);
    let script = fs::read_to_string(kept.join("echoes/run.sh")).unwrap();
    assert!(script.contains("export LISTEN_ADDR=\"${LISTEN_ADDR:-127.0.0.1:8080}\"\n"), "{script}");
    let mut child = Command::new("sh")
        .arg(kept.join("echoes/run.sh"))
        .env("LISTEN_ADDR", "127.0.0.1:0")
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    assert_eq!(lines.next().unwrap(), "LISTEN_ADDR=127.0.0.1:0");
    assert_eq!(lines.next().unwrap(), "it listens");
    // The script became the server.
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(lines.next(), None);
}
