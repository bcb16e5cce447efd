//! The dev containers as data. A new exercise adds a row.

use std::path::PathBuf;

/// A language beside Rust, C and C++, which the base image has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Go.
    Go,
    /// Python, with uv.
    Python,
    /// JavaScript and TypeScript.
    Node,
    /// Java, with Maven.
    Java,
}

impl Language {
    /// Every language that a candidate may bring.
    pub const ALL: &'static [Self] = &[Self::Go, Self::Python, Self::Node, Self::Java];
}

/// One dev container.
#[derive(Clone, Copy, Debug)]
pub struct Configuration {
    /// The folder below `.devcontainer/`; none for the default one.
    pub folder: Option<&'static str>,
    /// What a person chooses it by.
    pub name: &'static str,
    /// The project that it opens, below the root; none for the whole workspace.
    pub project: Option<&'static str>,
    /// What its solutions and starters are written in.
    pub languages: &'static [Language],
    /// What is open at the start: the brief.
    pub open: &'static [&'static str],
    /// What the containers lane runs inside, in the project's folder: its solutions are judged there. Lints and tests
    /// come out as they do on the host.
    pub verify: &'static [&'static str],
}

/// Every dev container, in the order in which the containers lane tries them.
pub const CONFIGURATIONS: &[Configuration] = &[
    Configuration {
        folder: Some("log-parser"),
        name: "Log parser",
        project: Some("projects/log-parser"),
        languages: &[Language::Python],
        open: &["projects/log-parser/README.md"],
        verify: &["make", "verify", "LANES=judge"],
    },
    Configuration {
        folder: Some("grpc-queue"),
        name: "gRPC queue",
        project: Some("projects/grpc-queue"),
        languages: &[Language::Go],
        open: &["projects/grpc-queue/README.md"],
        verify: &["make", "verify", "LANES=judge"],
    },
    Configuration {
        folder: Some("proctor"),
        name: "proctor",
        project: Some("projects/proctor"),
        languages: &[],
        open: &["projects/proctor/README.md"],
        verify: &["make", "run"],
    },
    Configuration {
        folder: None,
        name: "Default",
        project: None,
        languages: Language::ALL,
        open: &["README.md"],
        verify: &["make", "run"],
    },
];

impl Configuration {
    /// The short name: the folder, or `default`.
    #[must_use]
    pub fn key(&self) -> &'static str {
        self.folder.unwrap_or("default")
    }

    /// The file, below the root.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        let base = PathBuf::from(".devcontainer");
        self.folder.map_or_else(|| base.clone(), |folder| base.join(folder)).join("devcontainer.json")
    }
}
