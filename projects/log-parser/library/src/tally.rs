//! What a run adds up to.

use crate::groups::{Groups, Summary};
use crate::ledger::Ledger;

/// The sums of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Where every line went.
    pub ledger: Ledger,
    /// The counted requests in groups, where that was asked for.
    pub groups: Option<Summary>,
    /// Malformed lines that were too long to be kept with the other rejects.
    pub rejects_left_out: u64,
}

/// The sums of one thread.
#[derive(Clone, Debug, Default)]
pub(crate) struct Part {
    pub(crate) ledger: Ledger,
    pub(crate) groups: Option<Groups>,
    pub(crate) rejects_left_out: u64,
}

impl Part {
    /// Adds what another thread found.
    pub(crate) fn merge(&mut self, other: Self) {
        self.ledger.add(&other.ledger);
        self.rejects_left_out += other.rejects_left_out;
        match (&mut self.groups, other.groups) {
            (Some(groups), Some(others)) => groups.merge(others),
            (groups @ None, others) => *groups = others,
            (Some(_), None) => {}
        }
    }

    pub(crate) fn into_tally(self) -> Tally {
        let groups = self.groups.map(Groups::into_summary);
        Tally { ledger: self.ledger, groups, rejects_left_out: self.rejects_left_out }
    }
}
