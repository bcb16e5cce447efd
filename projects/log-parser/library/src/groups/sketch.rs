//! Counts by key in bounded memory: exactly up to a number of keys, and with a stated error past it.
//!
//! When the table is full, the median count is taken from every key and those that have nothing left are
//! dropped (Misra and Gries' summary, emptied by halves). A count is then short of the truth by at most
//! what was taken in all, and so is what a dropped key would have had. Each time, at least half of the
//! keys pay the median, so that the error is at most the number of requests over half the capacity.

use std::hash::BuildHasher;

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry as Place;

/// So many keys are counted exactly.
pub(super) const CAPACITY: usize = 1 << 16;

/// And so many bytes of keys. A single key may be a mebibyte long.
const TEXT: usize = 8 << 20;

/// Keys, and how often each was added.
#[derive(Clone, Debug)]
pub(crate) struct Sketch {
    hasher: RandomState,
    table: HashTable<Entry>,
    /// The keys' bytes, one after the other.
    text: Vec<u8>,
    /// What was taken from every count.
    error: u64,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    hash: u64,
    count: u64,
    at: u32,
    length: u32,
}

impl Entry {
    fn key(self, text: &[u8]) -> &[u8] {
        &text[self.at as usize..][..self.length as usize]
    }
}

impl Sketch {
    pub(crate) fn new() -> Self {
        Self { hasher: RandomState::default(), table: HashTable::new(), text: Vec::new(), error: 0 }
    }

    /// How much any count may be short.
    pub(crate) fn error(&self) -> u64 {
        self.error
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&[u8], u64)> {
        self.table.iter().map(|entry| (entry.key(&self.text), entry.count))
    }

    /// Adds to the count of a key.
    pub(crate) fn add(&mut self, key: &[u8], count: u64) {
        let hash = self.hasher.hash_one(key);
        let same = |entry: &Entry| entry.hash == hash && entry.key(&self.text) == key;
        match self.table.entry(hash, same, |entry| entry.hash) {
            Place::Occupied(mut entry) => entry.get_mut().count += count,
            Place::Vacant(place) => {
                let at = u32::try_from(self.text.len()).expect("the text is far smaller than 4 GiB");
                let length = u32::try_from(key.len()).expect("a key is no longer than a line");
                place.insert(Entry { hash, count, at, length });
                self.text.extend_from_slice(key);
                if self.table.len() > CAPACITY || self.text.len() > TEXT {
                    self.thin_out();
                }
            }
        }
    }

    /// Adds another sketch to this one; the errors add up too.
    pub(crate) fn merge(&mut self, other: &Self) {
        for (key, count) in other.iter() {
            self.add(key, count);
        }
        self.error += other.error;
    }

    /// Takes the median from every count, and closes the gaps in the text. Nothing is allocated but for the
    /// counts: somebody who floods the table with new keys must not make this slow.
    fn thin_out(&mut self) {
        let mut counts: Vec<u64> = self.table.iter().map(|entry| entry.count).collect();
        let middle = counts.len() / 2;
        let (_, &mut median, _) = counts.select_nth_unstable(middle);
        self.error += median;
        let mut kept: Vec<Entry> = self.table.iter().filter(|entry| entry.count > median).copied().collect();
        kept.sort_unstable_by_key(|entry| entry.at);
        self.table.clear();
        let mut end = 0;
        for mut entry in kept {
            let (at, length) = (entry.at as usize, entry.length as usize);
            self.text.copy_within(at..at + length, end);
            entry.at = u32::try_from(end).expect("the text only shrinks");
            entry.count -= median;
            end += length;
            self.table.insert_unique(entry.hash, entry, |entry| entry.hash);
        }
        self.text.truncate(end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    /// Adds keys by a rule, in two sketches that are merged, and holds every count against the truth.
    #[track_caller]
    fn check(adds: impl Iterator<Item = String>) -> Sketch {
        let (mut first, mut second) = (Sketch::new(), Sketch::new());
        let mut truth: HashMap<String, u64> = HashMap::new();
        let mut total = 0;
        for (turn, key) in adds.enumerate() {
            let sketch = if turn % 3 == 0 { &mut first } else { &mut second };
            sketch.add(key.as_bytes(), 1);
            *truth.entry(key).or_default() += 1;
            total += 1;
        }
        first.merge(&second);
        let found: HashMap<&[u8], u64> = first.iter().collect();
        for (key, &count) in &truth {
            let seen = found.get(key.as_bytes()).copied().unwrap_or(0);
            assert!(seen <= count && count <= seen + first.error(), "{key}: {seen} of {count}");
        }
        assert!(found.len() <= CAPACITY);
        assert!(first.error() <= total * 2 / CAPACITY as u64, "{} of {total}", first.error());
        first
    }

    #[test]
    fn counts_are_exact_up_to_the_capacity() {
        let capacity = CAPACITY as u64;
        let sketch = check((0..capacity * 3).map(|turn| (turn % capacity).to_string()));
        assert_eq!(sketch.error(), 0);
        assert_eq!(sketch.iter().count(), CAPACITY);
    }

    #[test]
    fn past_the_capacity_heavy_keys_stay_within_the_stated_error() {
        let sketch = check((0..600_000_u64).map(|turn| match turn % 4 {
            0 => format!("heavy {}", turn % 7),
            _ => format!("light {turn}"),
        }));
        assert!(sketch.error() > 0);
        let heavy = sketch.iter().filter(|(key, _)| key.starts_with(b"heavy")).count();
        assert_eq!(heavy, 7);
    }

    #[test]
    fn long_keys_are_bounded_by_their_bytes() {
        let mut sketch = Sketch::new();
        for turn in 0..100_u8 {
            let mut key = vec![b'x'; 1 << 20];
            key[0] = turn;
            sketch.add(&key, 1);
            assert!(sketch.text.len() <= TEXT);
        }
        assert!(sketch.error() > 0);
    }
}
