//! What holds for any sentence: there is a reply, it is bounded, and it takes no time to speak of.

use std::time::{Duration, Instant};

use eliza::{MAX_REPLY_BYTES, is_goodbye, reply_in_turn};
use proptest::prelude::*;

/// Sentences that meet many rules, among arbitrary text.
fn sentence() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        5 => prop::sample::select(vec![
            "I", "i'm", "you", "me", "my", "your", "are", "am", "feel", "want", "remember", "think", "why", "if",
            "can", "can't", "don't", "mother", "sad", "bye", "quit", "dreamed", "of", "to", "never", "yes", "I’ve",
        ]).prop_map(str::to_owned),
        1 => "\\PC{0,12}",
        1 => any::<String>(),
    ];
    let gap = prop::sample::select(vec![" ", "  ", ", ", ". ", "\t", "", "\n", "! ", "\u{a0}", "\""]);
    prop::collection::vec((word, gap), 0..40)
        .prop_map(|parts| parts.into_iter().flat_map(|(word, gap)| [word, gap.to_owned()]).collect())
}

proptest! {
    #[test]
    fn any_sentence_has_a_bounded_reply(sentence in sentence(), turn: usize) {
        let reply = reply_in_turn(&sentence, turn);
        prop_assert!(!reply.text.is_empty());
        prop_assert!(reply.text.len() <= MAX_REPLY_BYTES, "{}", reply.text);
        prop_assert!(!reply.text.contains(['*', '@', '\n']) || sentence.contains('@'), "{}", reply.text);
    }

    #[test]
    fn the_same_sentence_and_turn_have_the_same_reply(sentence in sentence(), turn: usize) {
        prop_assert_eq!(reply_in_turn(&sentence, turn), reply_in_turn(&sentence, turn));
    }

    #[test]
    fn a_goodbye_is_the_whole_of_the_sentence(
        before in "[ \t]{0,3}[.!?'\"]{0,3}", word in "(?i:bye|exit|goodbye|quit)", after in "[.!?'\"]{0,3}[ \t]{0,3}",
    ) {
        let goodbye = format!("{before}{word}{after}");
        let longer = format!("{goodbye}x{goodbye}");
        prop_assert!(is_goodbye(&goodbye));
        prop_assert!(reply_in_turn(&goodbye, 0).goodbye);
        prop_assert!(!is_goodbye(&longer));
    }
}

#[test]
fn sentences_that_nearly_fit_take_no_longer() {
    for word in ["you ", "i ", "you me", "i remember ", "if you ", "are ", "…", "\u{130}", "  ", "!"] {
        let sentence = word.repeat(1_000_000 / word.len());
        let start = Instant::now();
        assert!(reply_in_turn(&sentence, 1).text.len() <= MAX_REPLY_BYTES);
        // A tenth of a second in a slow build; anything quadratic in a megabyte takes minutes.
        assert!(start.elapsed() < Duration::from_secs(10), "{word:?} took {:?}", start.elapsed());
    }
}
