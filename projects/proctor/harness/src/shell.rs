//! Command lines as a person would type them.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use crate::escape;

/// Joins words, quoted where a shell would need it.
pub(crate) fn line(words: &[impl AsRef<OsStr>]) -> String {
    words.iter().map(|word| quote(word.as_ref())).collect::<Vec<_>>().join(" ")
}

/// One word, quoted where a shell would need it.
pub(crate) fn quote(word: &OsStr) -> String {
    let bytes = word.as_bytes();
    let Some(word) = word.to_str().filter(|word| !word.chars().any(char::is_control)) else {
        // What can't be shown as it is: quotes that know escapes.
        return format!("$'{}'", escape::line(bytes).replace('\'', r"\'"));
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./:=,@%+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// One word for a script: byte for byte, whatever it holds.
pub(crate) fn exact(word: &OsStr) -> Vec<u8> {
    let mut quoted = vec![b'\''];
    for &byte in word.as_bytes() {
        match byte {
            b'\'' => quoted.extend_from_slice(br"'\''"),
            byte => quoted.push(byte),
        }
    }
    quoted.push(b'\'');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_only_where_a_shell_needs_it() {
        let words = ["./count", "GET /it's", "", "10.0.0.0/8", "a*"];
        assert_eq!(line(&words), r"./count 'GET /it'\''s' '' 10.0.0.0/8 'a*'");
    }

    #[test]
    fn what_does_not_print_can_still_be_typed() {
        assert_eq!(quote(OsStr::from_bytes(b"a\x1b'\\\xff\n")), r"$'a\x1b\'\\\xff\n'");
    }
}
