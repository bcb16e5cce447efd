//! The fast way and the exact parser, held together on lines that are good, nearly good and anything.

use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::format::{Combined, Common, Format, Plan};
use crate::record::{Record, Request};

/// What the scanner says, line by line: the line, and its record where it is plain.
fn scan(kernel: Kernel, format: &dyn Format, data: &[u8]) -> Vec<(Vec<u8>, bool)> {
    struct Collect<'f>(Vec<(Vec<u8>, bool)>, &'f dyn Format);
    impl Visitor for Collect<'_> {
        fn plain(&mut self, line: Plain<'_>) {
            let exact = self.1.parse(line.line()).expect("a plain line is good");
            // The fast way leaves out what no query looks at.
            let exact = Record { user: None, bytes: None, referer: None, ..exact };
            assert_eq!(line.record(), exact);
            if let Request::Line(request) = &exact.request {
                assert!(line.data[line.request()..].starts_with(request));
            }
            self.0.push((line.line().to_vec(), true));
        }

        fn other(&mut self, line: &[u8]) {
            self.0.push((line.to_vec(), false));
        }
    }
    let layout = format.layout().expect("only formats that the fast path reads");
    let mut collect = Collect(Vec::new(), format);
    let done = Scanner::new(kernel, layout).lines(data, &mut collect);
    assert_eq!(done, memchr::memrchr(b'\n', data).map_or(0, |newline| newline + 1));
    collect.0
}

/// Format strings that the fast path reads, each with another layout.
fn plans() -> [Plan; 5] {
    let strings = [NGINX.to_owned(), format!(r#"{NGINX} "$http_x_forwarded_for""#)];
    let [nginx, forwarded] = strings.map(|string| Plan::nginx(&string).unwrap());
    let apache = format!(r#"{APACHE} "%{{Referer}}i" "%{{User-Agent}}i""#);
    let more = format!(r#"{apache} "%{{X-Forwarded-For}}i""#);
    let [apache, common, more] = [&apache, APACHE, &more].map(|string| Plan::apache(string).unwrap());
    [nginx, forwarded, apache, common, more]
}

thread_local! {
    /// Compiled once: the property tests ask for them thousands of times.
    static PLANS: [Plan; 5] = plans();
}

const NGINX: &str = r#"$remote_addr - $remote_user [$time_local] "$request" $status $bytes_sent "$http_referer" "$http_user_agent""#;
const APACHE: &str = r#"%a %l %u %t "%r" %>s %O"#;

/// Runs every kernel on the formats with a name, and the best one on format strings; returns which lines are
/// plain as combined.
#[track_caller]
fn check(data: &[u8]) -> Vec<bool> {
    let lines: Vec<&[u8]> = data.split_inclusive(|&byte| byte == b'\n').collect();
    let whole = lines.iter().filter(|line| line.ends_with(b"\n")).map(|line| without_ending(line));
    let expected: Vec<&[u8]> = whole.collect();
    let check = |kernel, format: &dyn Format| -> Vec<bool> {
        let found = scan(kernel, format, data);
        assert!(found.iter().map(|(line, _)| &line[..]).eq(expected.iter().copied()), "{kernel:?}");
        found.into_iter().map(|(_, plain)| plain).collect()
    };
    PLANS.with(|plans| {
        for plan in plans {
            check(Kernel::best(), plan);
        }
    });
    let mut plain = Vec::new();
    for format in [&Common as &dyn Format, &Combined] {
        for kernel in Kernel::available() {
            plain = check(kernel, format);
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
fn usual_lines_of_a_format_string_take_the_fast_way() {
    let plain = |format: &dyn Format, line: &str| {
        let data = format!("{USUAL}\n{line}\n{USUAL}\n");
        scan(Kernel::best(), format, data.as_bytes())[1].1
    };
    let [nginx, forwarded, apache, common, more] = plans();
    let with_forwarded = format!(r#"{USUAL} "203.0.113.9, 10.0.0.2""#);
    let named = USUAL.replace("- - [", "- jane doe [");
    for format in [&nginx, &apache] {
        assert!(plain(format, USUAL) && plain(format, &named), "{format:?}");
        // The string ends with the agent: what follows it is for the plan to judge.
        assert!(!plain(format, &with_forwarded), "{format:?}");
    }
    assert!(plain(&forwarded, &with_forwarded) && plain(&more, &format!(r#"{USUAL} "-""#)));
    let of_common = USUAL.strip_suffix(r#" "-" "curl/8""#).unwrap();
    assert!(plain(&common, of_common) && !plain(&common, USUAL));
    // Client and request that a plan takes for none, and those that a name takes as written.
    for line in [USUAL.replace("203.0.113.7", "-"), USUAL.replace("GET /a?b HTTP/1.1", "-")] {
        assert!(plain(&nginx, &line) && plain(&Combined, &line), "{line}");
        check(format!("{USUAL}\n{line}\n{USUAL}\n").as_bytes());
    }
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
        1 => select(vec![&b" \"-\""[..], b" \"10.0.0.1\"", b" \"\"", b" x", b" \"a\" \"b\"", b"- "]).prop_map(<[u8]>::to_vec),
    ]
}

/// A line of the right build with a few fields replaced.
fn nearly_good() -> impl Strategy<Value = Vec<u8>> {
    let place = 0usize..17;
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
            "",
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
