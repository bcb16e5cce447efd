//! A dozen rules, and a sentence's persons turned round.

use std::sync::atomic::{AtomicUsize, Ordering};

/// What Eliza says to a sentence.
pub struct Reply {
    pub text: String,
    /// The sentence was a goodbye.
    pub goodbye: bool,
}

/// A phrase that calls for a reply; `*` in a reply is what follows the phrase, turned round.
struct Rule {
    phrase: &'static str,
    replies: &'static [&'static str],
}

const fn on(phrase: &'static str, replies: &'static [&'static str]) -> Rule {
    Rule { phrase, replies }
}

/// The first rule whose phrase is in the sentence answers.
const RULES: [Rule; 14] = [
    on("mother", &["How is it between you and your mother?", "Tell me about your family."]),
    on("father", &["What kind of man is your father?", "Tell me about your family."]),
    on("i want", &["What would you do with *?", "Why * of all things?"]),
    on("i need", &["Do you really need *?", "What if you never got *?"]),
    on("i feel", &["Since when do you feel *?", "Does anyone know that you feel *?"]),
    on("i am", &["How do you like being *?", "Who says that you are *?"]),
    on("i'm", &["How do you like being *?", "Were you always *?"]),
    on("i can't", &["Have you tried to *?", "What would it be like to *?"]),
    on("you are", &["Why do you think I am *?", "Would you rather I were not *?"]),
    on("my", &["Your *, you say?", "Why does your * matter to you?"]),
    on("because", &["Is that the whole reason?", "What else could be the reason?"]),
    on("why", &["What do you think yourself?", "Would the reason help you?"]),
    on("hello", &["Hello. What is on your mind?", "Hello. How have you been?"]),
    on("yes", &["You seem sure. Why?", "I understand. And then?"]),
];

const FALLBACKS: [&str; 4] =
    ["Please go on.", "I see.", "Can you say more about that?", "How do you feel when you say that?"];
const GOODBYES: [&str; 2] = ["Goodbye. Take care of yourself.", "Goodbye. I enjoyed our talk."];
const FACTS: [&str; 2] = [
    "I have been listening since 1966, and never got tired.",
    "I don't understand a word, which makes me a patient listener.",
];

/// Answers a sentence.
pub fn reply(sentence: &str) -> Reply {
    let sentence = normal(sentence);
    if ["bye", "exit", "goodbye", "quit"].contains(&sentence.as_str()) {
        return Reply { text: next(&GOODBYES).to_owned(), goodbye: true };
    }
    let found = RULES.iter().find_map(|rule| Some((rule, after(&sentence, rule.phrase)?)));
    let text = match found {
        None => next(&FALLBACKS).to_owned(),
        Some((rule, rest)) => {
            let turned = turn_round(rest);
            // "I feel" alone leaves nothing to give back.
            let rest = if turned.is_empty() { "that" } else { &turned };
            next(rule.replies).replace('*', rest)
        }
    };
    Reply { text, goodbye: false }
}

/// Greets somebody; the last sentence asks how they are.
pub fn introduction(name: &str) -> impl Iterator<Item = String> + Send + use<> {
    let name = if name.is_empty() { "Anonymous User" } else { name };
    [format!("Hello, {name}. I am Eliza."), next(&FACTS).to_owned(), "How are you feeling today?".to_owned()]
        .into_iter()
}

/// Takes blanks and then marks from both ends; blanks between those stay.
fn normal(sentence: &str) -> String {
    sentence.trim().to_lowercase().trim_matches(['.', '!', '?', '\'', '"']).to_owned()
}

/// What follows the phrase where it is found as whole words.
fn after<'a>(sentence: &'a str, phrase: &str) -> Option<&'a str> {
    sentence.match_indices(phrase).find_map(|(place, _)| {
        let (before, rest) = (&sentence[..place], &sentence[place + phrase.len()..]);
        let whole = !before.ends_with(char::is_alphanumeric) && !rest.starts_with(char::is_alphanumeric);
        whole.then_some(rest)
    })
}

/// Swaps the persons of a phrase, word by word.
fn turn_round(phrase: &str) -> String {
    let words = phrase.split_whitespace().map(|word| match word {
        "i" | "me" => "you",
        "my" => "your",
        "mine" => "yours",
        "myself" => "yourself",
        "am" => "are",
        "i'm" => "you are",
        "you" => "me",
        "your" => "my",
        "yours" => "mine",
        "yourself" => "myself",
        "you're" => "I am",
        other => other,
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Replies take turns.
fn next(replies: &'static [&'static str]) -> &'static str {
    static TURN: AtomicUsize = AtomicUsize::new(0);
    replies[TURN.fetch_add(1, Ordering::Relaxed) % replies.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_goodbye_is_the_whole_sentence() {
        for sentence in ["bye", " Goodbye! ", "\"QUIT\"", "exit..."] {
            assert!(reply(sentence).goodbye, "{sentence:?}");
        }
        for sentence in ["bye bye", "I said goodbye", "bye !", ""] {
            assert!(!reply(sentence).goodbye, "{sentence:?}");
        }
    }

    #[test]
    fn something_is_said_to_anything() {
        for sentence in ["", "?!", "I feel", "空は青い", "İ am my Ärger"] {
            let text = reply(sentence).text;
            assert!(!text.is_empty() && !text.contains('*'), "{sentence:?}: {text}");
        }
    }

    #[test]
    fn a_sentence_comes_back_turned_round() {
        let text = reply("I feel lost without you!").text;
        assert!(text.ends_with("feel lost without me?"), "{text}");
        assert_eq!(turn_round("my  fear of you"), "your fear of me");
    }

    #[test]
    fn a_phrase_is_found_as_whole_words() {
        assert_eq!(after("myself and my dog", "my"), Some(" dog"));
        assert_eq!(after("enemy mine", "my"), None);
    }

    #[test]
    fn the_introduction_names_the_guest_first() {
        for (name, expected) in [("Ada", "Ada"), ("", "Anonymous User")] {
            let said: Vec<String> = introduction(name).collect();
            assert!(said[0].contains(expected), "{said:?}");
            assert_eq!(said.last().unwrap(), "How are you feeling today?");
        }
    }
}
