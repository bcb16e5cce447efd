//! Looks for what the workspace and each exercise need of the machine, and says what is lost without it.
//!
//! Looking has no effect: nothing is installed, started or changed.

mod host;
mod program;
mod service;
mod setting;

use std::time::Duration;

use crate::{Need, Resource};

/// No probe takes longer than this, whatever it meets.
const DEADLINE: Duration = Duration::from_secs(5);

/// A need of the workspace itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct General {
    pub(crate) need: Need,
    /// Nothing works without it.
    pub(crate) required: bool,
}

/// What every part of the workspace needs.
pub(crate) const GENERAL: &[General] = &[
    required(Resource::Program("cargo", "--version"), "nothing can be built"),
    required(Resource::Program("cc", "--version"), "Rust has no linker, and nothing can be built"),
    optional(Resource::Program("make", "--version"), "the two commands of the README don't work"),
    optional(
        Resource::Program("cargo-make", "make --version"),
        "the first `make` installs it, which takes minutes",
    ),
    optional(Resource::DiskMebibytes(4096), "a build of everything may run out of room"),
    optional(Resource::Docker, "the services and containers lanes are skipped"),
    optional(
        Resource::Service("localstack"),
        "what reads from S3 is tested in containers of its own, or not at all",
    ),
    optional(
        Resource::Service("postgres"),
        "what needs Postgres is tested in containers of its own, or not at all",
    ),
];

const fn required(what: Resource, without: &'static str) -> General {
    General { need: Need { what, without }, required: true }
}

const fn optional(what: Resource, without: &'static str) -> General {
    General { need: Need { what, without }, required: false }
}

/// What a look at one need found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// It is there; a few words on which.
    Present(String),
    /// It isn't; why, as far as that can be seen.
    Missing(String),
}

/// Looks for one thing.
pub(crate) fn look(what: Resource) -> Found {
    let found = match what {
        Resource::Program(name, version) => program::version(name, version),
        Resource::Docker => program::docker(),
        Resource::Service(name) => service::healthy(name),
        Resource::Port(port) => service::port(port),
        Resource::CgroupController(name) => host::controller(name),
        Resource::Namespaces => host::namespaces(),
        Resource::DiskMebibytes(least) => host::disk(least),
    };
    found.map_or_else(Found::Missing, Found::Present)
}

/// The thing's name on a line.
pub(crate) fn label(what: Resource) -> String {
    match what {
        Resource::Program(name, _) => name.to_owned(),
        Resource::Docker => "docker and compose".to_owned(),
        Resource::Service(name) => format!("service {name}"),
        Resource::Port(port) => format!("port {port}"),
        Resource::CgroupController(name) => format!("cgroup v2 {name}"),
        Resource::Namespaces => "namespaces".to_owned(),
        Resource::DiskMebibytes(least) => format!("disk, {} GiB", least.div_ceil(1024)),
    }
}

/// One line on how to get it.
pub(crate) fn remedy(what: Resource) -> String {
    match what {
        Resource::Program("cargo", _) => "install Rust from https://rustup.rs".to_owned(),
        Resource::Program("cc", _) => {
            "install a C compiler: `apt install build-essential`, or its like".to_owned()
        }
        Resource::Program("cargo-make", _) => "make init".to_owned(),
        Resource::Program(name, _) => format!("install {name} with the system's package manager"),
        Resource::Docker => {
            "install Docker Engine and its compose plugin: https://docs.docker.com/engine/install".to_owned()
        }
        Resource::Service(name) => format!("docker compose up -d --wait {name}"),
        Resource::Port(_) => "stop what listens there, or choose another port in .env".to_owned(),
        Resource::CgroupController(_) => {
            "boot with systemd.unified_cgroup_hierarchy=1 and run as root, or use a virtual machine"
                .to_owned()
        }
        Resource::Namespaces => "run as root, or `sysctl -w user.max_user_namespaces=10000`".to_owned(),
        Resource::DiskMebibytes(_) => "make room: `cargo clean` frees what earlier builds left".to_owned(),
    }
}
