//! What Eliza says of herself before anything is said to her.

use std::cell::Cell;

const NOBODY: &str = "Anonymous User";

const FACTS: [&str; 6] = [
    "I was written in the sixties by Joseph Weizenbaum, who was surprised how much people told me.",
    "My name is that of the flower girl in Pygmalion, who learned to speak a little better each day.",
    "I understand not a word of what I hear, which has never kept anyone from talking to me.",
    "My first home was a time-sharing machine that filled a hall, and I spoke through a typewriter.",
    "A secretary once asked Joseph Weizenbaum to leave the room, so that she could talk to me alone.",
    "I speak like a therapist because a therapist may ask about boats without knowing what a boat is.",
];

/// Introduces Eliza to somebody in a few sentences; the first names them, and the last asks how they are.
///
/// An empty or blank name becomes `Anonymous User`; each thread goes through the facts in turn.
pub fn introduce(name: &str) -> impl Iterator<Item = String> + Send + use<> {
    thread_local! {
        static TURN: Cell<usize> = const { Cell::new(0) };
    }
    let name = match name.trim() {
        "" => NOBODY,
        name => name,
    };
    let turn = TURN.get();
    TURN.set(turn.wrapping_add(1));
    let sentences = [
        format!("Hello, {name}. I am Eliza, and I have all the time in the world."),
        "Say what is on your mind, and I shall ask you about it.".to_owned(),
        FACTS[turn % FACTS.len()].to_owned(),
        "How are you feeling today?".to_owned(),
    ];
    sentences.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_sentence_names_the_guest_and_the_last_asks() {
        let said: Vec<String> = introduce("Joseph W.").collect();
        assert!(said.len() > 2);
        assert!(said[0].contains("Joseph W."), "{said:?}");
        assert_eq!(said[said.len() - 1], "How are you feeling today?");
    }

    #[test]
    fn somebody_without_a_name_is_an_anonymous_user() {
        for name in ["", "  "] {
            let first = introduce(name).next().unwrap();
            assert!(first.contains("Anonymous User"), "{first}");
        }
    }

    #[test]
    fn the_facts_take_turns() {
        let facts: Vec<String> = (0..FACTS.len()).map(|_| introduce("you").nth(2).unwrap()).collect();
        assert!(FACTS.iter().all(|fact| facts.iter().any(|told| told == fact)), "{facts:?}");
    }
}
