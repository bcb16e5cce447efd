//! Escapes bytes of a log for people: nothing that a terminal would obey, and one line stays one line.

use std::fmt::Write as _;

/// Escapes what does not print as `\xHH`, `\u{…}` or `\n`, and keeps all other text.
#[must_use]
pub fn show(bytes: &[u8]) -> String {
    escaped(bytes, false)
}

/// Escapes like [`show`] and doubles each backslash, so that different bytes never look the same.
#[must_use]
pub fn show_apart(bytes: &[u8]) -> String {
    escaped(bytes, true)
}

fn escaped(bytes: &[u8], double_backslash: bool) -> String {
    let mut shown = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for letter in chunk.valid().chars() {
            if letter == '\\' && double_backslash {
                shown.push_str("\\\\");
            } else if letter.is_control() || reorders_text(letter) {
                write!(shown, "{}", letter.escape_default()).expect("strings take all");
            } else {
                shown.push(letter);
            }
        }
        for byte in chunk.invalid() {
            write!(shown, "\\x{byte:02x}").expect("strings take all");
        }
    }
    shown
}

/// Whether a character changes the order of the text around it. Line and paragraph separators count, too.
fn reorders_text(letter: char) -> bool {
    matches!(
        letter,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_do_not_print_are_escaped() {
        assert_eq!(show(b"a\x1b[31m\xff\xc3\xa9\n"), "a\\u{1b}[31m\\xffé\\n");
        assert_eq!(show("a\u{202e}b\u{9b}\\".as_bytes()), "a\\u{202e}b\\u{9b}\\");
    }

    #[test]
    fn keys_that_look_the_same_are_the_same() {
        assert_ne!(show_apart(b"\xff\xfe"), show_apart(br"\xff\xfe"));
        assert_eq!(show_apart(br"\xff"), r"\\xff");
    }
}
