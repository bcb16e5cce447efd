//! What a lane needs of the machine: the vocabulary of the crate `needs`, as lanes declare and report it.

pub use needs::{INSIDE_LANE as INSIDE, Need};
