//! The lanes of `make verify`, in the order in which they are run. A new exercise adds a row here where it brings a new
//! kind of test; its crates, solutions and compose services are found by the existing rows.
//!
//! Everywhere it is the whole workspace that is selected, and a target of it that is built: cargo unifies features over
//! what is selected, so that what one lane has compiled is good for the next.

use crate::lane::Lane;
use crate::lane::Step::{EachSolution, EachStarter, Run};
use crate::need::Need;

/// A lane for others to be built from.
const LANE: Lane = Lane { name: "", proves: "", needs: &[], alone: false, steps: &[], finally: &[] };

const NPM: Need = Need::installed("npm", "install Node.js from https://nodejs.org");
const PYTHON: Need = Need::installed("python3", "apt-get install python3 python3-venv");

/// The lanes of the root. The privileged lane comes with the first exercise that has something for it.
pub const LANES: &[Lane] = &[
    Lane {
        name: "lints",
        proves: "format, clippy and rustdoc, warnings denied",
        alone: true,
        steps: &[
            Run("cargo fmt --all --check"),
            Run("cargo clippy --quiet --locked --workspace --all-targets -- -D warnings"),
            Run(
                "env 'RUSTDOCFLAGS=-D warnings' cargo doc --quiet --locked --workspace --no-deps --document-private-items",
            ),
        ],
        ..LANE
    },
    Lane {
        name: "tests",
        proves: "every crate's own tests, mutants included",
        alone: true,
        steps: &[Run("cargo test --locked --workspace --no-fail-fast")],
        ..LANE
    },
    Lane {
        name: "licences",
        proves: "dependencies held to deny.toml",
        needs: &[Need::installed("cargo-deny", "cargo install --locked cargo-deny --version 0.20.2")],
        steps: &[Run("cargo deny --log-level error check bans licenses sources")],
        ..LANE
    },
    Lane {
        name: "unused",
        proves: "no manifest names a dependency that its crate doesn't use",
        needs: &[Need::installed("cargo-machete", "cargo install --locked cargo-machete --version 0.9.2")],
        steps: &[Run("cargo machete --with-metadata")],
        ..LANE
    },
    Lane {
        name: "agents",
        proves: "our list of bots, held to crawler-user-agents",
        needs: &[NPM],
        steps: &[
            // Agents of the field, whose list is not ours to keep.
            Run("npm install --silent --no-audit --no-fund --prefix {target}/npm crawler-user-agents@1.60.0"),
            Run("cargo test --quiet --locked --workspace --lib -- --ignored crawler_user_agents"),
        ],
        ..LANE
    },
    Lane {
        name: "real-log",
        proves: "counts and ledger of 10,000 real requests",
        needs: &[Need::File { variable: "REAL_LOG", otherwise: "../shared/data/apache_combined_10k.log" }],
        steps: &[Run("cargo test --quiet --locked --workspace --test log-parser -- --ignored real")],
        ..LANE
    },
    Lane {
        name: "schema",
        proves: "the dev containers, held to the published schema",
        needs: &[
            Need::File {
                variable: "DEVCONTAINER_SCHEMA",
                otherwise: "../shared/data/devContainer.base.schema.json",
            },
            PYTHON,
        ],
        steps: &[
            Run("python3 -m venv {target}/schema"),
            Run(
                "{target}/schema/bin/pip install --quiet --disable-pip-version-check check-jsonschema==0.39.0 json5==0.17.3",
            ),
            Run("cargo test --quiet --locked --workspace --test xtask -- --ignored published_schema"),
        ],
        ..LANE
    },
    Lane {
        name: "acceptance",
        proves: "every solution and starter, judged by proctor at its level",
        alone: true,
        steps: &[
            // Judging has a limit on how long a build may take, and from nothing these take longer.
            Run("cargo build --quiet --locked {programs}"),
            // Builds `with-postgres`, which lends a command a Postgres: a package's tests need its programs.
            Run("cargo test --no-run --quiet --locked --workspace --test services"),
            Run("{target}/debug/with-postgres make run"),
            EachStarter("{target}/debug/proctor verify {solution}"),
        ],
        finally: &["{xtask} sweep"],
        ..LANE
    },
    Lane {
        name: "conformance",
        proves: "the official Connect suite on the gRPC queue's server stack",
        needs: &[Need::installed(
            "connectconformance",
            "go install connectrpc.com/conformance/cmd/connectconformance@v1.0.6",
        )],
        steps: &[
            Run("cargo build --quiet --locked --workspace --bin grpc-queue-conformance"),
            Run(
                "connectconformance --mode server --conf projects/grpc-queue/conformance/conformance.yaml -- {target}/debug/grpc-queue-conformance",
            ),
        ],
        ..LANE
    },
    Lane {
        name: "clients",
        proves: "clients that aren't ours, on the gRPC queue",
        needs: &[
            Need::installed("grpcurl", "go install github.com/fullstorydev/grpcurl/cmd/grpcurl@v1.9.3"),
            Need::installed("buf", "npm install --global @bufbuild/buf@1.75.0"),
            NPM,
            PYTHON,
        ],
        steps: &[
            Run("npm ci --silent --no-audit --no-fund --prefix projects/grpc-queue/clients/node"),
            Run("python3 -m venv {target}/clients"),
            Run(
                "{target}/clients/bin/pip install --quiet --disable-pip-version-check --requirement projects/grpc-queue/clients/python/requirements.txt",
            ),
            Run("cargo test --quiet --locked --workspace --test grpc-queue -- --ignored real_clients"),
        ],
        ..LANE
    },
    Lane {
        name: "browser",
        proves: "every page, in Chromium",
        needs: &[
            Need::installed("chromium", "apt-get install chromium"),
            Need::installed("chromedriver", "apt-get install chromium-driver"),
        ],
        steps: &[Run("cargo test --quiet --locked --workspace --test grpc-queue -- --ignored in_chromium")],
        ..LANE
    },
    Lane {
        name: "services",
        proves: "Postgres and S3, by compose and by testcontainers",
        needs: &[Need::OutsideLane, Need::Docker, Need::Compose],
        alone: true,
        steps: &[
            Run("cargo test --locked --workspace --test services -- --include-ignored"),
            Run(
                "{target}/debug/with-postgres cargo test --locked --workspace --test grpc-queue-postgres -- --include-ignored",
            ),
            Run(
                "{target}/debug/with-postgres cargo test --locked --workspace --test grpc-queue-mutants -- --ignored --test-threads 3 level_6",
            ),
        ],
        finally: &["{xtask} sweep"],
    },
    Lane {
        name: "containers",
        proves: "each dev container, its lifecycle, its solutions judged inside",
        needs: &[
            Need::OutsideLane,
            Need::Docker,
            Need::installed("devcontainer", "npm install --global @devcontainers/cli@0.89.0"),
        ],
        alone: true,
        steps: &[Run("{xtask} containers")],
        finally: &["{xtask} sweep"],
    },
    Lane {
        name: "readme",
        proves: "the commands of every README",
        alone: true,
        steps: &[Run("{xtask} readme")],
        ..LANE
    },
];

/// The lanes of one project: it alone is built and tested, with the harness that judges it.
pub const PROJECT_LANES: &[Lane] = &[
    Lane {
        name: "lint",
        proves: "format and clippy, warnings denied",
        alone: true,
        steps: &[
            Run("cargo fmt --check {packages}"),
            Run("cargo clippy --quiet --locked --all-targets {packages} -- -D warnings"),
        ],
        ..LANE
    },
    Lane {
        name: "test",
        proves: "the project's own tests; each mutant is killed by its check",
        alone: true,
        // That no other check kills it, the root's lane proves.
        steps: &[Run("env MUTANTS=own cargo test --locked --no-fail-fast {packages}")],
        ..LANE
    },
    JUDGE,
];

/// The last lane of a project, where it is an exercise.
pub const JUDGE: Lane = Lane {
    name: "judge",
    proves: "every solution and starter of the exercise, judged at its level",
    alone: true,
    steps: &[
        Run("cargo build --quiet --locked {programs}"),
        EachSolution("{target}/debug/{judge} verify {solution}"),
        EachStarter("{target}/debug/{judge} verify {solution}"),
    ],
    ..LANE
};

/// The lane of this name, of the root or of a project.
#[must_use]
pub fn find(name: &str) -> Option<&'static Lane> {
    LANES.iter().chain(PROJECT_LANES).find(|lane| lane.name == name)
}
