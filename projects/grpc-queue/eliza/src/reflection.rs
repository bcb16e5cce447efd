//! Turns a part of a sentence round, so that "my fear of you" comes back as "your fear of me".

/// Maximum length of what a reply repeats of a sentence; longer parts are cut between words.
pub(crate) const ECHO_BYTES: usize = 160;

/// Words before which "you" is the subject, and comes back as "I" and not as "me".
const AFTER_A_SUBJECT: [&str; 28] = [
    "can", "can't", "could", "couldn't", "did", "didn't", "do", "don't", "had", "hate", "have", "haven't",
    "know", "like", "love", "must", "need", "never", "always", "said", "say", "should", "think", "want",
    "will", "won't", "would", "wouldn't",
];

/// Appends the words to `reply`, each one that names a person turned round, in one pass and joined with one blank.
pub(crate) fn reflect_into(reply: &mut String, words: &str) {
    let limit = reply.len() + ECHO_BYTES;
    let mut words = words.split(' ').peekable();
    let mut separator = "";
    while let Some(word) = words.next() {
        let turned = match (word, words.peek()) {
            ("you", Some(&"are")) => {
                words.next();
                "I am"
            }
            ("you", Some(next)) if AFTER_A_SUBJECT.contains(next) => "I",
            _ => turn_round(word),
        };
        if reply.len() + separator.len() + turned.len() > limit {
            // A single word may be longer than all that is given back.
            let room = if separator.is_empty() { turned.floor_char_boundary(ECHO_BYTES) } else { 0 };
            reply.push_str(&turned[..room]);
            reply.push('…');
            return;
        }
        reply.push_str(separator);
        reply.push_str(turned);
        separator = " ";
    }
}

fn turn_round(word: &str) -> &str {
    match word {
        "i" | "we" => "you",
        "me" | "us" => "you",
        "my" | "our" => "your",
        "mine" | "ours" => "yours",
        "myself" => "yourself",
        "ourselves" => "yourselves",
        "am" => "are",
        "i'm" | "we're" => "you are",
        "i've" | "we've" => "you have",
        "i'd" | "we'd" => "you would",
        "i'll" | "we'll" => "you will",
        "you" => "me",
        "your" => "my",
        "yours" => "mine",
        "yourself" => "myself",
        "you're" => "I am",
        "you've" => "I have",
        "you'd" => "I would",
        "you'll" => "I will",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(words: &str, expected: &str) {
        let mut reply = String::new();
        reflect_into(&mut reply, words);
        assert_eq!(reply, expected);
    }

    #[test]
    fn persons_are_turned_round_in_one_pass() {
        check("my fear of you", "your fear of me");
        check("i am yours and you are mine", "you are mine and I am yours");
        check("you hate me", "I hate you");
        check("you to help me with my work", "me to help you with your work");
        check("i'm what you've made of me", "you are what I have made of you");
    }

    #[test]
    fn other_words_stay_as_they_are() {
        check("the sky über alles 空", "the sky über alles 空");
    }

    #[test]
    fn what_is_given_back_ends_between_words() {
        let mut reply = "before ".to_owned();
        reflect_into(&mut reply, &"sorrow ".repeat(100));
        assert!(reply.ends_with(" sorrow…"), "{reply}");
        assert!(reply.len() <= "before ".len() + ECHO_BYTES + '…'.len_utf8());
        check(&"空".repeat(100), &format!("{}…", "空".repeat(ECHO_BYTES / 3)));
    }
}
