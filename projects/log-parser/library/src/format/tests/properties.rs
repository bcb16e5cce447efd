//! What holds for every line: no panic, values that lie in the line, and fields that come back as they
//! went in.

use std::borrow::Cow;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use regex::bytes::Regex;

use super::super::{Alb, Combined, Common, Elb, Format, Json, Plan, S3, W3c, by_name, detect};
use crate::{Record, Request, Time};

/// What an Apache or nginx log could hold in a quoted field.
fn quoted() -> impl Strategy<Value = Vec<u8>> {
    vec(prop_oneof![8 => any::<u8>().prop_map(|byte| vec![byte]), 1 => Just(b"\\\"".to_vec()), 1 => Just(b"\\\\".to_vec())], 0..12)
        .prop_map(|pieces| {
            let plain = |piece: &Vec<u8>| piece.len() == 2 || !matches!(piece[0], b'"' | b'\\' | b'\n');
            pieces.into_iter().filter(plain).flatten().collect()
        })
}

fn word() -> impl Strategy<Value = Vec<u8>> {
    "[A-Za-z0-9_.:/?=&%-]{1,12}".prop_map(String::into_bytes)
}

/// Pieces of which near-valid lines are made.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let piece = select(vec![
        " ",
        "  ",
        "[",
        "]",
        " [",
        "] \"",
        "\"",
        "\" ",
        "\\",
        "\\\"",
        "-",
        " - ",
        "a",
        "200",
        "20",
        "1",
        "\" 200 1 \"",
        "\" \"",
        "h - u [t] \"GET / HTTP/1.1\" 200 1 \"-\" \"a\"",
        "{",
        "}",
        ":",
        ",",
        "{\"status\":",
        "\"request\":{",
        "\t",
        "#Fields: date",
        "\\u",
        "\\x",
        "%",
        "+",
        "http t l c:1 t:1 0 0 0 ",
        "$",
        "\u{e4}",
        "0.1, ",
    ]);
    vec(piece, 0..24).prop_map(|pieces| pieces.concat().into_bytes())
}

fn all_formats() -> Vec<Box<dyn Format>> {
    let mut all: Vec<Box<dyn Format>> =
        super::super::NAMES.iter().map(|(name, _)| by_name(name).unwrap()).collect();
    for string in [
        r#"$remote_addr $time_local $request $http_x_forwarded_for $status"#,
        r#"escape=json {"a":"$request","s":$status,"x":"$http_user_agent"}"#,
        r#"$msec $scheme://$host$request_uri $request_method"#,
        r#"%h %{%F %T}t "%r" %>s %{X-Forwarded-For}i %D"#,
    ] {
        all.push(by_name(string).unwrap());
    }
    all.push(W3c::new().successor(b"#Fields: date cs-method cs(User-Agent) cs-uri-stem").unwrap());
    all
}

/// The values of a record that it borrows from its line.
fn borrowed<'r, 'a>(record: &'r Record<'a>) -> Vec<&'r [u8]> {
    let mut all = vec![&record.client];
    all.extend(
        [&record.forwarded, &record.user, &record.referer, &record.agent, &record.host].into_iter().flatten(),
    );
    match &record.time {
        Time::Clf(time) | Time::Rfc3339(time) => all.push(time),
        Time::DateTime(date, time) => all.extend([date, time]),
        Time::None | Time::Micros(_) => {}
    }
    match &record.request {
        Request::Line(line) => all.push(line),
        Request::Split { method, target } => all.extend([method, target]),
        Request::None => {}
    }
    all.into_iter().filter(|value| matches!(value, Cow::Borrowed(_))).map(|value| &**value).collect()
}

fn lies_in(line: &[u8], value: &[u8]) -> bool {
    value.is_empty()
        || line.as_ptr_range().start <= value.as_ptr() && value.as_ptr_range().end <= line.as_ptr_range().end
}

/// The record grammar of the brief, as a pattern.
fn grammar() -> Regex {
    Regex::new(
        r#"(?s-u)\A([^ ]+) ([^ ]+) (.+?) \[([^\]]+)\] "((?:[^"\\]|\\.)*)" ([0-9]{3}) ([0-9]+|-) "((?:[^"\\]|\\.)*)" "((?:[^"\\]|\\.)*)"(.*)\z"#,
    )
    .unwrap()
}

proptest! {
    #[test]
    fn no_format_panics_and_every_borrowed_value_lies_in_the_line(line in prop_oneof![vec(any::<u8>(), 0..80), pieces()]) {
        for format in all_formats() {
            let _next = format.successor(&line);
            match format.parse(&line) {
                Ok(record) => for value in borrowed(&record) {
                    prop_assert!(lies_in(&line, value), "{} {:?}", format.name(), value);
                },
                Err(error) => prop_assert!(error.at <= line.len(), "{} {error}", format.name()),
            }
        }
        let _detection = detect(&line);
    }

    #[test]
    fn no_format_string_panics(string in prop_oneof![".{0,40}", "[$%{}a-z_'\"\\\\ ;=<>!^0-9]{0,30}"], line in pieces()) {
        for plan in [Plan::nginx(&string), Plan::apache(&string)].into_iter().flatten() {
            let _parsed = plan.parse(&line);
        }
    }

    #[test]
    fn combined_reads_what_the_grammar_of_the_brief_reads(line in prop_oneof![pieces(), near_combined()]) {
        let line: Vec<u8> = line.into_iter().filter(|byte| *byte != b'\n').collect();
        match (Combined.parse(&line), grammar().captures(&line)) {
            (Ok(record), Some(fields)) => {
                prop_assert_eq!(&*record.client, &fields[1]);
                prop_assert_eq!(record.time, Time::Clf(Cow::Borrowed(&fields[4])));
                prop_assert_eq!(record.request, Request::Line(Cow::Borrowed(&fields[5])));
                let status = format!("{:03}", record.status.unwrap());
                prop_assert_eq!(status.as_bytes(), &fields[6]);
                prop_assert_eq!(record.agent.as_deref(), Some(&fields[9]));
            }
            (Err(_), None) => {}
            // The pattern alone lets the user hold " [" where that makes a match; the brief doesn't.
            (Err(_), Some(fields)) => {
                prop_assert!(fields[3].windows(2).any(|pair| pair == b" [") || fields[3].starts_with(b" ["));
            }
            (Ok(record), None) => prop_assert!(false, "{record:?}"),
        }
    }

    #[test]
    fn combined_gives_back_the_fields_of_a_line(
        client in word(), user in word(), request in quoted(), status in 100..1000_u16, bytes: u64,
        referer in quoted(), agent in quoted(), forwarded in proptest::option::of(quoted()),
    ) {
        let mut line = [&client[..], b" - ", &user, b" [20/Nov/2026:10:05:03 +0000] \"", &request].concat();
        line.extend(format!("\" {status} {bytes} \"").bytes());
        line.extend([&referer[..], b"\" \"", &agent, b"\""].concat());
        if let Some(forwarded) = &forwarded {
            line.extend([b" \"", &forwarded[..], b"\""].concat());
        }
        let given = |value: Vec<u8>| (!matches!(&value[..], b"" | b"-")).then_some(Cow::Owned(value));
        let expected = Record {
            client: client.into(),
            user: given(user),
            time: Time::Clf(Cow::Borrowed(b"20/Nov/2026:10:05:03 +0000")),
            request: Request::Line(request.into()),
            status: Some(status),
            bytes: Some(bytes),
            referer: given(referer),
            agent: Some(agent.into()),
            forwarded: forwarded.map(Cow::Owned),
            ..Record::default()
        };
        prop_assert_eq!(Combined.parse(&line).unwrap(), expected.clone());
        let common = Record { referer: None, agent: None, forwarded: None, ..expected };
        prop_assert_eq!(Common.parse(&line).unwrap(), common);
    }

    #[test]
    fn a_format_string_gives_back_the_fields_of_a_line(
        client in word(), method in "[A-Z]{1,7}", path in word(), status in 100..1000_u16, agent in quoted(), ms in 0..10_000_u64,
    ) {
        let seconds = format!("{}.{:03}", ms / 1000, ms % 1000);
        let line = [method.as_bytes(), b" /", &path, b" [", &client, b"] ", status.to_string().as_bytes(), b" \"", &agent, b"\" ", seconds.as_bytes()].concat();
        let plan = Plan::nginx(r#"$request_method $request_uri [$remote_addr] $status "$http_user_agent" $request_time"#).unwrap();
        let record = plan.parse(&line).unwrap();
        let target = [b"/", &path[..]].concat();
        let given = if client == b"-" { &b""[..] } else { &client };
        prop_assert_eq!(&*record.client, given);
        prop_assert_eq!(record.request, Request::Split { method: method.into_bytes().into(), target: target.into() });
        prop_assert_eq!((record.status, record.duration_us), (Some(status), Some(ms * 1000)));
        prop_assert_eq!(record.agent.as_deref(), Some(&agent[..]));
    }

    #[test]
    fn json_gives_back_the_strings_of_an_object(agent: String, uri in "/.{0,20}", status in 100..1000_u16, other: String) {
        let object = serde_json::json!({
            "unknown": { other.clone(): [other, null, 1.5, {}] },
            "request": { "method": "GET", "uri": uri, "headers": { "User-Agent": [agent] } },
            "status": status,
        });
        let line = object.to_string();
        let record = Json.parse(line.as_bytes()).unwrap();
        prop_assert_eq!(record.agent.as_deref(), Some(agent.as_bytes()));
        prop_assert_eq!(record.request, Request::Split { method: b"GET".into(), target: uri.into_bytes().into() });
        prop_assert_eq!(record.status, Some(status));
    }

    #[test]
    fn balancers_and_s3_give_back_the_fields_of_a_line(
        client in "[0-9a-f:.]{1,20}", request in "[A-Z]{1,7} /[!#-\\[\\]-~]{0,20} HTTP/1[.]1", status in 100..1000_u16, agent in "[!#-\\[\\]-~ ]{2,20}", bytes: u64,
    ) {
        let rest = format!("0.1 0.2 -1 {status} - 5 {bytes} \"{request}\" \"{agent}\" more");
        let alb = format!("h2 2026-11-20T10:05:03Z app/a/1 {client}:443 - {rest}");
        let elb = format!("2026-11-20T10:05:03Z shop {client}:443 - {rest}");
        let s3 = format!("o b [t] {client} - id REST.GET.OBJECT k \"{request}\" {status} - {bytes} - 7 - \"-\" \"{agent}\" -");
        for (format, line) in [(&Alb as &dyn Format, &alb), (&Elb, &elb), (&S3, &s3)] {
            let record = format.parse(line.as_bytes()).unwrap();
            prop_assert_eq!(&*record.client, client.as_bytes());
            prop_assert_eq!(record.request, Request::Line(request.as_bytes().into()));
            prop_assert_eq!((record.status, record.bytes), (Some(status), Some(bytes)));
            prop_assert_eq!(record.agent.as_deref(), Some(agent.as_bytes()));
        }
    }

    #[test]
    fn w3c_gives_back_agents_as_they_were_before_encoding(
        agent in "[!#$&-*,-~]([!-$&-*,-~ ]?[!-$&-*,-~]){0,12}", path in "/[!-~]{0,12}",
    ) {
        let format = W3c::new().successor(b"#Fields: cs-method cs-uri-stem cs(User-Agent)").unwrap();
        let percent = |byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        };
        let with_plus = format!("GET {path} {}", agent.replace(' ', "+"));
        let with_percent = format!("GET\t{path}\t{}", agent.bytes().map(percent).collect::<String>());
        for line in [with_plus, with_percent] {
            let record = format.parse(line.as_bytes()).unwrap();
            prop_assert_eq!(record.agent.as_deref(), Some(agent.as_bytes()));
        }
    }
}

/// A combined line with a few of its bytes changed.
fn near_combined() -> impl Strategy<Value = Vec<u8>> {
    let line = br#"h - a b [20/Nov/2026] "GET /\"x [y] HTTP/1.1" 200 12 "-" "a\\" "1.2.3.4""#;
    let change = (0..line.len(), select(b" []\"\\-0a\xff".to_vec()), any::<bool>());
    vec(change, 0..4).prop_map(|changes| {
        let mut changed = line.to_vec();
        for (at, byte, insert) in changes {
            if insert { changed.insert(at, byte) } else { changed[at] = byte }
        }
        changed
    })
}
