//! A line of bars that shows requests over time.

use log_parser::{GroupBy, Key, Summary};

/// No more bars than this: a sparkline fits a terminal of eighty columns.
const WIDTH: usize = 60;

/// The bars from the first hour or day to the last, those without requests included; `None` where there is
/// no time to show, or only one.
pub(super) fn sparkline(summary: &Summary) -> Option<String> {
    let span = match summary.by {
        GroupBy::Hour => 3_600_000_000,
        GroupBy::Day => 86_400_000_000,
        _ => return None,
    };
    let timed = summary.groups.iter().filter_map(|group| match group.key {
        Key::Time(Some(start)) => Some((start / span, group.count)),
        _ => None,
    });
    let timed: Vec<(i64, u64)> = timed.collect();
    let times = || timed.iter().map(|(time, _)| *time);
    let (first, last) = (times().min()?, times().max()?);
    let steps = usize::try_from(last - first + 1).ok().filter(|steps| *steps > 1)?;
    // Several hours share a bar where there are more of them than bars.
    let each = steps.div_ceil(WIDTH);
    let mut bars = vec![0_u64; steps.div_ceil(each)];
    for (time, count) in timed {
        bars[usize::try_from(time - first).ok()? / each] += count;
    }
    let highest = *bars.iter().max()?;
    Some(bars.into_iter().map(|count| bar(count, highest)).collect())
}

/// A space for none, then eight heights.
fn bar(count: u64, highest: u64) -> char {
    const BARS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let height = (u128::from(count) * 8).div_ceil(u128::from(highest.max(1)));
    BARS[usize::try_from(height).unwrap_or(0).min(8)]
}
