//! Counts by key in bounded memory: exactly up to a number of keys, and with a stated error past it.
//!
//! When the table is full, the median count is taken from every key and those that have nothing left are
//! dropped (Misra and Gries' summary, emptied by halves). A count is then short of the truth by at most
//! what was taken in all, and so is what a dropped key would have had. Each time, at least half of the
//! keys pay the median, so that the error is at most the number of requests over half the capacity.
//!
//! Where it is the keys' text that takes too much room, the median is by length: a few rare keys that are
//! long then cost the others no more than they have themselves.

use std::hash::BuildHasher;

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry as Place;

/// Number of keys that are counted exactly.
pub(super) const CAPACITY: usize = 1 << 16;

/// Bytes of keys that are counted exactly. A single key may be a mebibyte long.
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
    /// Room for keys: their number, and their bytes.
    room: [usize; 2],
    /// What there was first too much of.
    full: Option<CapacityLimit>,
}

/// Why counts are not exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CapacityLimit {
    /// There are more groups than these.
    Groups(usize),
    /// The groups' names take more bytes than these.
    Text(usize),
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
    /// One of as many sketches as there are threads. Up to three have all the room; more share what three have,
    /// so that memory stays bounded whatever their number.
    pub(crate) fn one_of(threads: usize) -> Self {
        let share = |room: usize| room * 3 / threads.max(3);
        Self {
            hasher: RandomState::default(),
            table: HashTable::new(),
            text: Vec::new(),
            error: 0,
            room: [share(CAPACITY), share(TEXT)],
            full: None,
        }
    }

    /// Why counts may be short, where they may be.
    pub(crate) fn full(&self) -> Option<CapacityLimit> {
        self.full
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
                let [keys, text] = self.room;
                if self.table.len() > keys {
                    self.thin_out(CapacityLimit::Groups(keys));
                } else if self.text.len() > text {
                    self.thin_out(CapacityLimit::Text(text));
                }
            }
        }
    }

    /// Adds another sketch to this one, which takes all the room from now on; the errors add up too.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.room = [CAPACITY, TEXT];
        self.full = self.full.or(other.full);
        for (key, count) in other.iter() {
            self.add(key, count);
        }
        self.error += other.error;
    }

    /// Takes the median from every count, and closes the gaps in the text. Nothing is allocated but for the
    /// counts: somebody who floods the table with new keys must not make this slow.
    fn thin_out(&mut self, full: CapacityLimit) {
        self.full.get_or_insert(full);
        let mut counts: Vec<(u64, usize)> =
            self.table.iter().map(|entry| (entry.count, entry.length as usize)).collect();
        let median = match full {
            CapacityLimit::Groups(_) => {
                let middle = counts.len() / 2;
                counts.select_nth_unstable(middle).1.0
            }
            CapacityLimit::Text(_) => {
                counts.sort_unstable();
                let mut left = self.text.len() / 2;
                let over = |(_, length): &&(u64, usize)| {
                    let over = *length > left;
                    left = left.saturating_sub(*length);
                    over
                };
                counts.iter().find(over).map_or(0, |(count, _)| *count)
            }
        };
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
        let (mut first, mut second) = (Sketch::one_of(1), Sketch::one_of(1));
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
    fn rare_keys_that_are_long_do_not_push_out_the_others() {
        let mut sketch = Sketch::one_of(1);
        for turn in 0..10_000_u32 {
            sketch.add(format!("heavy {}", turn % 5_000).as_bytes(), 100);
            sketch.add(format!("{turn:04096}").as_bytes(), 1);
        }
        assert_eq!(sketch.full(), Some(CapacityLimit::Text(TEXT)));
        let heavy = sketch.iter().filter(|(key, count)| key.starts_with(b"heavy") && *count > 180).count();
        assert_eq!((heavy, sketch.error() < 20), (5_000, true), "{}", sketch.error());
    }

    #[test]
    fn many_threads_share_the_room_of_three() {
        for threads in [1, 3, 8, 64] {
            let mut sketch = Sketch::one_of(threads);
            for turn in 0..CAPACITY {
                sketch.add(turn.to_string().as_bytes(), 1);
            }
            let room = CAPACITY * 3 / threads.max(3);
            assert!(sketch.table.len() <= room, "{threads}");
            assert_eq!(sketch.full(), (threads > 3).then_some(CapacityLimit::Groups(room)), "{threads}");
        }
    }

    #[test]
    fn long_keys_are_bounded_by_their_bytes() {
        let mut sketch = Sketch::one_of(1);
        for turn in 0..100_u8 {
            let mut key = vec![b'x'; 1 << 20];
            key[0] = turn;
            sketch.add(&key, 1);
            assert!(sketch.text.len() <= TEXT);
        }
        assert!(sketch.error() > 0);
    }
}
