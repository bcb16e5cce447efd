//! The Dockerfile that all dev containers share: toolchain, cargo-make, and every dependency built.
//!
//! It copies manifests and the lock file only, and puts empty sources beside them. So its layers, and with them the
//! published image as a cache, stay good until a dependency changes, whatever happens to the sources.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::{CONFIGURATIONS, GenerateError};
use crate::tree::Tree;

/// The official image: Debian trixie, user `vscode`, rustup.
const BASE: &str = "mcr.microsoft.com/devcontainers/rust:1-1-trixie";

/// For who types `cargo make`.
const CARGO_MAKE: &str = "0.37.24";

/// Where the image keeps what it has built; `on-create.sh` copies it into the checkout.
const BUILT: &str = "/opt/workspace";

/// What no manifest is, and every `make init` reads.
const FILES: &[&str] = &["Cargo.toml", "Cargo.lock", "Makefile", "Makefile.toml"];

/// The Dockerfile's text.
pub(super) fn text(tree: &Tree) -> Result<String, GenerateError> {
    let members = members(tree)?;
    let mut text = head();
    let mut line = |words: &str| writeln!(text, "{words}").unwrap_or_default();
    line(&format!("COPY --chown=vscode {} {BUILT}/", FILES.join(" ")));
    line(&format!("COPY --chown=vscode resources/make {BUILT}/resources/make"));
    for project in CONFIGURATIONS.iter().filter_map(|configuration| configuration.project) {
        line(&format!("COPY --chown=vscode {project}/Makefile {project}/Makefile.toml {BUILT}/{project}/"));
    }
    for member in &members {
        line(&format!("COPY --chown=vscode {member}/Cargo.toml {BUILT}/{member}/"));
    }
    line("# Empty sources stand in for the real ones, which come with the checkout.");
    line("RUN set -eu; \\");
    for member in &members {
        let (library, program) = (format!("{member}/src/lib.rs"), format!("{member}/src/main.rs"));
        let suite = format!("{member}/tests/suite/main.rs");
        let has_suite = tree.root.join(&suite).is_file();
        let folders = if has_suite { format!(" {member}/tests/suite") } else { String::new() };
        line(&format!("    mkdir -p {member}/src{folders}; \\"));
        if tree.root.join(&library).is_file() {
            line(&format!("    echo '//! Empty.' > {library}; \\"));
        }
        for program in [program, format!("{member}/build.rs"), suite] {
            // A build script as well: without one, what it depends on is not built. A suite because manifests name it.
            if tree.root.join(&program).is_file() {
                line(&format!("    printf '//! Empty.\\nfn main() {{}}\\n' > {program}; \\"));
            }
        }
    }
    // What `make init` does, whose program is an empty one here.
    line("    cargo build --quiet --locked --workspace --bins; \\");
    line("    cargo test --no-run --quiet --locked --workspace; \\");
    line("    cargo clean --quiet --workspace");
    line("USER root");
    line("WORKDIR /");
    Ok(text)
}

/// All before the manifests.
fn head() -> String {
    format!(
        "# Generated: edit projects/workspace/xtask/src/devcontainers, then `cargo run -p xtask -- devcontainers`.
#
# Toolchain, cargo-make and every dependency, built. Only manifests are copied, so that the layers stay good until a
# dependency changes. The workflow devcontainer-image publishes the image; the configurations take it as a cache.
ARG BASE_IMAGE={BASE}
FROM ${{BASE_IMAGE}}
ARG RUST_VERSION={rust}
USER vscode
# cargo-make's own profile optimises a minute longer than its work here takes.
RUN export CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_OPT_LEVEL=1; \\
    if command -v rustup >/dev/null; then \\
        rustup toolchain install \"$RUST_VERSION\" --profile minimal --component clippy,rustfmt,rust-src,rust-analyzer \\
        && rustup default \"$RUST_VERSION\"; \\
    fi \\
    && cargo install cargo-make --version {CARGO_MAKE} --locked --no-default-features
USER root
RUN install -d -o vscode {BUILT}
USER vscode
WORKDIR {BUILT}
# The release profile of the workspace; the containers lane takes a quicker one where nothing comes from a cache.
ARG CARGO_PROFILE_RELEASE_LTO=thin
ARG CARGO_PROFILE_RELEASE_CODEGEN_UNITS=1
ARG CARGO_PROFILE_RELEASE_OPT_LEVEL=3
",
        rust = concat!(env!("CARGO_PKG_RUST_VERSION"), ".0"),
    )
}

/// The folders of the workspace's members, from the root manifest.
fn members(tree: &Tree) -> Result<Vec<String>, GenerateError> {
    let path = Path::new("Cargo.toml");
    let manifest = read(tree, path)?;
    let list = manifest.split_once("members = [").and_then(|(_, rest)| rest.split_once(']'));
    let (list, _) =
        list.ok_or_else(|| GenerateError::Missing { what: "members", path: path.to_path_buf() })?;
    Ok(list.split('"').skip(1).step_by(2).map(str::to_owned).collect())
}

fn read(tree: &Tree, path: &Path) -> Result<String, GenerateError> {
    let source = |source| GenerateError::Read { path: path.to_path_buf(), source };
    fs::read_to_string(tree.root.join(path)).map_err(source)
}
