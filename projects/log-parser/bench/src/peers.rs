//! The programs that are timed: the log parser's full query, and the nearest that its peers can do.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::logs::Log;
use crate::measure::Case;

/// The log parser's own name in the results.
pub(crate) const OURS: &str = "log-parser";

/// The request that is counted.
const PATH: &str = "/api/v1/users";

/// The full query: parse every line, leave out own servers and bots, group by hour, keep a ledger.
pub(crate) fn full_query(program: &Path, log: &Log, name: &str) -> Case {
    let request = format!("POST {PATH}");
    let arguments = [
        "count",
        &request,
        "--exclude-own",
        "10.0.0.0/8",
        "--exclude-own",
        "192.168.0.0/16",
        "--exclude-own",
        "fd00::/8",
        "--exclude-bots",
        "--by",
        "hour",
        "--output",
        "ndjson",
        "--ledger",
    ];
    case(name, "full query", program.as_os_str(), &arguments, &[], log)
}

/// The full query and every peer that is installed.
pub(crate) fn all(program: &Path, full: &Log, slice: &Log) -> Vec<Case> {
    let mut cases = vec![full_query(program, full, OURS)];
    if let Some(rg) = installed("rg") {
        cases.push(case("ripgrep -cF", "counts lines with the path", &rg, &["-cF", PATH], &[], full));
    }
    if let Some(grep) = installed("grep") {
        cases.push(case("grep -cF", "counts lines with the path", &grep, &["-cF", PATH], &[], full));
    }
    if let Some(mawk) = installed("mawk") {
        cases.push(case("mawk", "path, own and bots by prefix, hours", &mawk, &["-F\"", MAWK], &[], full));
    }
    cases.extend(duckdb(full));
    if let Some(goaccess) = installed("goaccess") {
        let before = ["--no-global-config", "--log-format=COMBINED", "--ignore-crawlers", "--no-progress"];
        // The report's form follows from the file's ending.
        let report = slice.path.with_extension("json");
        let report = report.to_string_lossy();
        cases.push(case(
            "GoAccess",
            "all its panels; on a slice",
            &goaccess,
            &before,
            &["-o", &report],
            slice,
        ));
    }
    if let Some(agrind) = installed("agrind") {
        let query = format!(
            r#"* | parse "* * * [*] \"* * *\" * * \"*\" \"*\"" as client, i, u, time, method, path, protocol, status, size, referer, agent | where path == "{PATH}" | count by method"#
        );
        cases.push(case(
            "angle-grinder",
            "parse, path, count; on a slice",
            &agrind,
            &[&query, "--file"],
            &[],
            slice,
        ));
    }
    cases
}

/// Peers that are not there, for the report to name.
pub(crate) fn missing() -> Vec<&'static str> {
    let names = ["rg", "grep", "mawk", "duckdb", "goaccess", "agrind"];
    names.into_iter().filter(|name| installed(name).is_none()).collect()
}

/// As much of the query as is natural in awk: fields by quotes, bots by three words.
const MAWK: &str = r#"
{ split($2, request, " "); path = request[2]; sub(/\?.*/, "", path) }
request[1] == "POST" && path == "/api/v1/users" && $1 !~ /^(10\.|192\.168\.|fd)/ && tolower($6) !~ /bot|crawl|spider/ {
    match($1, /\[[^:]*:[0-9][0-9]/); hours[substr($1, RSTART + 1, RLENGTH - 1)]++
}
END { for (hour in hours) print hour, hours[hour] }
"#;

/// The same query in SQL; the cheap test comes first, which is in DuckDB's favour.
fn duckdb(log: &Log) -> Option<Case> {
    let duckdb = installed("duckdb")?;
    let file = log.path.display();
    let sql = format!(
        r#"SET threads = 2; SELECT regexp_extract(line, '\[([^:]*:\d\d)', 1) AS hour, count(*) AS count
FROM read_csv('{file}', columns = {{'line': 'VARCHAR'}}, delim = '\x01', quote = '', escape = '', header = false,
auto_detect = false, strict_mode = false, ignore_errors = true, max_line_size = 4000000)
WHERE regexp_matches(line, '"POST /api/v1/users(\?[^ "]*)? HTTP/[0-9.]+" [0-9]{{3}} ')
AND NOT regexp_matches(line, '^(10\.|192\.168\.|fd)') AND NOT regexp_matches(line, '(?i)bot|crawl|spider')
GROUP BY hour ORDER BY hour"#
    );
    // A wrapper without options takes the query alone.
    let mut plain = Command::new(&duckdb);
    plain.args(["-c", "SELECT 1"]).stdout(Stdio::null()).stderr(Stdio::null());
    let takes_options = plain.status().is_ok_and(|status| status.success());
    let options: &[&str] = if takes_options { &["-c", &sql] } else { &[&sql] };
    let mut case = case("DuckDB", "parse by regex, own, bots, hours", &duckdb, options, &[], log);
    // The file is named in the query.
    case.arguments.truncate(options.len());
    Some(case)
}

fn case(
    name: &str,
    does: &str,
    program: impl Into<OsString>,
    before: &[&str],
    after: &[&str],
    log: &Log,
) -> Case {
    let file = [log.path.clone().into_os_string()];
    let arguments =
        before.iter().map(OsString::from).chain(file).chain(after.iter().map(OsString::from)).collect();
    Case {
        name: name.to_owned(),
        does: does.to_owned(),
        program: program.into(),
        arguments,
        bytes: log.bytes,
    }
}

/// Where a program is, if it is.
fn installed(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}
