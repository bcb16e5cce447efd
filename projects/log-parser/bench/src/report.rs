//! Tables of what was measured, and each aim with whether it is met.

use std::io::{self, Write};

use crate::measure::Measured;
use crate::peers::{OURS, missing};

/// The full query must be this many times as fast as these.
const TARGETS: [(&str, f64); 3] = [("ripgrep -cF", 1.0), ("DuckDB", 4.0), ("GoAccess", 200.0)];

/// No run of ours may hold more.
const MAX_MEMORY: u64 = 64 << 20;

/// Hostile logs may take no more than this many times as long a byte.
const MAX_HOSTILE_RATIO: f64 = 2.0;

/// The peers, with ratios and aims.
pub(crate) fn peers(measured: &[Measured], output: &mut impl Write) -> io::Result<()> {
    let Some(ours) = measured.iter().find(|one| one.case.name == OURS) else { return Ok(()) };
    heading(output, "ours is … times as fast")?;
    for one in measured {
        let ratio = ours.rate() / one.rate();
        row(one, &format!("{ratio:.1}"), &one.case.does, output)?;
    }
    for name in missing() {
        writeln!(output, "not measured: {name} is not installed")?;
    }
    writeln!(output)?;
    for (name, aim) in TARGETS {
        let Some(one) = measured.iter().find(|one| one.case.name == name) else {
            writeln!(output, "skipped: {aim} times {name}, which is not installed")?;
            continue;
        };
        let ratio = ours.rate() / one.rate();
        writeln!(output, "{}: {ratio:.1} times {name}, wanted {aim}", verdict(ratio >= aim))?;
    }
    memory(std::slice::from_ref(ours), output)?;
    writeln!(output, "\nthe answer of {OURS}: {}\n", ours.answer.lines().last().unwrap_or_default())
}

/// Pairs of an ordinary log and a hostile one.
pub(crate) fn hostile(measured: &[Measured], output: &mut impl Write) -> io::Result<()> {
    heading(output, "times as long a byte")?;
    let (pairs, _) = measured.as_chunks::<2>();
    for [ordinary, hostile] in pairs {
        row(ordinary, "", "", output)?;
        row(hostile, &format!("{:.2}", ordinary.rate() / hostile.rate()), "", output)?;
    }
    writeln!(output)?;
    for [ordinary, hostile] in pairs {
        let ratio = ordinary.rate() / hostile.rate();
        let name = &hostile.case.name;
        writeln!(
            output,
            "{}: {name}: {ratio:.2} times as long, allowed {MAX_HOSTILE_RATIO}",
            verdict(ratio <= MAX_HOSTILE_RATIO)
        )?;
    }
    memory(measured, output)
}

fn memory(measured: &[Measured], output: &mut impl Write) -> io::Result<()> {
    let most = measured.iter().map(|one| one.memory).max().unwrap_or(0);
    let (megabytes, aim) = (mebibytes(most), MAX_MEMORY >> 20);
    writeln!(output, "{}: {megabytes} MiB of memory at most, allowed {aim}", verdict(most < MAX_MEMORY))
}

fn heading(output: &mut impl Write, ratio: &str) -> io::Result<()> {
    writeln!(output, "{:<36} {:>9} {:>9} {:>8} {:>7}  {ratio}", "", "median s", "best s", "GB/s", "MiB")
}

fn row(one: &Measured, ratio: &str, does: &str, output: &mut impl Write) -> io::Result<()> {
    let (time, best) = (one.time.as_secs_f64(), one.best.as_secs_f64());
    let (rate, memory) = (one.rate() / 1e9, mebibytes(one.memory));
    let line =
        format!("{:<36} {time:>9.3} {best:>9.3} {rate:>8.3} {memory:>7}  {ratio:<8} {does}", one.case.name);
    writeln!(output, "{}", line.trim_end())
}

fn verdict(met: bool) -> &'static str {
    if met { "met" } else { "missed" }
}

fn mebibytes(bytes: u64) -> u64 {
    bytes.div_ceil(1 << 20)
}
