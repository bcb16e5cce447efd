//! Weizenbaum's ELIZA, after the paper of 1966: a sentence is normalised, taken apart by the rules of its most
//! telling keyword, and put together again with the pronouns turned round.
//!
//! The tables of keywords and replies are our own. Nothing is remembered of a conversation, so that any thread may
//! answer any sentence.
//!
//! ```
//! let reply = eliza::reply_in_turn("I feel happy.", 0);
//! assert_eq!(reply.text, "What makes you feel happy?");
//! assert!(!reply.goodbye);
//!
//! assert!(eliza::reply("Bye!").goodbye);
//! assert_eq!(eliza::introduce("Ada").last().as_deref(), Some("How are you feeling today?"));
//! ```
//!
//! In which order to read: `rule`, `script`, `normal`, `reflection`.

mod introduction;
mod normal;
mod reflection;
mod rule;
mod script;

use std::cell::Cell;

pub use introduction::introduce;
pub use normal::is_goodbye;

/// The longest reply in bytes, however long the sentence.
pub const MAX_REPLY_BYTES: usize = 320;

/// What Eliza says to one sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// One sentence or two, never empty, of [`MAX_REPLY_BYTES`] at most.
    pub text: String,
    /// The sentence was a goodbye, and so is the reply: the conversation is over.
    pub goodbye: bool,
}

/// Answers a sentence; a rule's replies take turns on each thread.
///
/// The work is linear in the sentence's length, and small: only its first kilobyte is listened to.
pub fn reply(sentence: &str) -> Reply {
    thread_local! {
        // Of the thread alone, so that cores don't fight over one counter at a hundred thousand replies a second.
        static TURN: Cell<usize> = const { Cell::new(0) };
    }
    let turn = TURN.get();
    TURN.set(turn.wrapping_add(1));
    reply_in_turn(sentence, turn)
}

/// Answers a sentence with the reply whose turn it is: the same sentence and turn give the same reply.
pub fn reply_in_turn(sentence: &str, turn: usize) -> Reply {
    let bare = normal::bare(sentence);
    if is_goodbye(sentence) {
        return Reply { text: pick(script::GOODBYES, turn).to_owned(), goodbye: true };
    }
    if bare.is_empty() {
        return Reply { text: pick(script::SILENCES, turn).to_owned(), goodbye: false };
    }
    let heard = normal::heard(bare);
    let text = match rule::best(&heard) {
        Some(found) => found.assemble(pick(found.rule.replies, turn)),
        None => pick(script::FALLBACKS, turn).to_owned(),
    };
    Reply { text, goodbye: false }
}

fn pick(replies: &'static [&'static str], turn: usize) -> &'static str {
    replies[turn % replies.len()]
}
