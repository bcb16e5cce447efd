//! Mutants: programs that are wrong on purpose in one way, each with the one check that must kill it.
//!
//! A suite declares its mutants in a table ([`mutants!`](crate::mutants!)), the program that can be wrong has a switch
//! for each row, and `run` (feature `run-mutants`) makes each row a test of its own.

#[cfg(feature = "run-mutants")]
mod judging;
#[cfg(feature = "run-mutants")]
mod plan;
#[cfg(feature = "run-mutants")]
mod runner;

#[cfg(feature = "run-mutants")]
pub use self::plan::{Honest, Plan, Script};
#[cfg(feature = "run-mutants")]
pub use self::runner::run;

use std::collections::BTreeSet;

use proctor_harness::Exercise;

/// A row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mutant {
    /// Kebab case, unique in the table: what the program's `--defect` takes.
    pub name: &'static str,
    /// The check that must fail, alone at its level and below.
    pub check: &'static str,
    /// What is wrong, in a sentence.
    pub wrong: &'static str,
}

/// All that is wrong between an exercise and its mutants; empty when they hold together: every check kills a mutant,
/// every mutant is killed by a check that there is, and no name is taken twice.
pub fn faults(exercise: &Exercise, mutants: &[Mutant]) -> Vec<String> {
    let mut faults = Vec::new();
    let mut names = BTreeSet::new();
    for mutant in mutants {
        if !names.insert(mutant.name) {
            faults.push(format!("two mutants are called {}", mutant.name));
        }
        if !exercise.checks.iter().any(|check| check.name == mutant.check) {
            faults.push(format!("{} is for {}, which is no check", mutant.name, mutant.check));
        }
    }
    let without =
        exercise.checks.iter().filter(|check| mutants.iter().all(|mutant| mutant.check != check.name));
    faults.extend(without.map(|check| format!("{} kills no mutant", check.name)));
    faults
}

/// Declares the mutants of a suite: an enum whose variants are the switches of the program, and its `TABLE`.
///
/// ```
/// suite_kit::mutants! {
///     /// A way in which `greeting-mutant` can be wrong.
///     pub enum Defect {
///         Nameless, "nameless", "greet", "Greets nobody by name.";
///     }
/// }
/// assert_eq!(Defect::named("nameless"), Some(Defect::Nameless));
/// assert_eq!(Defect::TABLE[0].check, "greet");
/// ```
#[macro_export]
macro_rules! mutants {
    ($(#[$about:meta])* pub enum $defect:ident {
        $($variant:ident, $name:literal, $check:literal, $wrong:literal;)*
    }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $defect {
            $(#[doc = $wrong] $variant,)*
        }

        impl $defect {
            /// Every mutant, in the order of the checks that kill them.
            pub const TABLE: &[$crate::mutants::Mutant] = &[
                $($crate::mutants::Mutant { name: $name, check: $check, wrong: $wrong },)*
            ];

            /// The defect of this name, as `--defect` takes it.
            pub fn named(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proctor_harness::{Check, Level};

    use super::*;

    #[test]
    fn every_gap_between_checks_and_mutants_is_named() {
        const fn check(name: &'static str, requirement: &'static str) -> Check {
            Check::new(name, requirement, Duration::ZERO, |_| Ok(()))
        }
        const CHECKS: [Check; 2] = [check("sum", "TO-1.1"), check("reads", "TO-1.2")];
        let toy = Exercise {
            name: "toy",
            title: "",
            brief: "",
            levels: &[Level { number: 1, title: "" }],
            checks: &CHECKS,
            needs: &[],
        };
        let mutant = |name, check| Mutant { name, check, wrong: "" };
        let good = [mutant("by-one", "sum"), mutant("blind", "reads")];
        assert_eq!(faults(&toy, &good), Vec::<String>::new());
        let bad = [mutant("by-one", "sum"), mutant("by-one", "adds")];
        let expected = [
            "two mutants are called by-one",
            "by-one is for adds, which is no check",
            "reads kills no mutant",
        ];
        assert_eq!(faults(&toy, &bad), expected);
    }
}
