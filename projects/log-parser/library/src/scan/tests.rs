//! The fast way and the exact parser, held together on lines that are good, nearly good and anything.

use proptest::prelude::*;

use super::*;
use crate::format::{Combined, Common, Format};
use crate::record::{Record, Request};

/// What the scanner says, line by line: the line, and its record where it is plain.
fn scan(kernel: Kernel, layout: Layout, data: &[u8]) -> Vec<(Vec<u8>, bool)> {
    struct Collect<'f>(Vec<(Vec<u8>, bool)>, &'f dyn Format);
    impl Visitor for Collect<'_> {
        fn plain(&mut self, line: Plain<'_>) {
            let exact = self.1.parse(line.line()).expect("a plain line is good");
            // The fast way leaves out what no query looks at.
            let exact = Record { user: None, bytes: None, referer: None, ..exact };
            assert_eq!(line.record(), exact);
            assert!(line.data[line.request()..].starts_with(line_of(&exact)));
            self.0.push((line.line().to_vec(), true));
        }

        fn other(&mut self, line: &[u8]) {
            self.0.push((line.to_vec(), false));
        }
    }
    let format: &dyn Format = match layout {
        Layout::Combined => &Combined,
        Layout::Common => &Common,
    };
    let mut collect = Collect(Vec::new(), format);
    let done = Scanner::new(kernel, layout).lines(data, &mut collect);
    assert_eq!(done, memchr::memrchr(b'\n', data).map_or(0, |newline| newline + 1));
    collect.0
}

fn line_of<'r>(record: &'r Record<'_>) -> &'r [u8] {
    match &record.request {
        Request::Line(line) => line,
        _ => panic!("these formats have request lines"),
    }
}

/// Runs every kernel and layout; returns which lines are plain as combined.
#[track_caller]
fn check(data: &[u8]) -> Vec<bool> {
    let lines: Vec<&[u8]> = data.split_inclusive(|&byte| byte == b'\n').collect();
    let whole = lines.iter().filter(|line| line.ends_with(b"\n")).map(|line| without_ending(line));
    let expected: Vec<&[u8]> = whole.collect();
    let mut plain = Vec::new();
    for layout in [Layout::Common, Layout::Combined] {
        for kernel in Kernel::available() {
            let found = scan(kernel, layout, data);
            assert!(found.iter().map(|(line, _)| &line[..]).eq(expected.iter().copied()), "{kernel:?}");
            plain = found.into_iter().map(|(_, plain)| plain).collect();
        }
    }
    plain
}

const USUAL: &str =
    r#"203.0.113.7 - - [20/Nov/2026:10:05:03 +0000] "GET /a?b HTTP/1.1" 200 512 "-" "curl/8""#;

#[test]
fn usual_lines_take_the_fast_way() {
    let lines = [
        USUAL,
        r#"203.0.113.7 - - [20/Nov/2026:10:05:03 +0000] "GET /a\"b HTTP/1.1" 304 - "" "a\\""#,
        r#"2001:db8:1234:5678:9abc:def0:1234:5678 - - [20/Nov/2026:10:05:03 +0000] "-" 400 0 "-" "-""#,
        r#"host.example - jane doe [20/Nov/2026:10:05:03 +0000] "GET / HTTP/1.1" 200 12345678 "-" "x""#,
        r#"10.0.0.1 - - [20/Nov/2026:10:05:03 +0000] "GET / HTTP/1.1" 200 1 "-" "x" "203.0.113.7, 10.0.0.2""#,
        r#"10.0.0.1 - - [20/Nov/2026:10:05:03 +0000] "GET / HTTP/1.1" 200 1 "-" "x" more "\" "last" un"#,
    ];
    // The fast way looks behind and ahead of a line, so the first and the last may be read the exact way.
    let data = format!("{USUAL}\n{}\r\n{USUAL}\n{USUAL}\n", lines.join("\n"));
    let plain = check(data.as_bytes());
    assert!(plain[1..=lines.len()].iter().all(|plain| *plain), "{plain:?}");
}

#[test]
fn odd_users_and_sizes_read_the_same_both_ways() {
    let time = "[20/Nov/2026:10:05:03 +0000]";
    let users = ["a [b", "[", "a [", "a ] b", "a\"b", " x", "a b c", ""];
    let prefixes = users.map(|user| format!("10.0.0.1 - {user} {time} \"GET / HTTP/1.1\" 200 1"));
    let digits = "123456789012345678901234567890";
    let sizes = (0..digits.len()).flat_map(|length| {
        let good = digits[..length].to_owned();
        // Each byte of a size in turn is none.
        let bad = (0..length).map(|at| format!("{}x{}", &digits[..at], &digits[at + 1..length]));
        bad.chain([good.clone(), format!("{good} "), format!("-{good}")]).collect::<Vec<_>>()
    });
    let sizes = sizes.map(|size| format!("10.0.0.1 - - {time} \"GET / HTTP/1.1\" 200 {size}"));
    for line in prefixes.into_iter().chain(sizes) {
        check(format!("{USUAL}\n{line} \"-\" \"x\"\n{line}\n{USUAL}\n").as_bytes());
    }
}

#[test]
fn windows_and_blocks_may_end_anywhere_in_a_line() {
    for fill in 0..130 {
        let mut data = vec![b'x'; WINDOW - 200 + fill];
        data.push(b'\n');
        for _ in 0..100 {
            data.extend_from_slice(USUAL.as_bytes());
            data.push(b'\n');
        }
        let plain = check(&data);
        assert!(plain.iter().filter(|plain| **plain).count() >= 99, "{fill}");
    }
}

#[test]
fn a_line_of_quotes_over_many_windows_is_one_line() {
    let mut data = format!("{USUAL}\n").into_bytes();
    data.extend(std::iter::repeat_n(b'"', 5 * WINDOW + 7));
    data.extend_from_slice(format!("\n{USUAL}\n").as_bytes());
    assert_eq!(check(&data).len(), 3);
}

#[test]
fn what_stands_behind_many_quotes_is_read_the_same_both_ways() {
    let tail = USUAL.split_once(' ').unwrap().1;
    let quotes = "\"".repeat(2 * WINDOW);
    for before in ["a b ", "a b c", "", "a ", "a b [", &format!("{USUAL} "), &USUAL[..50], &USUAL[..80]] {
        for behind in [format!(" {tail}"), format!(" - {tail}"), tail.to_owned(), format!("] {tail}")] {
            check(format!("{USUAL}\n{before}{quotes}{behind}\n{USUAL}\n").as_bytes());
        }
    }
}

/// Text for a field: mostly harmless, with what has a meaning mixed in.
fn field() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![
        12 => b'a'..=b'z', 1 => Just(b' '), 1 => Just(b'\\'), 1 => Just(b'"'), 1 => Just(b']'), 1 => Just(b'['),
        1 => Just(b'\r'), 1 => any::<u8>(),
    ];
    prop_oneof![
        2 => Just(b"-".to_vec()), 1 => Just(Vec::new()),
        3 => proptest::collection::vec(byte, 0..24),
        1 => Just(b"\\\"".to_vec()), 1 => Just(b"\\\\".to_vec()),
    ]
}

/// A line of the right build with a few fields replaced.
fn nearly_good() -> impl Strategy<Value = Vec<u8>> {
    let place = 0usize..16;
    let ending = prop_oneof![4 => Just(&b"\n"[..]), 1 => Just(&b"\r\n"[..]), 1 => Just(&b"\r\r\n"[..])];
    (proptest::collection::vec((place, field()), 0..3), ending).prop_map(|(changes, ending)| {
        let usual = [
            "203.0.113.7",
            " ",
            "-",
            " ",
            "-",
            " [",
            "20/Nov/2026:10:05:03 +0000",
            "] \"",
            "GET /a HTTP/1.1",
            "\" ",
            "200",
            " ",
            "512",
            " \"",
            "-",
            "\" \"curl/8\"",
        ];
        let mut parts: Vec<Vec<u8>> = usual.iter().map(|part| part.as_bytes().to_vec()).collect();
        for (place, field) in changes {
            parts[place] = field;
        }
        [&parts.concat()[..], ending].concat()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn nearly_good_lines_read_the_same_both_ways(lines in proptest::collection::vec(nearly_good(), 1..6)) {
        check(&lines.concat());
    }

    #[test]
    fn lines_with_bytes_changed_read_the_same_both_ways(
        changes in proptest::collection::vec((0usize..120, prop_oneof![Just(b'"'), Just(b' '), Just(b'\\'), Just(b']'), Just(b'\n'), Just(b'9'), any::<u8>()]), 0..4),
    ) {
        let mut data = format!("{USUAL}\n{USUAL}\n{USUAL}\n").into_bytes();
        for (at, byte) in changes {
            data[at + USUAL.len() - 20] = byte;
        }
        check(&data);
    }

    #[test]
    fn anything_at_all_reads_the_same_both_ways(data in proptest::collection::vec(
        prop_oneof![any::<u8>(), Just(b'"'), Just(b'\n'), Just(b' ')], 0..300,
    )) {
        check(&data);
    }
}
