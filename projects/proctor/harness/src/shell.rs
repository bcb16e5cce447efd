//! Command lines as a person would type them.

use std::ffi::OsStr;

/// Joins words, quoted where a shell would need it.
pub(crate) fn line(words: &[impl AsRef<OsStr>]) -> String {
    words.iter().map(|word| quote(word.as_ref())).collect::<Vec<_>>().join(" ")
}

/// One word, quoted where a shell would need it.
pub(crate) fn quote(word: &OsStr) -> String {
    let word = word.to_string_lossy();
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./:=,@%+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.into_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_only_where_a_shell_needs_it() {
        let words = ["./count", "GET /it's", "", "10.0.0.0/8", "a*"];
        assert_eq!(line(&words), r"./count 'GET /it'\''s' '' 10.0.0.0/8 'a*'");
    }
}
