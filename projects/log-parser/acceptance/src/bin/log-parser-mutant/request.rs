//! Method, target and path of a request field.

use log_parser_acceptance::mutants::Defect;

use crate::Wrong;
use crate::question::Question;
use crate::record::find;

/// Whether a request field holds the request asked for.
pub(crate) fn is_the_one(request: &[u8], question: &Question, wrong: Wrong) -> bool {
    if wrong.is(Defect::DiesOnTls) && request.iter().any(u8::is_ascii_control) {
        std::process::abort();
    }
    let Some(space) = find(request, b" ") else { return false };
    let Some(target) = target(&request[space + 1..], wrong) else { return false };
    same_method(&request[..space], question.method.as_bytes(), wrong)
        && same_path(path(target, wrong), question.path.as_bytes(), wrong)
}

/// What remains without the protocol.
fn target(text: &[u8], wrong: Wrong) -> Option<&[u8]> {
    let last_space = text.iter().rposition(|&byte| byte == b' ');
    match last_space {
        Some(space) if is_protocol(&text[space + 1..]) => {
            let target = &text[..space];
            let first_word = target.split(|&byte| byte == b' ').next();
            match wrong.0 {
                Some(Defect::TargetIsAWord) => first_word,
                Some(Defect::TargetTrimmed) => Some(target.trim_ascii_end()),
                _ => Some(target),
            }
        }
        Some(space) if wrong.is(Defect::LastWordDropped) => Some(&text[..space]),
        _ if wrong.is(Defect::ProtocolRequired) => None,
        _ => Some(text),
    }
}

/// `HTTP/`, digits, a dot, digits.
fn is_protocol(word: &[u8]) -> bool {
    let digits = |text: &[u8]| !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    let Some(version) = word.strip_prefix(b"HTTP/") else { return false };
    find(version, b".").is_some_and(|dot| digits(&version[..dot]) && digits(&version[dot + 1..]))
}

/// What remains without query, scheme and host.
fn path(target: &[u8], wrong: Wrong) -> &[u8] {
    let question_mark = match wrong.0 {
        Some(Defect::QueryKept) => None,
        Some(Defect::QueryCutLate) => target.iter().rposition(|&byte| byte == b'?'),
        Some(Defect::FragmentCut) => target.iter().position(|byte| b"?#".contains(byte)),
        _ => find(target, b"?"),
    };
    let path = &target[..question_mark.unwrap_or(target.len())];
    if path.is_empty() && !wrong.is(Defect::EmptyIsEmpty) {
        return b"/";
    }
    let Some(host) = after_scheme(path, wrong) else { return path };
    find(host, b"/").map_or(b"/", |slash| &host[slash..])
}

/// What follows `http://` or `https://`.
fn after_scheme(path: &[u8], wrong: Wrong) -> Option<&[u8]> {
    let end = find(path, b"://").filter(|_| !wrong.is(Defect::AbsoluteKept))?;
    let scheme = &path[..end];
    let lower = scheme.to_ascii_lowercase();
    let known = match wrong.0 {
        Some(Defect::SchemeByCase) => scheme == b"http" || scheme == b"https",
        Some(Defect::AnyScheme) => scheme.iter().all(u8::is_ascii_alphabetic),
        _ => lower == b"http" || lower == b"https",
    };
    known.then_some(&path[end + 3..])
}

fn same_method(method: &[u8], asked: &[u8], wrong: Wrong) -> bool {
    match wrong.0 {
        Some(Defect::MethodIgnored) => true,
        Some(Defect::MethodFolded) => method.eq_ignore_ascii_case(asked),
        Some(Defect::HeadIsGet) if method == b"HEAD" => asked == b"GET",
        _ => method == asked,
    }
}

fn same_path(path: &[u8], asked: &[u8], wrong: Wrong) -> bool {
    match wrong.0 {
        Some(Defect::PathPrefix) => path.starts_with(asked),
        Some(Defect::PathSuffix) => path.ends_with(asked),
        Some(Defect::SlashDropped) => path.strip_suffix(b"/").unwrap_or(path) == asked,
        Some(Defect::CaseFolded) => path.eq_ignore_ascii_case(asked),
        Some(Defect::PercentDecoded) => decoded(path) == asked,
        Some(Defect::SlashesMerged) => merged(path) == asked,
        Some(Defect::DotIsAnything) => {
            path.len() == asked.len()
                && path.iter().zip(asked).all(|(byte, &asked)| asked == b'.' || *byte == asked)
        }
        _ => path == asked,
    }
}

/// `%2E` becomes a dot.
fn decoded(path: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = path;
    while let Some((&byte, after)) = rest.split_first() {
        let escape = after.get(..2).filter(|_| byte == b'%').and_then(|hex| str::from_utf8(hex).ok());
        match escape.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(decoded) => {
                bytes.push(decoded);
                rest = &after[2..];
            }
            None => {
                bytes.push(byte);
                rest = after;
            }
        }
    }
    bytes
}

/// `//` becomes `/`.
fn merged(path: &[u8]) -> Vec<u8> {
    let mut bytes = path.to_vec();
    bytes.dedup_by(|a, b| *a == b'/' && *b == b'/');
    bytes
}
