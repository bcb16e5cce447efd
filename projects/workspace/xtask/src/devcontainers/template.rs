//! The template: what every dev container has, and what differs by its row.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Configuration;
use super::GenerateError;

/// The repository on GitHub. A fork writes its own here, in the README's badge, and runs `xtask devcontainers`.
pub const REPOSITORY: &str = "OWNER/REPO";

/// The image that the workflow `devcontainer-image` publishes, after the registry and the repository.
pub const IMAGE: &str = "devcontainer:latest";

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
    on_create_command: String,
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
    cache_from: [String; 1],
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
    extensions: &'a [&'a str],
    settings: BTreeMap<&'a str, Setting<'a>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Setting<'a> {
    Switch(bool),
    Word(&'a str),
}

/// The editor's extensions in every dev container.
const EXTENSIONS: &[&str] =
    &["ms-vsliveshare.vsliveshare", "rust-lang.rust-analyzer", "tamasfe.even-better-toml"];

/// The text of one configuration.
pub(super) fn text(configuration: &Configuration) -> Result<String, GenerateError> {
    let up = configuration.up_from_file();
    let workspace = "/workspaces/${localWorkspaceFolderBasename}";
    let container = DevContainer {
        name: configuration.name,
        build: Build {
            dockerfile: format!("{}Dockerfile", if configuration.folder.is_some() { "../" } else { "" }),
            context: up,
            cache_from: [format!("ghcr.io/{}/{IMAGE}", REPOSITORY.to_lowercase())],
        },
        features: features(),
        remote_user: "vscode",
        workspace_folder: configuration
            .project
            .map_or_else(|| workspace.to_owned(), |project| format!("{workspace}/{project}")),
        host_requirements: HostRequirements { cpus: 4, memory: "8gb", storage: "32gb" },
        on_create_command: format!("sh {}/.devcontainer/on-create.sh", configuration.up_from_project()),
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
            vscode: VsCode { extensions: EXTENSIONS, settings: settings() },
        },
    };
    Ok(format!("{BANNER}\n{}\n", serde_json::to_string_pretty(&container)?))
}

/// What an image gets beyond the Dockerfile.
fn features() -> BTreeMap<&'static str, BTreeMap<&'static str, Setting<'static>>> {
    BTreeMap::from([
        // Docker inside, so that compose works. Moby's packages do not exist for Debian trixie.
        (
            "ghcr.io/devcontainers/features/docker-in-docker:4",
            BTreeMap::from([("moby", Setting::Switch(false))]),
        ),
        // Starters and solutions in Go.
        (
            "ghcr.io/devcontainers/features/go:1",
            BTreeMap::from([
                ("version", Setting::Word("1.26")),
                ("golangciLintVersion", Setting::Word("none")),
            ]),
        ),
    ])
}

fn settings() -> BTreeMap<&'static str, Setting<'static>> {
    BTreeMap::from([
        // Guests in a browser can't connect directly.
        ("liveshare.connectionMode", Setting::Word("relay")),
        ("liveshare.allowGuestDebugControl", Setting::Switch(true)),
        ("liveshare.allowGuestTaskControl", Setting::Switch(true)),
        // Nothing pops up in front of a candidate.
        ("extensions.ignoreRecommendations", Setting::Switch(true)),
        ("workbench.startupEditor", Setting::Word("readme")),
        ("rust-analyzer.check.command", Setting::Word("clippy")),
        // A target folder of its own: `make verify` never waits for the editor's lock.
        ("rust-analyzer.cargo.targetDir", Setting::Switch(true)),
        ("editor.formatOnSave", Setting::Switch(true)),
    ])
}
