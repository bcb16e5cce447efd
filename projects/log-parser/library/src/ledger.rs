//! Where every line went: each gets one outcome, and the parts sum to the lines.

use serde::Serialize;

/// What became of a line: the first of these that holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It cannot be read as a record.
    Malformed,
    /// A good record of another request, or of none at all.
    NotMatched,
    /// The request of one of our own servers.
    Own,
    /// The request of a bot.
    Bot,
    /// A request that was asked for.
    Counted,
}

impl Outcome {
    /// The name that the ledger gives it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::NotMatched => "not_matched",
            Self::Own => "own",
            Self::Bot => "bot",
            Self::Counted => "counted",
        }
    }
}

/// How many lines had which outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Ledger {
    /// All lines, blank ones too.
    pub lines: u64,
    /// The answer.
    pub counted: u64,
    /// Good records of other requests.
    pub not_matched: u64,
    /// Requests of our own servers.
    pub own: u64,
    /// Requests of bots.
    pub bot: u64,
    /// Lines that cannot be read.
    pub malformed: u64,
}

impl Ledger {
    /// Enters one line.
    pub fn enter(&mut self, outcome: Outcome) {
        self.lines += 1;
        *match outcome {
            Outcome::Malformed => &mut self.malformed,
            Outcome::NotMatched => &mut self.not_matched,
            Outcome::Own => &mut self.own,
            Outcome::Bot => &mut self.bot,
            Outcome::Counted => &mut self.counted,
        } += 1;
    }

    /// Adds another ledger to this one.
    pub fn add(&mut self, other: &Self) {
        self.lines += other.lines;
        self.counted += other.counted;
        self.not_matched += other.not_matched;
        self.own += other.own;
        self.bot += other.bot;
        self.malformed += other.malformed;
    }

    /// Do the parts sum to the lines?
    #[must_use]
    pub fn reconciles(&self) -> bool {
        self.lines == self.counted + self.not_matched + self.own + self.bot + self.malformed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_outcome_is_a_line_in_its_place() {
        let outcomes =
            [Outcome::Malformed, Outcome::NotMatched, Outcome::Own, Outcome::Bot, Outcome::Counted];
        for (place, outcome) in outcomes.into_iter().enumerate() {
            let mut ledger = Ledger::default();
            for _ in 0..=place {
                ledger.enter(outcome);
            }
            let entered = u64::try_from(place + 1).unwrap();
            assert_eq!(ledger.lines, entered);
            assert!(ledger.reconciles());
            let json = serde_json::to_value(ledger).unwrap();
            assert_eq!(json[outcome.name()], entered);
        }
    }

    #[test]
    fn ledgers_add_up_part_by_part() {
        let part = Ledger { lines: 15, counted: 1, not_matched: 2, own: 3, bot: 4, malformed: 5 };
        let mut sum = part;
        sum.add(&part);
        assert_eq!(sum, Ledger { lines: 30, counted: 2, not_matched: 4, own: 6, bot: 8, malformed: 10 });
        assert!(sum.reconciles());
    }
}
