//! The lanes of `make verify`, in the order in which they are run. A new exercise adds a row here where it brings a new
//! kind of test; its crates, solutions and compose services are found by the rows that stand.

use crate::lane::Step::{EachSolution, EachStarter, Run};
use crate::lane::{Lane, Step};
use crate::need::Need;

/// Agents of the field, whose list is not ours to keep.
const AGENTS: &str = "crawler-user-agents@1.60.0";

/// Builds `with-postgres`, which lends a command a Postgres: a package's tests need its programs.
///
/// Everywhere it is the whole workspace that is selected, and a target of it that is built: cargo unifies features over
/// what is selected, so that what one lane has compiled is good for the next.
const WITH_POSTGRES: Step =
    Run(&["cargo", "test", "--no-run", "--quiet", "--locked", "--workspace", "--test", "services"]);

/// Every lane. The privileged lane comes with the first exercise that has something for it.
pub const LANES: &[Lane] = &[
    Lane {
        name: "lints",
        proves: "format, clippy and rustdoc, warnings denied",
        needs: &[],
        steps: &[
            Run(&["cargo", "fmt", "--all", "--check"]),
            Run(&[
                "cargo",
                "clippy",
                "--quiet",
                "--locked",
                "--workspace",
                "--all-targets",
                "--",
                "-D",
                "warnings",
            ]),
            Run(&[
                "env",
                "RUSTDOCFLAGS=-D warnings",
                "cargo",
                "doc",
                "--quiet",
                "--locked",
                "--workspace",
                "--no-deps",
                "--document-private-items",
            ]),
        ],
        finally: &[],
    },
    Lane {
        name: "licences",
        proves: "dependencies held to deny.toml",
        needs: &[Need::installed("cargo-deny", "cargo install --locked cargo-deny")],
        steps: &[Run(&["cargo", "deny", "--log-level", "error", "check", "bans", "licenses", "sources"])],
        finally: &[],
    },
    Lane {
        name: "tests",
        proves: "every crate's own tests, mutants included",
        needs: &[],
        steps: &[Run(&["cargo", "test", "--locked", "--workspace", "--no-fail-fast"])],
        finally: &[],
    },
    Lane {
        name: "agents",
        proves: "our list of bots, held to crawler-user-agents",
        needs: &[Need::installed("npm", "install Node.js from https://nodejs.org")],
        steps: &[
            Run(&[
                "npm",
                "install",
                "--silent",
                "--no-audit",
                "--no-fund",
                "--prefix",
                "{target}/npm",
                AGENTS,
            ]),
            Run(&[
                "cargo",
                "test",
                "--quiet",
                "--locked",
                "--workspace",
                "--lib",
                "--",
                "--ignored",
                "crawler_user_agents",
            ]),
        ],
        finally: &[],
    },
    Lane {
        name: "real-log",
        proves: "counts and ledger of 10,000 real requests",
        needs: &[Need::File { variable: "REAL_LOG", otherwise: "../shared/data/apache_combined_10k.log" }],
        steps: &[Run(&[
            "cargo",
            "test",
            "--quiet",
            "--locked",
            "--workspace",
            "--test",
            "log-parser",
            "--",
            "--ignored",
            "real",
        ])],
        finally: &[],
    },
    Lane {
        name: "schema",
        proves: "the dev containers, held to the published schema",
        needs: &[Need::File {
            variable: "DEVCONTAINER_SCHEMA",
            otherwise: "../shared/data/devContainer.base.schema.json",
        }],
        steps: &[Run(&[
            "cargo",
            "test",
            "--quiet",
            "--locked",
            "--workspace",
            "--test",
            "xtask",
            "--",
            "--ignored",
            "published_schema",
        ])],
        finally: &[],
    },
    Lane {
        name: "acceptance",
        proves: "every solution and starter, judged by proctor at its level",
        needs: &[],
        steps: &[
            // Judging has a limit on how long a build may take, and from nothing these take longer.
            Run(&[
                "cargo",
                "build",
                "--release",
                "--quiet",
                "--locked",
                "--workspace",
                "--bin",
                "proctor",
                "--bin",
                "log-parser",
                "--bin",
                "grpc-queue",
            ]),
            WITH_POSTGRES,
            EachSolution(&[
                "{target}/debug/with-postgres",
                "{target}/release/proctor",
                "verify",
                "{solution}",
            ]),
            EachStarter(&["{target}/release/proctor", "verify", "{solution}"]),
        ],
        finally: &[Run(&["{xtask}", "sweep"])],
    },
    Lane {
        name: "conformance",
        proves: "the official Connect suite on the gRPC queue's server stack",
        needs: &[Need::installed(
            "connectconformance",
            "go install connectrpc.com/conformance/cmd/connectconformance@v1.0.6",
        )],
        steps: &[
            Run(&[
                "cargo",
                "build",
                "--release",
                "--quiet",
                "--locked",
                "--workspace",
                "--bin",
                "grpc-queue-conformance",
            ]),
            Run(&[
                "connectconformance",
                "--mode",
                "server",
                "--conf",
                "projects/grpc-queue/conformance/conformance.yaml",
                "--",
                "{target}/release/grpc-queue-conformance",
            ]),
        ],
        finally: &[],
    },
    Lane {
        name: "clients",
        proves: "clients that aren't ours, on the gRPC queue",
        needs: &[
            Need::installed("grpcurl", "go install github.com/fullstorydev/grpcurl/cmd/grpcurl@latest"),
            Need::installed("buf", "npm install --global @bufbuild/buf"),
            Need::installed("npm", "install Node.js from https://nodejs.org"),
            Need::installed("python3", "apt-get install python3 python3-venv"),
        ],
        steps: &[
            Run(&[
                "npm",
                "ci",
                "--silent",
                "--no-audit",
                "--no-fund",
                "--prefix",
                "projects/grpc-queue/clients/node",
            ]),
            Run(&["python3", "-m", "venv", "{target}/clients"]),
            Run(&[
                "{target}/clients/bin/pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "--requirement",
                "projects/grpc-queue/clients/python/requirements.txt",
            ]),
            Run(&[
                "cargo",
                "test",
                "--quiet",
                "--locked",
                "--workspace",
                "--test",
                "grpc-queue",
                "--",
                "--ignored",
                "real_clients",
            ]),
        ],
        finally: &[],
    },
    Lane {
        name: "browser",
        proves: "every page, in Chromium",
        needs: &[
            Need::installed("chromium", "apt-get install chromium"),
            Need::installed("chromedriver", "apt-get install chromium-driver"),
        ],
        steps: &[Run(&[
            "cargo",
            "test",
            "--quiet",
            "--locked",
            "--workspace",
            "--test",
            "grpc-queue",
            "--",
            "--ignored",
            "in_chromium",
        ])],
        finally: &[],
    },
    Lane {
        name: "services",
        proves: "Postgres and S3, by compose and by testcontainers",
        needs: &[Need::OutsideLane, Need::Docker, Need::Compose],
        steps: &[
            Run(&[
                "cargo",
                "test",
                "--locked",
                "--workspace",
                "--test",
                "services",
                "--",
                "--include-ignored",
            ]),
            Run(&[
                "{target}/debug/with-postgres",
                "cargo",
                "test",
                "--locked",
                "--workspace",
                "--test",
                "grpc-queue-postgres",
                "--",
                "--include-ignored",
            ]),
            Run(&[
                "{target}/debug/with-postgres",
                "cargo",
                "test",
                "--locked",
                "--workspace",
                "--test",
                "grpc-queue-acceptance",
                "--",
                "--ignored",
                "level_6",
            ]),
        ],
        finally: &[Run(&["{xtask}", "sweep"])],
    },
    Lane {
        name: "containers",
        proves: "each dev container, its lifecycle, its project verified or judged inside",
        needs: &[
            Need::OutsideLane,
            Need::Docker,
            Need::installed("devcontainer", "npm install --global @devcontainers/cli"),
        ],
        steps: &[Run(&["{xtask}", "containers"])],
        finally: &[Run(&["{xtask}", "sweep"])],
    },
    Lane {
        name: "readme",
        proves: "the commands of every README",
        needs: &[],
        steps: &[Run(&["{xtask}", "readme"])],
        finally: &[],
    },
];

/// The lane of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Lane> {
    LANES.iter().find(|lane| lane.name == name)
}
