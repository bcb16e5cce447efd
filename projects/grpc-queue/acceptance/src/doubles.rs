//! The doubles: programs that are wrong on purpose in one way, each with the one check that must find it.
//!
//! A defect is a row here and a switch in `grpc-queue-double`.

/// Declares the defects with their names, the checks that find them, and what is wrong.
macro_rules! defects {
    ($($variant:ident, $name:literal, $check:literal, $wrong:literal;)*) => {
        /// A way in which `grpc-queue-double` can be wrong.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Defect {
            $(#[doc = $wrong] $variant,)*
        }

        impl Defect {
            /// Every defect, in the order of the checks that find them.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The name that `--defect` takes.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The check that must fail, alone at its level and below.
            pub fn check(self) -> &'static str {
                match self { $(Self::$variant => $check,)* }
            }

            /// What is wrong, in a sentence.
            pub fn wrong(self) -> &'static str {
                match self { $(Self::$variant => $wrong,)* }
            }
        }
    };
}

defects! {
    // Level 1.
    SayEmptyOverGrpc, "say-empty-over-grpc", "say-over-grpc", "Answers with nothing over gRPC.";
    // Level 2.
    EnqueuedInOtherWords, "enqueued-in-other-words", "room-is-enqueued", "Says Enqueued with a capital.";
    // Level 3.
    // Level 4.
    // Level 5.
    // Level 6.
}
