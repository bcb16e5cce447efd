//! Holds an exercise together: its brief, hints, guide, dev container and Makefile must fit its suite. One line in the
//! tests of a suite names what a new exercise lacks.

use std::fs;
use std::path::Path;

use proctor_harness::{Exercise, guide_faults, hint_faults, requirements};

use crate::mutants::{self, Mutant};

/// What every exercise has beside its suite. `{}` is its name.
const FILES: [(&str, &str); 7] = [
    ("projects/{}/README.md", "the brief"),
    ("projects/{}/DESIGN.md", "how the reference works"),
    ("projects/{}/proctor.toml", "the reference as a solution"),
    ("projects/{}/Makefile", "the targets init, verify, run and bench"),
    ("projects/{}/Makefile.toml", "what they mean in this project"),
    (".devcontainer/{}/devcontainer.json", "its dev container"),
    ("resources/interviewer/{}/guide.md", "the interviewer's guide"),
];

/// Fails with all that is missing or doesn't fit.
///
/// # Panics
///
/// Where there is anything. The folder of the workspace is found above the one that the test runs in.
#[track_caller]
pub fn hold(exercise: &Exercise, mutants: &[Mutant]) {
    let here = std::env::current_dir().expect("a test runs in its package's folder");
    let root = here.ancestors().find(|folder| folder.join("Cargo.lock").is_file());
    let root = root.expect("the package is a member of the workspace");
    let faults = faults(exercise, mutants, root);
    assert!(faults.is_empty(), "{} doesn't hold together:\n- {}", exercise.name, faults.join("\n- "));
}

/// All that is missing or doesn't fit, in the workspace in this folder.
pub fn faults(exercise: &Exercise, mutants: &[Mutant], root: &Path) -> Vec<String> {
    let mut faults = proctor_harness::faults(exercise);
    faults.extend(order(exercise));
    faults.extend(mutants::faults(exercise, mutants));
    for (file, what) in FILES {
        let file = file.replace("{}", exercise.name);
        if !root.join(&file).is_file() {
            faults.push(format!("{file} is missing: {what}"));
        }
    }
    let interviewer = root.join("resources/interviewer").join(exercise.name);
    match fs::read_to_string(interviewer.join("hints.toml")) {
        Ok(hints) => {
            faults.extend(hint_faults(&hints, exercise).into_iter().map(|fault| format!("hints: {fault}")))
        }
        Err(_) => faults.push(format!("resources/interviewer/{}/hints.toml is missing", exercise.name)),
    }
    if let Ok(guide) = fs::read_to_string(interviewer.join("guide.md")) {
        let without = guide_faults(&guide).into_iter();
        faults.extend(without.map(|criterion| format!("guide: {criterion} has no row of four bands")));
    }
    faults
}

/// The first check that isn't in the order of the brief's requirements.
fn order(exercise: &Exercise) -> Option<String> {
    let brief = requirements(exercise.brief);
    let mut pairs = brief.iter().zip(exercise.checks);
    pairs.find(|(requirement, check)| requirement.id != check.requirement).map(|(requirement, check)| {
        format!("{} is where the brief has {}: the checks are in its order", check.name, requirement.id)
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proctor_harness::{Check, Level};

    use super::*;

    #[test]
    fn an_exercise_that_lacks_everything_is_told_what() {
        const CHECKS: &[Check] = &[Check::new("sum", "TO-1.1", Duration::ZERO, |_| Ok(()))];
        let toy = Exercise {
            name: "toy",
            title: "",
            brief: "- **TO-1.1** It prints the sum.",
            levels: &[Level { number: 1, title: "" }],
            checks: CHECKS,
            needs: &[],
        };
        let told = faults(&toy, &[], Path::new("/nonexistent"));
        assert_eq!(told[0], "sum kills no mutant");
        assert_eq!(told[1], "projects/toy/README.md is missing: the brief");
        assert_eq!(told.len(), 1 + FILES.len() + 1, "{told:#?}");
    }
}
