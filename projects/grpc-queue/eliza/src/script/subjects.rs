//! What people speak of: machines, families, dreams.

use super::{on, to};
use crate::rule::Keyword;

pub(super) const KEYWORDS: &[Keyword] = &[
    on(
        &["computer", "computers", "machine", "machines", "robot", "robots"],
        50,
        &[to(
            "",
            &[
                "Do machines make you uneasy?",
                "Why do you bring up a @ just now?",
                "What could a @ do about what troubles you?",
            ],
        )],
    ),
    on(
        &["eliza", "name", "names"],
        15,
        &[to("", &["Names matter little to me. Please go on.", "Let us not talk of names but of you."])],
    ),
    on(
        &["mother", "mom", "mum", "father", "dad", "parents"],
        12,
        &[to(
            "",
            &[
                "Tell me more about your family.",
                "What was it like at home when you were small?",
                "Who else comes to mind when you think of your @?",
            ],
        )],
    ),
    on(
        &[
            "brother", "sister", "wife", "husband", "son", "daughter", "child", "children", "friend",
            "friends",
        ],
        11,
        &[to(
            "",
            &[
                "How do you get along with the people around you?",
                "What does the word @ mean to you?",
                "Who else matters to you?",
            ],
        )],
    ),
    on(
        &["everyone", "everybody", "nobody", "noone"],
        8,
        &[to(
            "",
            &[
                "Surely not @?",
                "Can you think of anyone in particular?",
                "Whom do you have in mind when you say @?",
            ],
        )],
    ),
    on(
        &["dream", "dreams", "dreamed", "dreamt", "nightmare"],
        10,
        &[
            to(
                "dreamed of *",
                &["Had you thought of * by day before?", "What was it like to see * in a dream?"],
            ),
            to(
                "",
                &[
                    "What does that dream say to you?",
                    "Do you often dream?",
                    "Which people come to you in dreams?",
                ],
            ),
        ],
    ),
    on(
        &["remember"],
        10,
        &[to(
            "remember *",
            &[
                "Do you often think of *?",
                "Why does the memory of * come back now?",
                "What else comes with *?",
            ],
        )],
    ),
    on(
        &["if"],
        6,
        &[to("if *", &["How likely is it that *?", "And what would follow if *?", "Do you wish that *?"])],
    ),
];
