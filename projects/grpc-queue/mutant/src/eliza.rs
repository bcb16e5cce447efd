//! Eliza in a few words.

use grpc_queue_acceptance::mutants::Defect;

use crate::Wrong;

/// Whether a sentence says goodbye.
pub(crate) fn is_goodbye(sentence: &str, wrong: Wrong) -> bool {
    let word = if wrong.is(Defect::GoodbyeUntrimmed) { sentence } else { sentence.trim() };
    let word = if wrong.is(Defect::GoodbyeByCase) { word.to_owned() } else { word.to_lowercase() };
    let marks: &[char] =
        if wrong.is(Defect::GoodbyeWithoutMarks) { &['.', '!', '?'] } else { &['.', '!', '?', '\'', '"'] };
    let word = word.trim_matches(marks);
    let known = ["bye", "exit", "goodbye", "quit"];
    let inside = wrong.is(Defect::GoodbyeInside) && word.contains("bye");
    let first = wrong.is(Defect::GoodbyeFirst) && known.iter().any(|known| word.starts_with(known));
    let unknown = wrong.is(Defect::GoodbyeWithoutQuit) && word == "quit";
    (known.contains(&word) || inside || first) && !unknown
}

/// An answer.
pub(crate) fn answer(sentence: &str) -> String {
    match sentence.split_whitespace().last() {
        Some(word) => format!("What else comes to mind when you say {word:?}?"),
        None => "Please go on.".to_owned(),
    }
}

/// How Eliza introduces itself.
pub(crate) fn introduction(name: &str, wrong: Wrong) -> Vec<String> {
    let anonymous = name.is_empty() && !wrong.is(Defect::EmptyNameKept);
    let name = if anonymous { "Anonymous User" } else { name };
    let mut sentences = vec![
        format!("Hello, {name}. I am Eliza."),
        "I was written in 1966, and I still listen.".to_owned(),
        "How are you feeling today?".to_owned(),
    ];
    if wrong.is(Defect::IntroduceNameless) && !anonymous {
        sentences.splice(..1, ["Hello. I am Eliza.".to_owned()]);
    }
    if wrong.is(Defect::IntroduceNamesLater) && !anonymous {
        sentences.swap(0, 1);
    }
    if wrong.is(Defect::IntroduceEndsOtherwise) {
        sentences.push("Take your time.".to_owned());
    }
    sentences
}
