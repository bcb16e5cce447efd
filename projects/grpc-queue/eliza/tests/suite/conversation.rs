//! What is said to what: a table of sentences and the first reply to each.

use eliza::{introduce, reply, reply_in_turn};

#[track_caller]
fn check(sentence: &str, expected: &str) {
    let reply = reply_in_turn(sentence, 0);
    assert_eq!((reply.text.as_str(), reply.goodbye), (expected, false), "{sentence:?}");
}

#[test]
fn a_sentence_comes_back_turned_round() {
    check("I feel happy.", "What makes you feel happy?");
    check("I AM worried about my future!", "How long have you been worried about your future?");
    check("Well, I think you are hiding something from me.", "Do you really think so?");
    check("You hate me", "Why do you think I hate you?");
    check("Why don't you help me with my work?", "Should you help you with your work yourself?");
    check("My boat leaks.", "Your boat leaks?");
    check("I’m lost", "How long have you been lost?");
}

#[test]
fn the_most_telling_keyword_is_answered() {
    check("I remember how my mother sang", "Tell me more about your family.");
    check("Hello, are computers alive?", "Do machines make you uneasy?");
    check("It rained. Yes, I am soaked.", "How long have you been soaked?");
}

#[test]
fn something_is_said_to_anything() {
    check("Boats float", "Please go on.");
    check("空は青い", "Please go on.");
    check("", "You are very quiet today.");
    check(" ?! ", "You are very quiet today.");
    check(" , ; ", "Please go on.");
}

#[test]
fn a_goodbye_is_answered_and_marked() {
    for turn in 0..8 {
        assert!(reply_in_turn(" Goodbye! ", turn).goodbye);
    }
    assert!(!reply("I quit").goodbye);
}

#[test]
fn the_replies_of_a_rule_take_turns() {
    let said: Vec<String> = (0..3).map(|_| reply("I feel tired").text).collect();
    assert!(said[0] != said[1] && said[1] != said[2] && said[2] != said[0], "{said:?}");
}

#[test]
fn an_introduction_outlives_the_name_it_was_asked_with() {
    let introduction = introduce(&String::from("Ada"));
    assert_eq!(introduction.last().unwrap(), "How are you feeling today?");
}
