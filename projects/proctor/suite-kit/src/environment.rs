//! The variables of a contract, read from the brief's own table. A program sees of them what its check has set, and not
//! what the person who judges has set for other work, such as a key to an API.

use proctor_harness::{Invocation, Trial};

/// The names in the brief's table of environment variables, in its order: the first column of the first table whose
/// header begins with `Variable`. Empty where the brief has no such table.
pub fn variables(brief: &str) -> Vec<&str> {
    let rows = brief.lines().skip_while(|line| !line.starts_with("| Variable |"));
    let rows = rows.take_while(|line| line.starts_with('|'));
    rows.filter_map(|row| row.strip_prefix("| `")?.split('`').next()).collect()
}

/// The solution's program with every variable of the exercise's brief unset.
pub fn program<'t>(trial: &'t Trial<'_>, brief: &str) -> Invocation<'t> {
    variables(brief).into_iter().fold(trial.program(), |program, name| program.env_remove(name))
}

#[cfg(test)]
mod tests {
    use super::variables;

    #[test]
    fn variables_are_the_first_column_of_the_table_that_names_them() {
        let brief = "| Level | Meaning |\n|---|---|\n| `1` | first |\n\n\
                     | Variable | Default |\n|---|---|\n| `LISTEN_ADDR` | `:1` |\n| `WORKERS` | 4 |\n\n\
                     | `LATER` | no variable |\n";
        assert_eq!(variables(brief), ["LISTEN_ADDR", "WORKERS"]);
        assert_eq!(variables("# No table"), Vec::<&str>::new());
    }
}
