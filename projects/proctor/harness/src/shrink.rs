//! The smallest input that still fails: delta debugging over a list of items.

use std::time::{Duration, Instant};

/// Maximum time spent looking for a smaller example.
const SHRINK_TIMEOUT: Duration = Duration::from_secs(10);

/// Takes items away as long as what remains still fails, in at most `budget` tries and ten seconds.
///
/// `still_fails` sees a shorter list in the old order and says whether it shows the same fault. What comes back
/// fails; within the budget no single item of it can be spared.
///
/// ```
/// let smallest = proctor_harness::shrink((0..1000).collect(), 200, |items| items.contains(&421));
/// assert_eq!(smallest, [421]);
/// ```
pub fn shrink<T: Clone>(items: Vec<T>, budget: usize, mut still_fails: impl FnMut(&[T]) -> bool) -> Vec<T> {
    let until = Instant::now() + SHRINK_TIMEOUT;
    let mut items = items;
    let mut tries = budget;
    let mut size = items.len().div_ceil(2);
    while size > 0 {
        let mut at = 0;
        let mut shorter = false;
        while at < items.len() {
            if tries == 0 || Instant::now() >= until {
                return items;
            }
            tries -= 1;
            let without: Vec<T> =
                items.iter().take(at).chain(items.iter().skip(at + size)).cloned().collect();
            if still_fails(&without) {
                items = without;
                shorter = true;
            } else {
                at += size;
            }
        }
        // A pass over single items that spares nothing is the end.
        if size == 1 && !shorter {
            break;
        }
        size = if size == 1 { 1 } else { size.div_ceil(2) };
    }
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_two_items_that_only_fail_together() {
        let found = shrink((0..500).collect(), 500, |items| items.contains(&17) && items.contains(&430));
        assert_eq!(found, [17, 430]);
    }

    #[test]
    fn the_empty_list_is_found_where_it_fails() {
        assert_eq!(shrink(vec![1, 2, 3], 50, |_| true), Vec::<i32>::new());
    }

    #[test]
    fn a_small_budget_ends_early_with_something_that_fails() {
        let mut tries = 0;
        let found = shrink((0..10_000).collect(), 7, |items| {
            tries += 1;
            items.contains(&9_000)
        });
        assert!(tries <= 7 && found.contains(&9_000) && found.len() < 10_000);
    }
}
