//! Sentences, names and keys from a check's seed. No sentence is a goodbye, and no two are the same.

const FEELINGS: [&str; 12] = [
    "happy", "tired", "lonely", "curious", "afraid", "hopeful", "angry", "calm", "lost", "proud", "bored",
    "übel",
];
const THINGS: [&str; 12] = [
    "my mother",
    "my work",
    "the sea",
    "computers",
    "a dream",
    "the winter",
    "my garden",
    "an exam",
    "the news",
    "my neighbour",
    "Zürich",
    "a 🐙",
];
const NAMES: [&str; 10] =
    ["Ada", "Grace", "Joseph", "Margaret", "Alan", "Barbara", "Edsger", "Jürgen", "Radia", "Katherine"];

/// A source of words.
#[derive(Clone, Debug)]
pub(crate) struct Words {
    rng: fastrand::Rng,
    given: u32,
}

impl Words {
    pub(crate) fn new(rng: fastrand::Rng) -> Self {
        Self { rng, given: 0 }
    }

    /// Randomness for whatever else a check draws.
    pub(crate) fn rng(&mut self) -> &mut fastrand::Rng {
        &mut self.rng
    }

    /// A sentence that was not given before.
    pub(crate) fn sentence(&mut self) -> String {
        self.given += 1;
        let feeling = self.pick(&FEELINGS);
        let thing = self.pick(&THINGS);
        let number = self.rng.u32(100..1000);
        format!("I feel {feeling} about {thing} since {number}-{}", self.given)
    }

    /// Several sentences.
    pub(crate) fn sentences(&mut self, count: usize) -> Vec<String> {
        (0..count).map(|_| self.sentence()).collect()
    }

    /// A sentence of exactly this number of bytes, most of them in characters of several bytes.
    pub(crate) fn sentence_of(&mut self, bytes: usize) -> String {
        let mut sentence = String::with_capacity(bytes);
        let wide = ['é', 'ß', '€', '🐙'];
        while sentence.len() < bytes {
            let left = bytes - sentence.len();
            let next = self.pick(&wide);
            sentence.push(if next.len_utf8() <= left { next } else { self.rng.lowercase() });
        }
        assert_eq!(sentence.len(), bytes, "a check that counts bytes would blame the program under test");
        sentence
    }

    /// A person's name that no service has in its texts.
    pub(crate) fn name(&mut self) -> String {
        format!("{}{}", self.pick(&NAMES), self.rng.u32(100..1000))
    }

    /// A key, a token: letters and digits.
    pub(crate) fn token(&mut self) -> String {
        std::iter::repeat_with(|| self.rng.alphanumeric()).take(24).collect()
    }

    /// A conversation's key: up to 128 visible characters, not all of them letters.
    pub(crate) fn key(&mut self) -> String {
        const MARKS: [char; 12] = ['-', '_', '.', ':', '/', '@', '+', '=', '~', '!', '#', '*'];
        let length = self.rng.usize(30..=128);
        let mut key = String::with_capacity(length);
        while key.len() < length {
            key.push(if self.rng.u8(..5) == 0 { self.pick(&MARKS) } else { self.rng.alphanumeric() });
        }
        key
    }

    pub(crate) fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        *self.rng.choice(of).expect("there is something to choose from")
    }
}
