//! "I" and "you", and what is said of them.

use super::{on, to};
use crate::rule::Keyword;

pub(super) const KEYWORDS: &[Keyword] = &[
    // Of the speaker.
    on(
        &["i"],
        7,
        &[
            to("i forgot *", &["Why might * have slipped your mind?", "Would you rather forget *?"]),
            to(
                "i want to *",
                &["What would it mean to you to *?", "What keeps you from it?", "Why do you want to *?"],
            ),
            to("i want *", &["What would you do if you got *?", "Why do you want *?", "Who else wants *?"]),
            to(
                "i need *",
                &["Why do you need *?", "What would change if you had *?", "Are you sure that you need *?"],
            ),
            to("i feel *", &["What makes you feel *?", "Do you often feel *?", "When did you first feel *?"]),
            to(
                "i am *",
                &["How long have you been *?", "Do you like being *?", "What does it mean to be *?"],
            ),
            to(
                "i can't *",
                &["How do you know that you can't *?", "What would it take to *?", "Have you tried to *?"],
            ),
            to("i cannot *", &["What keeps you from it?", "Perhaps you could * if you tried."]),
            to("i don't *", &["Why don't you *?", "Would you like to *?"]),
            to(
                "i think *",
                &["Do you really think so?", "What makes you think *?", "Does anyone doubt that *?"],
            ),
            to("i believe *", &["Why do you believe *?", "Have you always believed *?"]),
            to(
                "i love *",
                &["What do you love about it?", "Have you said so to anyone?", "Since when do you love *?"],
            ),
            to("i hate *", &["What has made you hate *?", "Hate is a strong word. Is it the right one?"]),
            to("i was *", &["What was it like to be *?", "Why do you tell me now that you were *?"]),
            to(
                "i have *",
                &["Since when do you have *?", "How does it feel to have *?", "Who knows that you have *?"],
            ),
            to("i * you", &["Why do you * me?", "Perhaps in your thoughts we * each other."]),
        ],
    ),
    on(
        &["i'm"],
        7,
        &[
            to(
                "i'm sorry",
                &["There is no need to be sorry.", "What do you feel when you say that you are sorry?"],
            ),
            to(
                "i'm *",
                &["How long have you been *?", "Why do you tell me that you are *?", "Is it hard to be *?"],
            ),
        ],
    ),
    on(&["i've"], 7, &[to("i've *", &["How does it feel to have *?", "What came after you had *?"])]),
    on(
        &["my"],
        3,
        &[to(
            "my *",
            &[
                "Your *?",
                "Why do you say that of your *?",
                "What else comes to mind when you think of your *?",
            ],
        )],
    ),
    on(
        &["sad", "unhappy", "depressed", "lonely", "tired", "anxious", "afraid", "angry", "sick"],
        5,
        &[to(
            "",
            &[
                "I am sorry to hear that. What has made it so?",
                "Does talking about it help when one is @?",
                "What would be different without being @?",
            ],
        )],
    ),
    on(
        &["happy", "glad", "better", "fine", "proud"],
        5,
        &[to(
            "",
            &[
                "What has made it so?",
                "I am pleased to hear it. What comes next?",
                "Does @ describe all of it?",
            ],
        )],
    ),
    // Of Eliza, or so the speaker says.
    on(
        &["you"],
        4,
        &[
            to(
                "you are *",
                &[
                    "What makes you think I am *?",
                    "Does it please you to believe I am *?",
                    "Perhaps you would like to be *.",
                ],
            ),
            to(
                "you * me",
                &["Why do you think I * you?", "Who else might * you?", "Suppose I did * you. What then?"],
            ),
            to(
                "you *",
                &[
                    "We were talking about you, not about me.",
                    "Why do you care whether I *?",
                    "You are not really speaking of me, are you?",
                ],
            ),
        ],
    ),
    on(
        &["you're"],
        4,
        &[to("you're *", &["What makes you think I am *?", "Would you rather I were not *?"])],
    ),
    on(
        &["your"],
        3,
        &[to(
            "your *",
            &["Why do you ask about my *?", "And what about your own *?", "Does my * matter to you?"],
        )],
    ),
];
