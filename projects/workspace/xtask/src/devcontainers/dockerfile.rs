//! The Dockerfile that all dev containers share: the toolchain and a C++ build tool. Nothing of the checkout is in it, so
//! it is rebuilt only when a version changes; a prebuild or the first `make init` compiles the dependencies.

/// The official image: Debian trixie, user `vscode`, rustup, a C and C++ compiler.
const BASE: &str = "mcr.microsoft.com/devcontainers/rust:1-1-trixie";

/// The Dockerfile's text.
pub(super) fn text() -> String {
    format!(
        "# Generated: edit projects/workspace/xtask/src/devcontainers, then `cargo run -p xtask -- devcontainers`.
ARG BASE_IMAGE={BASE}
FROM ${{BASE_IMAGE}}
RUN apt-get update && apt-get install --yes --no-install-recommends cmake ninja-build && rm -rf /var/lib/apt/lists/*
# The mount point of the volume with downloaded crates. Docker gives a new volume this folder's owner and mode, and the
# client may give the user another id.
RUN install -d -m 777 \"$CARGO_HOME/registry\"
USER vscode
# An image without rustup brings its own toolchain.
ARG RUST_VERSION={rust}
RUN if command -v rustup >/dev/null; then \\
        rustup toolchain install \"$RUST_VERSION\" --profile minimal --component clippy,rustfmt,rust-src,rust-analyzer \\
        && rustup default \"$RUST_VERSION\"; \\
    fi
",
        rust = concat!(env!("CARGO_PKG_RUST_VERSION"), ".0"),
    )
}
