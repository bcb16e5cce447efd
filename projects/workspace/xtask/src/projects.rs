//! The projects as data: what `build`, `run`, `bench` and `pairing` mean in each. A new exercise adds a row.
//!
//! Packages, solutions and starters have no row: they are found in the project's folder.

/// One project.
#[derive(Clone, Copy, Debug)]
pub struct Project {
    /// Its folder, below the root; the last part is its name.
    pub folder: &'static str,
    /// The programs that people run.
    pub programs: &'static [&'static str],
    /// The program that judges this exercise alone; none for what is no exercise.
    pub judge: Option<&'static str>,
    /// What `make run` shows.
    pub run: Task,
    /// What `make bench` measures.
    pub bench: Option<Task>,
    /// What a candidate is given; none for what is no exercise.
    pub pairing: Option<Pairing>,
}

/// Programs to build, then a command line in the project's folder. `{built}` is the folder of what was built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Task {
    /// The programs to build.
    pub builds: &'static [&'static str],
    /// The command line.
    pub command: &'static str,
}

/// What lies in a pairing's folder beside proctor and the brief.
#[derive(Clone, Copy, Debug)]
pub struct Pairing {
    /// Programs that are copied.
    pub programs: &'static [&'static str],
    /// Folders of the project, of which every committed file is copied: from, to.
    pub folders: &'static [(&'static str, &'static str)],
    /// Programs to build for [`Pairing::command`].
    pub builds: &'static [&'static str],
    /// A command line that makes more in the pairing's folder.
    pub command: Option<&'static str>,
    /// What the interviewer reads at the end.
    pub note: &'static str,
}

/// Every project, in the order in which `make run` judges them: what is built soonest comes first.
pub const PROJECTS: &[Project] = &[
    Project {
        folder: "projects/proctor",
        programs: &["proctor"],
        judge: None,
        run: BOARD,
        bench: Some(Task {
            builds: &[],
            command: "cargo test --quiet --release --locked --package proctor-harness -- --ignored --nocapture cost",
        }),
        pairing: None,
    },
    Project {
        folder: "projects/log-parser",
        programs: &["log-parser"],
        judge: Some("log-parser-acceptance"),
        run: Task { builds: &["log-parser"], command: "./demo.sh {built}/log-parser" },
        bench: Some(Task {
            builds: &["log-parser-bench", "log-parser"],
            command: "{built}/log-parser-bench --program {built}/log-parser",
        }),
        pairing: Some(Pairing {
            programs: &[],
            folders: &[],
            builds: &["log-parser"],
            command: Some("{built}/log-parser generate --lines 2000 --hostile 0 --to access.log"),
            note: "access.log is there to try things on.",
        }),
    },
    Project {
        folder: "projects/grpc-queue",
        programs: &["grpc-queue", "fake-openai"],
        judge: Some("grpc-queue-acceptance"),
        run: Task { builds: &["grpc-queue"], command: "{built}/grpc-queue demo" },
        bench: Some(Task {
            builds: &["grpc-queue-bench", "grpc-queue"],
            command: "{built}/grpc-queue-bench --program {built}/grpc-queue",
        }),
        pairing: Some(Pairing {
            programs: &["fake-openai"],
            folders: &[("starters", "starters"), ("proto/proto", "proto/proto")],
            builds: &[],
            command: None,
            note: "LATENCY_MS=2000 ./fake-openai is the model's API without a model.",
        }),
    },
];

/// Every solution, judged live. [`run`](crate::tasks::run) names the exercises.
pub const BOARD: Task = Task { builds: &["proctor"], command: "{built}/proctor board" };

impl Project {
    /// The name: the last part of the folder.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.folder.rsplit('/').next().unwrap_or(self.folder)
    }
}

/// The project of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Project> {
    PROJECTS.iter().find(|project| project.name() == name)
}
