//! Questions and small talk.

use super::{on, to};
use crate::rule::Keyword;

pub(super) const KEYWORDS: &[Keyword] = &[
    // Questions.
    on(
        &["are"],
        4,
        &[
            to(
                "are you *",
                &[
                    "Why does it matter to you whether I am *?",
                    "Would you like me better if I were not *?",
                    "Perhaps I am * in your dreams.",
                ],
            ),
            to("are *", &["Did you think they might not be *?", "What if they were not *?"]),
        ],
    ),
    on(
        &["am"],
        4,
        &[to(
            "am i *",
            &["Do you believe you are *?", "Would you want to be *?", "What would it mean if you were *?"],
        )],
    ),
    on(
        &["can"],
        4,
        &[
            to(
                "can you *",
                &["What makes you think that I can't *?", "Perhaps you would like to be able to * yourself."],
            ),
            to(
                "can i *",
                &["Whether you can * depends on you more than on me.", "Do you want to be able to *?"],
            ),
        ],
    ),
    on(
        &["why"],
        5,
        &[
            to(
                "why don't you *",
                &["Should you * yourself?", "Do you believe I don't *?", "Perhaps I shall * in good time."],
            ),
            to(
                "why can't i *",
                &["Do you think you should be able to *?", "Have you any idea why you can't *?"],
            ),
            to(
                "",
                &[
                    "What answer would please you most?",
                    "Is it the reason that troubles you?",
                    "Why do you ask?",
                ],
            ),
        ],
    ),
    on(
        &["what", "how", "who", "when", "where"],
        2,
        &[to(
            "",
            &[
                "Does that question interest you?",
                "What do you think yourself?",
                "What comes to your mind when you ask that?",
                "Have you asked anyone else?",
            ],
        )],
    ),
    on(
        &["because"],
        5,
        &[to(
            "",
            &[
                "Is that the real reason?",
                "Do other reasons come to mind?",
                "What else does that reason explain?",
            ],
        )],
    ),
    // Small talk.
    on(
        &["hello", "hi", "hey"],
        1,
        &[to(
            "",
            &[
                "Hello. What would you like to talk about?",
                "Good to see you. How have you been?",
                "Hello. How are you today?",
            ],
        )],
    ),
    on(&["sorry"], 3, &[to("", &["There is no need to be sorry.", "What do you feel when you say so?"])]),
    on(&["yes"], 1, &[to("", &["You seem quite sure.", "I see. Tell me more.", "I understand."])]),
    on(
        &["no"],
        1,
        &[to("", &["Why not?", "Are you saying no just to be contrary?", "That sounds firm. Is it?"])],
    ),
    on(&["maybe", "perhaps"], 2, &[to("", &["You don't sound certain.", "What would make you sure?"])]),
    on(
        &["always", "never"],
        3,
        &[to("", &["Can you think of one time when it was otherwise?", "Really @?"])],
    ),
    on(
        &["same", "alike", "like", "similar"],
        2,
        &[to(
            "",
            &[
                "What do you see that connects them?",
                "Could it be something else that they share?",
                "What does it remind you of?",
            ],
        )],
    ),
];
