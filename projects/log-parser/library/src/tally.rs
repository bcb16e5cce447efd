//! What a run adds up to.

use crate::ledger::Ledger;

/// The sums of one thread, or of all.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Where every line went.
    pub ledger: Ledger,
}

impl Tally {
    /// Adds what another thread found.
    pub(crate) fn merge(&mut self, other: Self) {
        self.ledger.add(&other.ledger);
    }
}
