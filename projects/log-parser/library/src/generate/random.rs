//! Random numbers from a seed: SplitMix64, the same on every machine.

/// A sequence that its seed decides.
#[derive(Clone, Debug)]
pub(super) struct Random {
    state: u64,
}

impl Random {
    /// Starts a sequence.
    pub(super) fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// The next 64 bits.
    pub(super) fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.state;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    /// The next four draws of 16 bits.
    pub(super) fn draws(&mut self) -> [u16; 4] {
        let bytes = self.next().to_le_bytes();
        [[bytes[0], bytes[1]], [bytes[2], bytes[3]], [bytes[4], bytes[5]], [bytes[6], bytes[7]]]
            .map(u16::from_le_bytes)
    }

    /// A number below `end`, which is at least 1.
    pub(super) fn below(&mut self, end: u32) -> u32 {
        let product = u128::from(self.next()) * u128::from(end);
        u32::try_from(product >> 64).expect("a fraction of a u32 is one")
    }

    /// An index into a slice of that length, which is at least 1.
    pub(super) fn index(&mut self, length: usize) -> usize {
        let end = u32::try_from(length).expect("tables are small");
        self.below(end) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_published_sequence() {
        // The first values that SplitMix64's author publishes for seed 1234567.
        let mut random = Random::new(1_234_567);
        assert_eq!(random.next(), 6_457_827_717_110_365_317);
        assert_eq!(random.next(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn numbers_lie_below_the_end_and_reach_all_of_it() {
        let mut random = Random::new(7);
        let mut seen = [0_u32; 10];
        for _ in 0..1000 {
            seen[random.index(10)] += 1;
        }
        assert!(seen.iter().all(|&count| count > 50), "{seen:?}");
    }
}
