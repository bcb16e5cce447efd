//! The vocabulary: each need with its name, and what to do where it is missing.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::probe;

/// Something that the machine has or lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Need {
    /// A program on the `PATH`.
    Program {
        /// Its name.
        name: &'static str,
        /// The arguments, split at spaces, that make it print its version. Where there are none it is not run.
        version: &'static str,
        /// How to install it, as an imperative: "install Rust from <https://rustup.rs>".
        install: &'static str,
    },
    /// A Docker engine that answers.
    Docker,
    /// Compose 2, as `docker compose`.
    Compose,
    /// A service that answers at its address.
    Service(Service),
    /// A TCP port of this machine that is free, or published by a container.
    Port(u16),
    /// The right to do what only root may.
    Root,
    /// A cgroup v2 controller that this process may use.
    CgroupController(&'static str),
    /// Mount and PID namespaces, as root or in a user namespace.
    Namespaces,
    /// A kernel for a microVM, and the emulator that boots it.
    MicroVm,
    /// Free space in cargo's target folder, in mebibytes.
    Disk(u64),
    /// A file at the path that a variable names.
    File {
        /// The variable.
        variable: &'static str,
        /// The path without the variable, from the root of the repository.
        otherwise: &'static str,
    },
    /// Not inside a container of the containers lane.
    OutsideLane,
}

/// A service of `docker-compose.yml`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Service {
    /// At `DATABASE_URL`, else at the port that compose publishes.
    Postgres,
    /// At `AWS_ENDPOINT_URL`, else at the port that compose publishes.
    LocalStack,
}

/// What a probe has found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// A version, an address or the like.
    Present(String),
    /// What is missing, as a clause: "no Postgres answers at 127.0.0.1:5432".
    Missing(String),
}

impl Need {
    /// Postgres, at `DATABASE_URL` or from compose.
    pub const POSTGRES: Self = Self::Service(Service::Postgres);
    /// S3 on LocalStack, at `AWS_ENDPOINT_URL` or from compose.
    pub const LOCALSTACK: Self = Self::Service(Service::LocalStack);

    /// A program that only has to be on the `PATH`; it is not run.
    #[must_use]
    pub const fn installed(name: &'static str, install: &'static str) -> Self {
        Self::Program { name, version: "", install }
    }

    /// Looks for it. The first call in a process probes, for ten seconds at most; the others repeat its answer.
    #[must_use]
    pub fn found(self) -> Found {
        static ANSWERS: Mutex<BTreeMap<Need, Arc<OnceLock<Found>>>> = Mutex::new(BTreeMap::new());
        // Held for the look-up alone: two needs are probed side by side, one need by one thread.
        let answer = {
            let mut answers = ANSWERS.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(answers.entry(self).or_default())
        };
        answer.get_or_init(|| probe::probe(self)).clone()
    }

    /// What is missing and what to do about it, or nothing where the need is met.
    #[must_use]
    pub fn missing(self) -> Option<String> {
        match self.found() {
            Found::Present(_) => None,
            Found::Missing(reason) => Some(format!("{reason}: {}", self.remedy())),
        }
    }

    /// How to meet the need, as an imperative.
    #[must_use]
    pub fn remedy(self) -> String {
        match self {
            Self::Program { install, .. } => install.to_owned(),
            Self::Docker => {
                "start Docker, or install it from https://docs.docker.com/engine/install".to_owned()
            }
            Self::Compose => {
                "install the compose plugin from https://docs.docker.com/compose/install".to_owned()
            }
            Self::Service(service) => {
                format!("run `docker compose up -d --wait {service}`, or set {}", service.variable())
            }
            Self::Port(_) => "stop what listens there, or choose another port in .env".to_owned(),
            Self::Root => "run as root".to_owned(),
            Self::CgroupController(_) => {
                "boot with systemd.unified_cgroup_hierarchy=1 and run as root, or use a virtual machine"
                    .to_owned()
            }
            Self::Namespaces => "run as root, or `sysctl -w user.max_user_namespaces=10000`".to_owned(),
            Self::MicroVm => {
                "set MICROVM_KERNEL to a Linux kernel, and `apt-get install qemu-system-x86`".to_owned()
            }
            Self::Disk(_) => "make room: `cargo clean` frees what earlier builds left".to_owned(),
            Self::File { variable, .. } => format!("set {variable} to its path"),
            Self::OutsideLane => "run it on the host".to_owned(),
        }
    }
}

/// The thing's name on a line.
impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Program { name, .. } => f.write_str(name),
            Self::Docker => f.write_str("Docker"),
            Self::Compose => f.write_str("docker compose"),
            Self::Service(service) => write!(f, "service {service}"),
            Self::Port(port) => write!(f, "port {port}"),
            Self::Root => f.write_str("root"),
            Self::CgroupController(name) => write!(f, "cgroup v2 {name}"),
            Self::Namespaces => f.write_str("namespaces"),
            Self::MicroVm => f.write_str("microVM"),
            Self::Disk(mebibytes) => write!(f, "disk, {} GiB", mebibytes.div_ceil(1024)),
            Self::File { variable, .. } => f.write_str(variable),
            Self::OutsideLane => f.write_str("host"),
        }
    }
}

impl Service {
    /// The variable that gives its address.
    #[must_use]
    pub const fn variable(self) -> &'static str {
        match self {
            Self::Postgres => crate::DATABASE_URL,
            Self::LocalStack => crate::AWS_ENDPOINT_URL,
        }
    }
}

/// The name in `docker-compose.yml`.
impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Postgres => "postgres",
            Self::LocalStack => "localstack",
        })
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_need_is_probed_once_whoever_asks() {
        let folder = tempfile::tempdir().unwrap();
        let (program, asked) = (folder.path().join("program"), folder.path().join("asked"));
        fs::write(&program, format!("#!/bin/sh\necho asked >> '{}'\necho 1.2\n", asked.display())).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        let name: &'static str = Box::leak(program.display().to_string().into_boxed_str());
        let need = Need::Program { name, version: "--version", install: "" };
        std::thread::scope(|scope| {
            let asking = [(); 4].map(|()| scope.spawn(|| need.found()));
            for found in asking {
                assert_eq!(found.join().unwrap(), Found::Present("1.2".to_owned()));
            }
        });
        assert_eq!(fs::read_to_string(asked).unwrap(), "asked\n");
    }

    #[test]
    fn what_is_missing_is_told_with_what_to_do() {
        let file = Need::File { variable: "NO_SUCH_VARIABLE", otherwise: "no/such/file" };
        let said = file.missing().unwrap();
        assert!(
            said.starts_with("there is no ")
                && said.ends_with("no/such/file: set NO_SUCH_VARIABLE to its path")
        );
    }
}
