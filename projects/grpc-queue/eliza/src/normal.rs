//! A sentence as the rules see it: lower case, single blanks, one clause after the other.

/// Maximum length of a sentence that is read: what comes later changes no reply, and costs nothing.
const HEARD_BYTES: usize = 1024;

const GOODBYES: [&str; 4] = ["bye", "exit", "goodbye", "quit"];

/// Separates the clauses of what [`heard`] gives; a word never contains it, as it is white space.
pub(crate) const CLAUSE_END: char = '\n';

/// Whether the whole sentence is a goodbye: `bye`, `exit`, `goodbye` or `quit`, whatever their case, with blanks
/// around, and with any of `. ! ? ' "` at both ends of what the blanks enclose.
pub fn is_goodbye(sentence: &str) -> bool {
    // No letter outside ASCII has one of these four words' letters as its lower case.
    let bare = bare(sentence);
    GOODBYES.iter().any(|goodbye| bare.eq_ignore_ascii_case(goodbye))
}

/// The sentence without blanks at its ends, then without marks at its ends. Blanks that the marks had hidden stay:
/// `bye !` is no goodbye.
pub(crate) fn bare(sentence: &str) -> &str {
    sentence.trim().trim_matches(['.', '!', '?', '\'', '"'])
}

/// Lower-cases the sentence, joins its words with single blanks, and ends each clause with [`CLAUSE_END`].
pub(crate) fn heard(bare: &str) -> String {
    let bare = &bare[..bare.floor_char_boundary(HEARD_BYTES)];
    let mut heard = String::with_capacity(bare.len() + bare.len() / 8);
    let mut gap = None;
    let mut chars = bare.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            // A full stop inside of a number or a name ends nothing.
            '.' | ',' | ';' | ':' | '!' | '?' if chars.peek().is_none_or(|next| !next.is_alphanumeric()) => {
                gap = Some(CLAUSE_END);
            }
            '"' | '“' | '”' | '(' | ')' | '*' => gap = gap.or(Some(' ')),
            _ if char.is_whitespace() => gap = gap.or(Some(' ')),
            _ => {
                if let Some(gap) = gap.take()
                    && !heard.is_empty()
                {
                    heard.push(gap);
                }
                match char {
                    '’' => heard.push('\''),
                    _ if char.is_ascii() => heard.push(char.to_ascii_lowercase()),
                    _ => heard.extend(char.to_lowercase()),
                }
            }
        }
    }
    heard
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_goodbye_is_one_whatever_its_case_and_marks() {
        for sentence in ["bye", "Bye!", "  GOODBYE... ", "'quit'", "\"Exit?!\"", "\tbye\u{a0}"] {
            assert!(is_goodbye(sentence), "{sentence:?}");
        }
    }

    #[test]
    fn a_sentence_that_only_contains_a_goodbye_is_none() {
        for sentence in ["bye bye", "I said bye", "goodbyes", "bye !", "! bye", "", "by", "'bye' ."] {
            assert!(!is_goodbye(sentence), "{sentence:?}");
        }
    }

    #[test]
    fn words_are_joined_with_single_blanks_and_clauses_end() {
        #[track_caller]
        fn check(sentence: &str, expected: &str) {
            assert_eq!(heard(bare(sentence)), expected);
        }
        check("  I   am\tSAD. ", "i am sad");
        check("Well, I’m 3.5 years old; and you?", "well\ni'm 3.5 years old\nand you");
        check("I said \"no\" (twice)", "i said no twice");
        check("ÄRGER  İs", "ärger i\u{307}s");
        check("... , ", "");
    }

    #[test]
    fn only_the_first_kilobyte_is_heard() {
        let long = "é".repeat(10_000);
        assert_eq!(heard(&long).len(), HEARD_BYTES);
        assert_eq!(heard(&format!("a{long}")).len(), HEARD_BYTES - 1);
    }
}
