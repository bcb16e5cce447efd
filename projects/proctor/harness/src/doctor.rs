//! What the workspace itself needs of the machine. What is found, and what to install, is told by the crate `needs`.

use needs::Need;

use crate::ExerciseNeed;

/// A need of the workspace itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MachineNeed {
    pub(crate) need: ExerciseNeed,
    /// Nothing works without it.
    pub(crate) required: bool,
}

/// What every part of the workspace needs.
pub(crate) const MACHINE: &[MachineNeed] = &[
    required(program("cargo", "--version", "install Rust from https://rustup.rs"), "nothing can be built"),
    required(
        program("cc", "--version", "`apt install build-essential`, or the like"),
        "Rust has no linker, and nothing can be built",
    ),
    optional(
        program("make", "--version", "install it with the system's package manager"),
        "the two commands of the README don't work",
    ),
    optional(Need::Disk(4096), "a build of everything may run out of room"),
    optional(Need::Docker, "the services and containers lanes are skipped"),
    optional(Need::Compose, "the services lane is skipped"),
    optional(Need::LOCALSTACK, "what reads from S3 is tested in containers of its own, or not at all"),
    optional(Need::POSTGRES, "what needs Postgres is tested in containers of its own, or not at all"),
];

const fn program(name: &'static str, version: &'static str, install: &'static str) -> Need {
    Need::Program { name, version, install }
}

const fn required(need: Need, without: &'static str) -> MachineNeed {
    MachineNeed { need: ExerciseNeed { need, without }, required: true }
}

const fn optional(need: Need, without: &'static str) -> MachineNeed {
    MachineNeed { need: ExerciseNeed { need, without }, required: false }
}
