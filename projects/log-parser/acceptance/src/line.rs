//! A line of a log together with the class that it was built to have.

/// What the brief calls the class of a line, in the order in which the ledger lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// The request asked for, by a client and an agent that count.
    Counted,
    /// A good record of another request, or of none.
    NotMatched,
    /// From our own servers.
    Own,
    /// From a bot.
    Bot,
    /// No record.
    Malformed,
}

impl Class {
    /// All of them, in the ledger's order.
    pub(crate) const ALL: [Self; 5] =
        [Self::Counted, Self::NotMatched, Self::Own, Self::Bot, Self::Malformed];

    /// The ledger's name for it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Counted => "counted",
            Self::NotMatched => "not_matched",
            Self::Own => "own",
            Self::Bot => "bot",
            Self::Malformed => "malformed",
        }
    }
}

/// One line, without its newline.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    /// The bytes as the log holds them.
    pub(crate) bytes: Vec<u8>,
    /// The class that it was built to have.
    pub(crate) class: Class,
    /// What is special about it, as the end of the sentence "this line has …"; empty for an everyday line.
    pub(crate) has: &'static str,
    /// The index of the file that it is in.
    pub(crate) file: usize,
}

/// How many lines there are of each class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally([u64; Class::ALL.len()]);

impl Tally {
    /// Counts the lines by the class that they were built to have.
    pub(crate) fn of(lines: &[Line]) -> Self {
        let mut tally = Self::default();
        for line in lines {
            tally.0[line.class as usize] += 1;
        }
        tally
    }

    /// The number of lines of one class.
    pub(crate) fn get(&self, class: Class) -> u64 {
        self.0[class as usize]
    }

    /// The ledger of this tally.
    pub(crate) fn ledger(&self) -> String {
        let parts: Vec<String> =
            Class::ALL.iter().map(|&class| format!("\"{}\":{}", class.name(), self.get(class))).collect();
        format!("{{\"lines\":{},{}}}", self.0.iter().sum::<u64>(), parts.join(","))
    }

    /// Reads a ledger; `None` where it isn't one. Further keys and any spacing are fine.
    pub(crate) fn from_ledger(text: &[u8]) -> Option<Self> {
        let value: serde_json::Value = serde_json::from_slice(text).ok()?;
        let mut tally = Self::default();
        for class in Class::ALL {
            tally.0[class as usize] = value.get(class.name())?.as_u64()?;
        }
        (value.get("lines")?.as_u64()? == tally.0.iter().sum::<u64>()).then_some(tally)
    }
}
