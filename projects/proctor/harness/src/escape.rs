//! Bytes of any kind, for eyes and for XML: what doesn't print is escaped, what is too long is cut with its length.

use std::fmt::Write as _;

/// Lines of an input that are shown.
const LINES: usize = 12;
/// Characters of a line that are shown.
const WIDTH: usize = 300;

/// One line of bytes: what prints stays, the rest becomes `\\`, `\t`, `\r`, `\n` or `\xHH`, so that no two lines look
/// the same.
pub(crate) fn line(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '\\' => text.push_str("\\\\"),
                '\n' => text.push_str("\\n"),
                '\r' => text.push_str("\\r"),
                '\t' => text.push_str("\\t"),
                c => push(&mut text, c),
            }
        }
        chunk.invalid().iter().for_each(|&byte| push_byte(&mut text, byte));
    }
    text
}

/// Words that may quote bytes already: only what would move a terminal or break XML is escaped.
pub(crate) fn words(words: &str) -> String {
    let mut text = String::with_capacity(words.len());
    for c in words.chars() {
        if matches!(c, '\n' | '\t') { text.push(c) } else { push(&mut text, c) }
    }
    text
}

/// Several lines of words, each cut where it is long, and the many cut.
pub(crate) fn said(text: &str) -> Vec<String> {
    lines(text.as_bytes(), |head| words(&String::from_utf8_lossy(head)))
}

/// Several lines, each escaped, the long and the many cut.
pub(crate) fn block(bytes: &[u8]) -> Vec<String> {
    lines(bytes, line)
}

fn lines(bytes: &[u8], escape: fn(&[u8]) -> String) -> Vec<String> {
    if bytes.is_empty() {
        return Vec::new();
    }
    let ended = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let all = ended.split(|&byte| byte == b'\n');
    let count = all.clone().count();
    let mut lines: Vec<String> = all.take(LINES).map(|line| cut(line, escape)).collect();
    if count > LINES {
        lines.push(format!("… and {} lines more", count - LINES));
    }
    lines
}

/// "3 lines, 233 bytes", and whether the last newline is missing.
pub(crate) fn size(bytes: &[u8]) -> String {
    if bytes.is_empty() {
        return "nothing".to_owned();
    }
    let open = !bytes.ends_with(b"\n");
    let lines = bytes.iter().filter(|&&byte| byte == b'\n').count() + usize::from(open);
    let plural = |count: usize, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
    let end = if open { ", no newline at the end" } else { "" };
    format!("{}, {}{end}", plural(lines, "line"), plural(bytes.len(), "byte"))
}

fn cut(bytes: &[u8], escape: fn(&[u8]) -> String) -> String {
    // A line of a gigabyte is not escaped whole only to be cut.
    let head = bytes.get(..WIDTH * 4).unwrap_or(bytes);
    let text = escape(head);
    let short: String = text.chars().take(WIDTH).collect();
    if short.len() == text.len() && head.len() == bytes.len() {
        return text;
    }
    format!("{short}… ({} bytes)", bytes.len())
}

/// Not a control character, and nothing that XML or a terminal could stumble over.
fn prints(c: char) -> bool {
    let direction = matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    !(c.is_control() || direction || matches!(c, '\u{feff}' | '\u{fffe}' | '\u{ffff}'))
}

fn push(text: &mut String, c: char) {
    if prints(c) {
        text.push(c);
    } else {
        c.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| push_byte(text, byte));
    }
}

fn push_byte(text: &mut String, byte: u8) {
    write!(text, "\\x{byte:02x}").ok();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_prints_stays_and_the_rest_is_escaped() {
        assert_eq!(line("a\t\"ü\" \\".as_bytes()), "a\\t\"ü\" \\\\");
        assert_eq!(line(b"\x16\x03\x01\xe4\x1b[31m\r\n"), "\\x16\\x03\\x01\\xe4\\x1b[31m\\r\\n");
        assert_eq!(line("\u{202e}\u{ffff}".as_bytes()), "\\xe2\\x80\\xae\\xef\\xbf\\xbf");
    }

    #[test]
    fn a_byte_and_its_escape_do_not_look_the_same() {
        assert_eq!(line(b"\x16"), "\\x16");
        assert_eq!(line(b"\\x16"), "\\\\x16");
    }

    #[test]
    fn words_keep_what_they_quote_but_move_no_terminal() {
        assert_eq!(words("\"\\x16\"\ta\n\x1b[31m"), "\"\\x16\"\ta\n\\x1b[31m");
    }

    #[test]
    fn long_lines_and_many_lines_are_cut_with_their_length() {
        let lines = block(&[b'x'; 5000]);
        assert!(lines[0].ends_with("x… (5000 bytes)"), "{}", lines[0]);
        let lines = block(&b"a\n".repeat(20));
        assert_eq!((lines.len(), lines[12].as_str()), (13, "… and 8 lines more"));
    }

    #[test]
    fn sizes_count_a_last_line_without_newline() {
        assert_eq!((size(b""), block(b"")), ("nothing".to_owned(), Vec::new()));
        assert_eq!(size(b"a\nb"), "2 lines, 3 bytes, no newline at the end");
        assert_eq!(size(b"\n"), "1 line, 1 byte");
    }
}
