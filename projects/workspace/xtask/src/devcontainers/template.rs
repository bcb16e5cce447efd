//! The template: what every dev container has, and what differs by its row.

use std::collections::BTreeMap;

use serde::Serialize;

use super::configuration::Language;
use super::{Configuration, GenerateError};

/// The first line of every generated configuration.
pub const BANNER: &str = "// Generated: edit projects/workspace/xtask/src/devcontainers, then `cargo run -p xtask -- devcontainers`.";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DevContainer<'a> {
    name: &'a str,
    build: Build<'a>,
    features: BTreeMap<&'a str, BTreeMap<&'a str, Setting<'a>>>,
    remote_user: &'a str,
    workspace_folder: String,
    host_requirements: HostRequirements<'a>,
    mounts: [Mount<'a>; 1],
    update_content_command: &'a str,
    forward_ports: [u16; 3],
    ports_attributes: BTreeMap<&'a str, PortAttributes<'a>>,
    customizations: Customizations<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Build<'a> {
    dockerfile: String,
    context: &'a str,
}

#[derive(Serialize)]
struct Mount<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    source: &'a str,
    target: &'a str,
}

#[derive(Serialize)]
struct HostRequirements<'a> {
    cpus: u8,
    memory: &'a str,
    storage: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PortAttributes<'a> {
    label: &'a str,
    on_auto_forward: &'a str,
}

#[derive(Serialize)]
struct Customizations<'a> {
    codespaces: Codespaces<'a>,
    vscode: VsCode<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Codespaces<'a> {
    open_files: &'a [&'a str],
}

#[derive(Serialize)]
struct VsCode<'a> {
    extensions: Vec<&'a str>,
    settings: BTreeMap<&'a str, Setting<'a>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Setting<'a> {
    Switch(bool),
    Word(&'a str),
}

/// The volume with the crates that cargo has downloaded.
const REGISTRY_VOLUME: &str = "interview-workspace-cargo-registry";

/// The editor's extensions in every dev container.
const EXTENSIONS: &[&str] =
    &["ms-vsliveshare.vsliveshare", "rust-lang.rust-analyzer", "tamasfe.even-better-toml"];

/// The text of one configuration.
pub(super) fn text(configuration: &Configuration) -> Result<String, GenerateError> {
    // The Dockerfile copies nothing: its own folder is context enough.
    let beside = if configuration.folder.is_some() { ".." } else { "." };
    let workspace = "/workspaces/${localWorkspaceFolderBasename}";
    let container = DevContainer {
        name: configuration.name,
        build: Build { dockerfile: format!("{beside}/Dockerfile"), context: beside },
        features: features(configuration.languages),
        remote_user: "vscode",
        workspace_folder: configuration
            .project
            .map_or_else(|| workspace.to_owned(), |project| format!("{workspace}/{project}")),
        host_requirements: HostRequirements { cpus: 4, memory: "8gb", storage: "32gb" },
        // Downloaded crates are shared by the containers of a machine. What is compiled is shared without a volume: it
        // is in the checkout, and a Codespaces prebuild keeps it there.
        mounts: [Mount { kind: "volume", source: REGISTRY_VOLUME, target: "/usr/local/cargo/registry" }],
        // A prebuild holds what this one has built; nothing is compiled when a person starts from it.
        update_content_command: "make init",
        forward_ports: [5432, 4566, 8080],
        ports_attributes: BTreeMap::from([
            ("5432", PortAttributes { label: "Postgres", on_auto_forward: "silent" }),
            ("8080", PortAttributes { label: "gRPC queue", on_auto_forward: "silent" }),
            ("4566", PortAttributes { label: "LocalStack (S3)", on_auto_forward: "silent" }),
        ]),
        customizations: Customizations {
            codespaces: Codespaces { open_files: configuration.open },
            vscode: VsCode { extensions: extensions(configuration.languages), settings: settings() },
        },
    };
    Ok(format!("{BANNER}\n{}\n", serde_json::to_string_pretty(&container)?))
}

/// The settings of one feature.
type Settings = BTreeMap<&'static str, Setting<'static>>;

/// What an image gets beyond the Dockerfile: Docker inside, so that compose works, and the languages.
fn features(languages: &[Language]) -> BTreeMap<&'static str, Settings> {
    // Moby's packages do not exist for Debian trixie.
    let docker = (
        "ghcr.io/devcontainers/features/docker-in-docker:4",
        Settings::from([("moby", Setting::Switch(false))]),
    );
    languages.iter().map(|language| feature(*language)).chain([docker]).collect()
}

fn feature(language: Language) -> (&'static str, Settings) {
    match language {
        Language::Go => (
            "ghcr.io/devcontainers/features/go:1",
            Settings::from([
                ("version", Setting::Word("1.26")),
                ("golangciLintVersion", Setting::Word("none")),
            ]),
        ),
        // Debian's own Python: any other version is compiled for minutes.
        Language::Python => (
            "ghcr.io/devcontainers/features/python:1",
            Settings::from([
                ("version", Setting::Word("os-provided")),
                ("toolsToInstall", Setting::Word("uv==0.13.9")),
            ]),
        ),
        Language::Node => {
            ("ghcr.io/devcontainers/features/node:1", Settings::from([("version", Setting::Word("24"))]))
        }
        Language::Java => (
            "ghcr.io/devcontainers/features/java:1",
            Settings::from([("version", Setting::Word("21")), ("installMaven", Setting::Switch(true))]),
        ),
    }
}

fn extensions(languages: &[Language]) -> Vec<&'static str> {
    let of = |language: &Language| match language {
        Language::Go => &["golang.go"][..],
        Language::Python => &["ms-python.python"],
        // The editor itself brings JavaScript and TypeScript.
        Language::Node => &[],
        Language::Java => &["redhat.java", "vscjava.vscode-java-debug"],
    };
    let cpp: &[&str] =
        if languages == Language::ALL { &["ms-vscode.cpptools", "ms-vscode.cmake-tools"] } else { &[] };
    EXTENSIONS.iter().chain(languages.iter().flat_map(of)).chain(cpp).copied().collect()
}

fn settings() -> BTreeMap<&'static str, Setting<'static>> {
    BTreeMap::from([
        // Guests in a browser can't connect directly.
        ("liveshare.connectionMode", Setting::Word("relay")),
        ("liveshare.allowGuestDebugControl", Setting::Switch(true)),
        ("liveshare.allowGuestTaskControl", Setting::Switch(true)),
        // A project's folder is opened, and the repository begins above it.
        ("git.openRepositoryInParentFolders", Setting::Word("always")),
        // Nothing pops up in front of a candidate.
        ("extensions.ignoreRecommendations", Setting::Switch(true)),
        ("workbench.startupEditor", Setting::Word("readme")),
        ("rust-analyzer.check.command", Setting::Word("clippy")),
        // A target folder of its own: `make verify` never waits for the editor's lock.
        ("rust-analyzer.cargo.targetDir", Setting::Switch(true)),
        ("editor.formatOnSave", Setting::Switch(true)),
    ])
}
