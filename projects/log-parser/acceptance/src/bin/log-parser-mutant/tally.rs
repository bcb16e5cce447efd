//! The ledger.

/// How many lines there are of each class.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) counted: u64,
    pub(crate) not_matched: u64,
    pub(crate) own: u64,
    pub(crate) bot: u64,
    pub(crate) malformed: u64,
}

impl Tally {
    /// All lines.
    pub(crate) fn lines(&self) -> u64 {
        self.counted + self.not_matched + self.own + self.bot + self.malformed
    }

    /// One line of JSON.
    pub(crate) fn ledger(&self) -> String {
        format!(
            r#"{{"lines":{},"counted":{},"not_matched":{},"own":{},"bot":{},"malformed":{}}}"#,
            self.lines(),
            self.counted,
            self.not_matched,
            self.own,
            self.bot,
            self.malformed
        )
    }
}
