//! Bots: which agents are programs, by which rule, and in which class.
//!
//! An agent is what the client says of itself. Whether it tells the truth (published address ranges, reverse
//! DNS) is left to a later level: [`Class`] has room for it. Nothing is remembered between calls: whoever
//! classifies a log keeps the answers of the agents seen, and bounds that memory.

mod built_in;
mod crawler_user_agents;
#[cfg(test)]
mod field_tests;
mod substrings;
mod text_list;

use std::fmt;

use regex::bytes::RegexSet;
use thiserror::Error;

use self::substrings::Substrings;

/// A list of rules, ready to classify agents.
///
/// ```
/// use log_parser::{Bots, Class};
///
/// let bots = Bots::built_in();
/// let rule = bots.classify(b"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)");
/// assert_eq!(rule.map(|rule| (rule.class, rule.pattern)), Some((Class::Declared, "googlebot")));
/// assert!(!bots.is_bot(b"Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"));
///
/// let own_list = Bots::from_list(b"# our partners\nFeedReaderOfAcme\n")?;
/// assert!(own_list.is_bot(b"feedreaderofacme/1.0"));
/// # Ok::<(), log_parser::BotsError>(())
/// ```
#[derive(Debug)]
pub struct Bots {
    name: &'static str,
    /// Says whether an agent that is empty or `-` is a bot.
    empty_is_bot: bool,
    substrings: Substrings,
    /// Only `crawler-user-agents` has patterns that are more than a substring.
    regexes: Option<Regexes>,
}

#[derive(Debug)]
struct Regexes {
    set: RegexSet,
    /// In the set's order.
    rules: Vec<Named>,
}

/// Class and pattern as they are stored; [`Rule`] lends them.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Named {
    class: Class,
    pattern: Box<str>,
}

impl Bots {
    /// Our own list.
    #[must_use]
    pub fn built_in() -> Self {
        built_in::build()
    }

    /// Reads a list: one case-insensitive substring a line with `#` for comments, or the JSON of npm's
    /// `crawler-user-agents` as it is.
    ///
    /// # Errors
    ///
    /// When the bytes are neither, with the line or entry and the reason.
    pub fn from_list(bytes: &[u8]) -> Result<Self, BotsError> {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        if crawler_user_agents::is_json(bytes) {
            crawler_user_agents::read(bytes)
        } else {
            text_list::read(bytes)
        }
    }

    /// The list's name, with its version where it has one.
    #[must_use]
    pub fn name(&self) -> &str {
        self.name
    }

    /// How many rules the list holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.substrings.len() + self.regexes.as_ref().map_or(0, |regexes| regexes.rules.len())
    }

    /// Whether the list holds no rule, and so matches nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The rule that makes this agent a bot, if one does. The agent is as the log has it: raw bytes.
    #[must_use]
    pub fn classify(&self, agent: &[u8]) -> Option<Rule<'_>> {
        if self.empty_is_bot && matches!(agent, b"" | b"-") {
            return Some(Rule { class: Class::EmptyAgent, pattern: "-" });
        }
        let named = self.substrings.find(agent).or_else(|| self.regexes.as_ref()?.find(agent))?;
        Some(Rule { class: named.class, pattern: &named.pattern })
    }

    /// Whether any rule makes this agent a bot.
    #[must_use]
    pub fn is_bot(&self, agent: &[u8]) -> bool {
        self.classify(agent).is_some()
    }
}

impl Regexes {
    fn find(&self, agent: &[u8]) -> Option<&Named> {
        let first = self.set.matches(agent).iter().next()?;
        self.rules.get(first)
    }
}

/// Why an agent is a bot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule<'a> {
    /// What kind of bot.
    pub class: Class,
    /// The pattern of the list that fired, in the list's own words.
    pub pattern: &'a str,
}

impl fmt::Display for Rule<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (rule {:?})", self.class, self.pattern)
    }
}

/// Kinds of bots. Verified and spoofed bots will join them once addresses are asked too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Class {
    /// It says what it is: a crawler, a preview, a feed reader, a scanner.
    Declared,
    /// No agent at all, or `-`.
    EmptyAgent,
    /// The name of a library or tool that a script uses.
    HttpLibrary,
    /// It asks whether the site is up.
    Monitoring,
    /// Named by a list of the user's own, which knows no classes.
    Listed,
}

impl Class {
    /// The class in lower case, with `-` for spaces.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Declared => "declared",
            Self::EmptyAgent => "empty-agent",
            Self::HttpLibrary => "http-library",
            Self::Monitoring => "monitoring",
            Self::Listed => "listed",
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Why a list of bots cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BotsError {
    /// A text list with a NUL byte is compressed, or no text at all.
    #[error("line {line} contains a NUL byte: expected text with one substring per line, or JSON")]
    NotText {
        /// Counted from 1.
        line: usize,
    },
    /// It begins as `crawler-user-agents` does, and goes on differently. The cause names line and column.
    #[error("failed to read the list as JSON of crawler-user-agents")]
    Json {
        /// What the JSON reader says.
        #[source]
        source: serde_json::Error,
    },
    /// An entry would match every agent.
    #[error("entry {entry} has an empty pattern")]
    EmptyPattern {
        /// Counted from 1.
        entry: usize,
    },
    /// A regular expression that this program does not support.
    #[error("entry {entry} has a pattern that cannot be compiled: {pattern}")]
    Pattern {
        /// Counted from 1.
        entry: usize,
        /// As the list has it.
        pattern: String,
        /// What the regular expression engine says.
        #[source]
        source: regex::Error,
    },
    /// Each pattern compiles, and all of them together do not.
    #[error("failed to compile the list's {patterns} regular expressions together")]
    Patterns {
        /// How many there are.
        patterns: usize,
        /// What the regular expression engine says.
        #[source]
        source: regex::Error,
    },
    /// The list is too large for an automaton.
    #[error("failed to build an automaton of {patterns} substrings")]
    Automaton {
        /// How many there are.
        patterns: usize,
        /// What the automaton's builder says.
        #[source]
        source: aho_corasick::BuildError,
    },
}
