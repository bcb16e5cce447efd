//! What the words of `make` do in the whole workspace and in each project, as data; what `make verify` runs; the dev
//! containers, from one template; and the README's commands, each held to be run by something.
//!
//! Knows how to run a lane, not what it means: a lane is a row in [`list`], and its steps are the commands that a
//! person would type.
//!
//! ```
//! use xtask::{list, need::Need};
//!
//! let services = list::find("services").expect("the list has a services lane");
//! assert!(services.needs.contains(&Need::Docker));
//! assert!(list::find("no such lane").is_none());
//! ```

pub mod containers;
pub mod crew;
pub mod devcontainers;
pub mod lane;
pub mod list;
pub mod need;
pub mod pairing;
pub mod projects;
pub mod readme;
pub mod report;
pub mod run;
pub mod said;
pub mod scope;
pub mod tasks;
pub mod tree;
pub mod words;
