//! The engine against small shell programs: each limit, and what a program may leave behind.

use super::*;
use crate::skipped::skipped;

fn sh(script: &str) -> Spec {
    Spec {
        program: "sh".into(),
        args: vec!["-c".into(), script.into()],
        env: Vec::new(),
        purpose: Purpose::Judged,
        unset: Vec::new(),
        folder: std::env::temp_dir(),
        stdin: None,
        stdout_closed: false,
        limits: Limits {
            deadline: Duration::from_secs(10),
            stretched: 1.0,
            memory: 1 << 30,
            // The folder is everybody's.
            disk: u64::MAX,
            processes: 64,
            output: 1 << 20,
            flood_ends: true,
        },
    }
}

/// The same where the kernel gives no namespaces.
fn without_namespaces(script: &str) -> Spec {
    Spec { purpose: Purpose::WithoutNamespaces, ..sh(script) }
}

fn limited(script: &str, limit: impl FnOnce(&mut Limits)) -> Ended {
    let mut spec = sh(script);
    limit(&mut spec.limits);
    run(spec).unwrap()
}

#[test]
fn tells_exit_codes_and_signals() {
    assert_eq!(run(sh("exit 7")).unwrap().how, StopReason::ByItself(Ending::Exited(7)));
    assert_eq!(run(sh("kill -SEGV $$")).unwrap().how, StopReason::ByItself(Ending::Signalled(11)));
}

#[test]
fn keeps_both_outputs_whole() {
    let ended = run(sh("printf out; printf err >&2")).unwrap();
    assert_eq!((ended.stdout.as_slice(), ended.stderr.as_slice()), (&b"out"[..], &b"err"[..]));
}

#[test]
fn feeds_far_more_than_a_pipe_holds_and_reads_it_back() {
    let mut spec = sh("cat");
    spec.limits.output = 64 << 20;
    let input: Vec<u8> = (0..20_000_000_u32).map(|n| n.to_le_bytes()[0]).collect();
    spec.stdin = Some(Arc::new(input.clone()));
    let ended = run(spec).unwrap();
    assert!(ended.stdout == input, "{} of {} bytes", ended.stdout.len(), input.len());
    assert_eq!(ended.unread, 0);
}

#[test]
fn a_program_that_reads_nothing_is_no_deadlock() {
    let mut spec = sh("exec 0<&-; echo done");
    spec.stdin = Some(Arc::new(vec![b'x'; 50_000_000]));
    let ended = run(spec).unwrap();
    assert_eq!(ended.how, StopReason::ByItself(Ending::Exited(0)));
    assert_eq!(ended.stdout, b"done\n");
    assert!(ended.unread > 40_000_000, "{}", ended.unread);
}

#[test]
fn a_hang_ends_at_the_deadline_even_when_signals_are_ignored() {
    let ended = limited("trap '' TERM INT HUP; while :; do :; done", |limits| {
        limits.deadline = Duration::from_millis(200);
    });
    assert_eq!(ended.how, StopReason::Deadline);
    assert!(ended.elapsed < Duration::from_secs(2), "{:?}", ended.elapsed);
}

#[test]
fn a_double_fork_into_a_session_of_its_own_is_found_and_killed() {
    let ended = run(sh("setsid sh -c 'sleep 31536 >/dev/null 2>&1 &' ; exit 0")).unwrap();
    let StopReason::LeftBehind(Ending::Exited(0), left) = ended.how else { panic!("{:?}", ended.how) };
    assert_eq!(left.first().unwrap().name, "sleep 31536");
    for process in left {
        assert!(!std::path::Path::new(&format!("/proc/{}", process.pid)).exists());
    }
}

#[test]
fn a_grandchild_that_holds_the_pipes_does_not_hang_us() {
    let ended = run(sh("sleep 31537 & echo said")).unwrap();
    assert!(matches!(ended.how, StopReason::LeftBehind(..)), "{:?}", ended.how);
    assert_eq!(ended.stdout, b"said\n");
    assert!(ended.elapsed < Duration::from_secs(5));
}

#[test]
fn a_flood_ends_the_run_and_is_kept_within_bounds() {
    let ended = limited("yes", |limits| limits.output = 100_000);
    assert_eq!(ended.how, StopReason::Flood(Output::Stdout));
    assert_eq!(ended.stdout.len(), 100_000);
    let ended = limited("yes >&2", |limits| limits.output = 100_000);
    assert_eq!(ended.how, StopReason::Flood(Output::Stderr));
}

#[test]
fn a_build_may_say_much_and_its_last_words_are_kept() {
    let ended = limited("yes | head -n 100000; echo last", |limits| {
        limits.output = 1000;
        limits.flood_ends = false;
    });
    assert_eq!(ended.how, StopReason::ByItself(Ending::Exited(0)));
    assert!(ended.stdout.ends_with(b"y\nlast\n"));
    assert_eq!(ended.stdout.len(), 1000);
}

#[test]
fn a_fork_bomb_stays_bounded() {
    let bomb = "i=0; while [ $i -lt 2000 ]; do sleep 30 & i=$((i+1)); done; wait";
    let ended = limited(bomb, |limits| limits.processes = 40);
    assert!(matches!(ended.how, StopReason::Processes(41..)), "{:?}", ended.how);
    assert!(ended.elapsed < Duration::from_secs(5), "{:?}", ended.elapsed);
}

#[test]
fn the_memory_of_the_whole_tree_counts() {
    let hog = "head -c 40m /dev/zero | tail -c 40m | sleep 20";
    let ended = limited(hog, |limits| limits.memory = 30 << 20);
    assert!(matches!(ended.how, StopReason::Memory(31_457_281..)), "{:?}", ended.how);
}

#[test]
fn files_in_memory_count_although_nobody_maps_them() {
    let hog = "exec 3>/dev/shm/proctor-$$; rm /dev/shm/proctor-$$; head -c 40m /dev/zero >&3; sleep 20";
    let ended = limited(hog, |limits| limits.memory = 30 << 20);
    assert!(matches!(ended.how, StopReason::Memory(31_457_281..)), "{:?}", ended.how);
}

/// Runs it in a folder of its own that may hold 8 MiB.
fn in_small_folder(script: &str) -> Ended {
    let folder = tempfile::tempdir().unwrap();
    let mut spec = sh(script);
    spec.folder = folder.path().to_owned();
    spec.limits.disk = 8 << 20;
    run(spec).unwrap()
}

#[test]
fn files_on_the_disk_are_capped() {
    for script in [
        "head -c 20m /dev/zero > file; sleep 20",
        "mkdir a; head -c 20m /dev/zero > a/file",
        "for i in 1 2 3; do head -c 4m /dev/zero > $i; done; sleep 20",
        "exec 3>file; rm file; head -c 20m /dev/zero >&3; sleep 20",
    ] {
        let how = in_small_folder(script).how;
        assert!(matches!(how, StopReason::Disk(8_388_609..)), "{script}: {how:?}");
    }
    let within = in_small_folder("head -c 4m /dev/zero > file; truncate -s 2T hole; sleep 0.5");
    assert_eq!(within.how, StopReason::ByItself(Ending::Exited(0)));
}

#[test]
fn one_file_is_capped_by_the_kernel() {
    let ended = in_small_folder("truncate -s 5T file 2>/dev/null || echo refused");
    assert_eq!(ended.stdout, b"refused\n", "{:?}", ended.how);
}

/// What a program left that isn't a process.
#[track_caller]
fn remains(mut spec: Spec) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    spec.folder = folder.path().to_owned();
    let ended = run(spec).unwrap();
    match ended.how {
        StopReason::Remains(Ending::Exited(0), left) => left,
        how => panic!("{how:?}: {}", String::from_utf8_lossy(&ended.stderr)),
    }
}

#[test]
fn a_mount_that_is_left_is_told_and_taken_away() {
    let script = "mkdir 'a b' && mount --bind /usr 'a b'";
    let mount = run(without_namespaces(&format!("cd $(mktemp -d) && {script} && umount 'a b'"))).unwrap();
    if mount.how != StopReason::ByItself(Ending::Exited(0)) {
        return skipped("mounts", String::from_utf8_lossy(&mount.stderr).trim());
    }
    assert_eq!(remains(without_namespaces(script)), ["a mount at a b"]);
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").unwrap();
    assert!(!mounts.contains("a\\040b"), "{mounts}");
    let within = in_small_folder(script);
    if containment::containment().has_namespaces() {
        assert_eq!(within.how, StopReason::ByItself(Ending::Exited(0)), "it ends with its namespace");
    }
}

#[test]
fn a_cgroup_that_is_left_is_told_and_removed() {
    let name = format!("proctor-test-{}", std::process::id());
    let places = ["/sys/fs/cgroup/pids", "/sys/fs/cgroup/unified", "/sys/fs/cgroup"];
    let usable = |place: &&&str| {
        let path = std::path::Path::new(place).join(format!("{name}-try"));
        let made = std::fs::create_dir(&path).is_ok();
        let usable = made && path.join("cgroup.procs").exists();
        std::fs::remove_dir(path).ok();
        usable
    };
    let Some(place) = places.iter().find(usable) else {
        return skipped("cgroups", "no cgroup can be made");
    };
    let path = format!("{place}/{name}");
    let script = format!("mkdir -p {path}/inner && echo 0 > {path}/cgroup.procs && sleep 0.6");
    assert_eq!(remains(sh(&script)), [format!("the cgroup {path}")]);
    assert!(!std::path::Path::new(&path).exists());
    let tidy = run(sh(&format!("mkdir {path} && rmdir {path}"))).unwrap();
    assert_eq!(tidy.how, StopReason::ByItself(Ending::Exited(0)));
}

#[test]
fn many_small_children_are_no_eaters_of_memory() {
    // Forty times one program: some 50 MiB of resident pages, nearly all of them the same.
    let many = "i=0; while [ $i -lt 40 ]; do sleep 0.5 & i=$((i+1)); done; wait";
    let ended = limited(many, |limits| limits.memory = 24 << 20);
    assert!(matches!(ended.how, StopReason::ByItself(_)), "{:?}", ended.how);
}

#[test]
fn a_killed_supervisor_is_noticed() {
    let mut spec = without_namespaces("kill -KILL $PPID; sleep 20");
    spec.limits.deadline = Duration::from_secs(10);
    assert_eq!(run(spec).unwrap().how, StopReason::SupervisorLost);
}

#[test]
fn a_fork_bomb_stays_bounded_without_namespaces_too() {
    let mut spec = without_namespaces("i=0; while [ $i -lt 300 ]; do sleep 30 & i=$((i+1)); done; wait");
    spec.limits.processes = 64;
    let ended = run(spec).unwrap();
    assert!(matches!(ended.how, StopReason::Processes(65..)), "{:?}", ended.how);
}

#[test]
fn a_chain_of_processes_that_fork_and_exit_ends_without_namespaces() {
    let chain = "c() { (c &) ; }; c 2>/dev/null; sleep 20";
    let mut spec = without_namespaces(chain);
    spec.limits.deadline = Duration::from_millis(300);
    let ended = run(spec).unwrap();
    assert_eq!(ended.how, StopReason::Deadline);
}

#[test]
fn a_program_in_namespaces_sees_its_own_proc_and_cannot_reach_the_supervisor() {
    if !containment::containment().has_namespaces() {
        return skipped("namespaces", &containment::containment().to_string());
    }
    let ended = run(sh("cat /proc/$$/comm; ls -d /proc/1 && kill -KILL 1; cat /proc/1/comm; id -u")).unwrap();
    let said = String::from_utf8(ended.stdout).unwrap();
    let own = rustix::process::geteuid().as_raw();
    assert_eq!(said, format!("sh\n/proc/1\nproctor-init\n{own}\n"));
    assert_eq!(ended.how, StopReason::ByItself(Ending::Exited(0)));
}

#[test]
fn what_cannot_be_started_is_an_error_and_leaves_no_supervisor() {
    let mut spec = sh("");
    spec.program = "/nonexistent/program".into();
    assert_eq!(run(spec).unwrap_err().kind(), io::ErrorKind::NotFound);
}

#[test]
fn a_start_costs_milliseconds() {
    // Others may be busy on the machine: the quickest of a few counts.
    let cost = |spec: fn(&str) -> Spec| {
        let start = |_| {
            let start = Instant::now();
            run(spec(":")).unwrap();
            start.elapsed()
        };
        (0..100).map(start).min().unwrap()
    };
    let (contained, plain) = (cost(sh), cost(without_namespaces));
    assert!(contained < Duration::from_millis(30), "{contained:?} in namespaces, {plain:?} without");
}
