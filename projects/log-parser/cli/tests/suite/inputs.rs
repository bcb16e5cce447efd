//! Inputs of every kind: many, named twice, pipes that are filled one after the other, packed ones.

use std::fs::File;
use std::io::{Read, Write};
use std::process::{Command, Stdio};

use crate::program::{Folder, Run, program, run, run_with, small};

/// The program, ended after a while: a test of what used to wait forever must not.
fn impatient(arguments: &[&str]) -> Command {
    let mut command = Command::new("timeout");
    command.arg("30").arg(env!("CARGO_BIN_EXE_log-parser")).args(arguments);
    command
}

fn gzip(text: &str) -> Vec<u8> {
    let mut packed = Vec::new();
    let mut encoder = flate2::read::GzEncoder::new(text.as_bytes(), flate2::Compression::fast());
    encoder.read_to_end(&mut packed).unwrap();
    packed
}

#[test]
fn standard_input_is_read_once_however_often_it_is_named() {
    let folder = Folder::new();
    let log = folder.file("a.log", small().repeat(2_000));
    for names in [&["-", "-"][..], &["-", "/dev/stdin"], &["/dev/stdin", "-", "/dev/fd/0"]] {
        for format in ["combined", "auto"] {
            let arguments = [&["count", "GET /a", "--ledger", "--format", format], names].concat();
            let piped = run_with(&arguments, small().repeat(2_000).as_bytes());
            let redirected: Run =
                program(&arguments).stdin(File::open(&log).unwrap()).output().unwrap().into();
            for run in [piped, redirected] {
                assert_eq!((run.code, &*run.out), (Some(0), "10000\n"), "{names:?}: {}", run.err);
                assert!(run.err.starts_with("{\"lines\":16000,"), "{names:?}: {}", run.err);
            }
        }
    }
}

#[test]
fn there_may_be_more_files_than_may_be_open() {
    let folder = Folder::new();
    let files: Vec<String> = (0..300).map(|at| folder.file(&format!("{at}.log"), small())).collect();
    let mut shell = Command::new("sh");
    shell.args(["-c", "ulimit -Sn 40 && exec \"$@\"", "sh", env!("CARGO_BIN_EXE_log-parser")]);
    let run: Run = shell.args(["count", "GET /a"]).args(&files).output().unwrap().into();
    assert_eq!((run.code, &*run.out, &*run.err), (Some(0), "1500\n", ""));
}

#[test]
fn named_pipes_are_opened_one_after_the_other() {
    let folder = Folder::new();
    let pipes = [folder.path("f1"), folder.path("f2")];
    assert!(Command::new("mkfifo").args(&pipes).status().unwrap().success());
    let child = impatient(&["count", "GET /a", &pipes[0], &pipes[1]])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let writer = std::thread::spawn(move || {
        for pipe in pipes {
            std::fs::write(pipe, small().repeat(2_000)).unwrap();
        }
    });
    let run: Run = child.wait_with_output().unwrap().into();
    assert_eq!((run.code, &*run.out, &*run.err), (Some(0), "20000\n", ""));
    writer.join().unwrap();
}

#[test]
fn a_missing_file_is_told_before_anything_is_read() {
    for format in ["combined", "auto"] {
        for command in ["count", "explain"] {
            let mut child = impatient(&[command, "GET /a", "--format", format, "-", "/no/such/log"])
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap();
            // It stays open, so that whoever reads it first would wait.
            let mut stdin = child.stdin.take().unwrap();
            drop(stdin.write_all(small().as_bytes()));
            let run: Run = child.wait_with_output().unwrap().into();
            assert_eq!((run.code, &*run.out), (Some(2), ""), "{command} {format}");
            assert!(run.err.contains("/no/such/log"), "{}", run.err);
            drop(stdin);
        }
    }
}

#[test]
fn zeros_behind_a_packed_log_are_no_log() {
    let packed = gzip(&small());
    let padded = [&packed[..], &[0; 512]].concat();
    assert_eq!(run_with(&["count", "GET /a"], &padded).out, "5\n");
    let spoilt = run_with(&["count", "GET /a"], &[&packed[..], b"garbage"].concat());
    assert_eq!((spoilt.code, &*spoilt.out), (Some(2), ""));
    assert!(spoilt.err.contains("trailing data after the gzip stream is not gzip"), "{}", spoilt.err);
}

#[test]
fn other_packings_are_refused_with_what_to_do() {
    let folder = Folder::new();
    for (start, command) in [
        (&b"PK\x03\x04\x14\0\0\0\x08\0"[..], "unzip -p"),
        (b"\xfd7zXZ\0\0\x04\xe6\xd6", "xz -dc"),
        (b"BZh91AY&SY", "bzip2 -dc"),
        (b"\x28\xb5\x2f\xfd\x04X\0\0\0\0", "zstd -dc"),
        (b"\xff\xfe1\0.\x002\0.\0", "iconv -f UTF-16"),
    ] {
        let log = folder.file("log", start);
        for run in [run(&["count", "GET /a", &log]), run_with(&["top", "path"], start)] {
            assert_eq!((run.code, &*run.out), (Some(2), ""), "{command}");
            assert!(run.err.contains(command), "{command}: {}", run.err);
        }
    }
}
