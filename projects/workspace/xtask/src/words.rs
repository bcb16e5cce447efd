//! Command lines as text. Words are parted by spaces; quotes of either kind keep a space inside a word. There is no
//! other syntax: no variables, no escapes, no shell.

/// The words of a command line.
///
/// # Panics
///
/// When a quote is not closed: command lines are data of this program, and a test reads them all.
#[must_use]
pub fn split(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let (mut word, mut quote) = (None::<String>, None);
    for letter in line.chars() {
        match (quote, letter) {
            (Some(open), _) if letter == open => quote = None,
            (Some(_), _) => word.get_or_insert_default().push(letter),
            (None, '"' | '\'') => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (None, ' ') => words.extend(word.take()),
            (None, _) => word.get_or_insert_default().push(letter),
        }
    }
    assert!(quote.is_none(), "a quote is not closed in: {line}");
    words.extend(word);
    words
}

/// Wraps a text at a width, with an indent before every line.
#[must_use]
pub fn wrap(text: &str, indent: &str, width: usize) -> String {
    let mut wrapped = String::new();
    let mut column = 0;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if column == 0 || column + 1 + length > width {
            wrapped.push_str(if column == 0 { "" } else { "\n" });
            wrapped.push_str(indent);
            column = indent.chars().count();
        } else {
            wrapped.push(' ');
            column += 1;
        }
        wrapped.push_str(word);
        column += length;
    }
    wrapped
}

#[cfg(test)]
mod tests {
    use super::{split, wrap};

    #[track_caller]
    fn check(line: &str, expected: &[&str]) {
        assert_eq!(split(line), expected);
    }

    #[test]
    fn parts_at_spaces_and_keeps_what_is_quoted_together() {
        check("cargo  test --quiet", &["cargo", "test", "--quiet"]);
        check("env 'A=-D warnings' cargo", &["env", "A=-D warnings", "cargo"]);
        check("sh -c \"echo 'a b'\" ''", &["sh", "-c", "echo 'a b'", ""]);
    }

    #[test]
    #[should_panic(expected = "a quote is not closed")]
    fn refuses_an_open_quote() {
        let _words = split("echo 'a");
    }

    #[test]
    fn wraps_between_words() {
        assert_eq!(wrap("one two three", "  ", 9), "  one two\n  three");
        assert_eq!(wrap("", "  ", 9), "");
    }
}
