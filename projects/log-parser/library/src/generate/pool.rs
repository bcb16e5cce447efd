//! Pieces of lines, made once and then picked: some often, most of them rarely, as in real logs (Zipf's law).

use std::ops::Range;

use super::random::Random;

/// One slot for each value of a draw.
const SLOTS: usize = 1 << 16;

/// Texts in one block of memory, and which text a draw of 16 bits stands for.
#[derive(Debug)]
pub(super) struct Pool {
    bytes: Vec<u8>,
    /// Where each slot's text lies.
    slots: Vec<(u32, u32)>,
}

impl Pool {
    /// A pool in which the first text is picked most often, the second half as often, and so on.
    pub(super) fn zipf<T: AsRef<[u8]>>(texts: &[T]) -> Self {
        Self::weighted(texts, |rank| 1.0 / (rank + 1.0))
    }

    /// A pool in which each text is picked as often as any other.
    pub(super) fn even<T: AsRef<[u8]>>(texts: &[T]) -> Self {
        Self::weighted(texts, |_| 1.0)
    }

    fn weighted<T: AsRef<[u8]>>(texts: &[T], weight: impl Fn(f64) -> f64) -> Self {
        assert!(!texts.is_empty(), "a pool holds at least one text");
        let mut bytes = Vec::new();
        let mut slots = Vec::with_capacity(SLOTS);
        let ranks = || (0..u32::try_from(texts.len()).expect("pools are small")).map(f64::from);
        let total: f64 = ranks().map(&weight).sum();
        let mut reached = 0.0;
        for (text, rank) in texts.iter().zip(ranks()) {
            let start = offset(bytes.len());
            bytes.extend_from_slice(text.as_ref());
            reached += weight(rank);
            while slots.len() < SLOTS
                && f64::from(offset(slots.len())) < reached / total * f64::from(offset(SLOTS))
            {
                slots.push((start, offset(bytes.len())));
            }
        }
        let last = slots[slots.len() - 1];
        slots.resize(SLOTS, last);
        Self { bytes, slots }
    }

    /// The text that a draw stands for.
    pub(super) fn pick(&self, draw: u16) -> &[u8] {
        let (start, end) = self.slots[usize::from(draw)];
        &self.bytes[start as usize..end as usize]
    }
}

fn offset(length: usize) -> u32 {
    u32::try_from(length).expect("a pool's texts stay far below 4 GiB")
}

/// The lines of a table, comments apart.
pub(super) fn table(text: &'static str) -> Vec<&'static str> {
    text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
}

/// Renders templates in turn until there are `count` texts, with a number of their own for every `%`.
pub(super) fn render(
    templates: &[&str],
    count: usize,
    numbers: Range<u32>,
    random: &mut Random,
) -> Vec<String> {
    let mut number = || (numbers.start + random.below(numbers.end - numbers.start)).to_string();
    templates.iter().cycle().take(count).map(|template| template.replace('%', &number())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_text_is_picked_most_often_and_all_are_picked() {
        let pool = Pool::zipf(&["a", "b", "c", "d"]);
        let count = |text: &[u8]| (0..=u16::MAX).filter(|&draw| pool.pick(draw) == text).count();
        let counts = [count(b"a"), count(b"b"), count(b"c"), count(b"d")];
        assert_eq!(counts.iter().sum::<usize>(), SLOTS);
        assert!(counts.is_sorted_by(|a, b| a > b), "{counts:?}");
        assert!(counts[0].abs_diff(2 * counts[1]) < 3, "{counts:?}");
    }

    #[test]
    fn an_even_pool_prefers_none() {
        let pool = Pool::even(&["a", "b"]);
        assert_eq!((0..=u16::MAX).filter(|&draw| pool.pick(draw) == b"a").count(), SLOTS / 2);
    }

    #[test]
    fn templates_are_taken_in_turn_and_numbered() {
        let texts = render(&["plain", "a-%-%"], 4, 10..1000, &mut Random::new(1));
        assert_eq!((texts[0].as_str(), texts[2].as_str()), ("plain", "plain"));
        assert_ne!(texts[1], texts[3]);
        let numbers: Vec<u32> = texts[1].split('-').skip(1).map(|number| number.parse().unwrap()).collect();
        assert!(numbers[0] == numbers[1] && (10..1000).contains(&numbers[0]), "{texts:?}");
    }
}
