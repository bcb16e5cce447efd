//! Eliza in a few words.

/// Whether a sentence says goodbye.
pub(crate) fn is_goodbye(sentence: &str) -> bool {
    let word = sentence.trim().to_lowercase();
    let word = word.trim_matches(['.', '!', '?', '\'', '"']);
    ["bye", "exit", "goodbye", "quit"].contains(&word)
}

/// An answer.
pub(crate) fn answer(sentence: &str) -> String {
    if is_goodbye(sentence) {
        return "Goodbye. It was good to talk with you.".to_owned();
    }
    match sentence.split_whitespace().last() {
        Some(word) => format!("What else comes to mind when you say {word:?}?"),
        None => "Please go on.".to_owned(),
    }
}

/// How Eliza introduces itself.
pub(crate) fn introduction(name: &str) -> Vec<String> {
    let name = if name.is_empty() { "Anonymous User" } else { name };
    vec![
        format!("Hello, {name}. I am Eliza."),
        "I was written in 1966, and I still listen.".to_owned(),
        "How are you feeling today?".to_owned(),
    ]
}
