//! Realistic access logs of any size from a seed, with the truth about them.
//!
//! The truth comes from how each line is made and never from parsing it, so that a parser can be held against
//! it. The same options give the same bytes on every machine. Lines are in the combined format.

mod clients;
mod clock;
mod hostile;
mod line_fields;
mod options;
#[cfg(test)]
mod oracle_tests;
mod pool;
mod random;
mod writer;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::ops::Range;

use serde::Serialize;

use self::clients::Clients;
use self::line_fields::Kind;
pub use self::options::{Options, OptionsError, Shape, Size};
use self::pool::{Pool, render, table};
use self::random::Random;
use self::writer::Writer;

const BROWSERS: &str = include_str!("generate/tables/browsers.txt");
const BOTS: &str = include_str!("generate/tables/bots.txt");
const ROUTES: &str = include_str!("generate/tables/routes.txt");
const REFERERS: &str = include_str!("generate/tables/referers.txt");

/// What the numbers in requests and referers are drawn from, and those in agents.
const NUMBERS: Range<u32> = 10..1000;
const BROWSER_VERSIONS: Range<u32> = 110..146;

/// Each status with its share of a thousand answers.
const STATUSES: [(u16, usize); 15] = [
    (200, 760),
    (304, 80),
    (301, 25),
    (302, 20),
    (404, 40),
    (201, 20),
    (204, 20),
    (206, 12),
    (400, 5),
    (401, 6),
    (403, 5),
    (429, 2),
    (500, 2),
    (502, 2),
    (503, 1),
];

/// A log that is about to be written.
///
/// ```
/// use log_parser::generate::{Generator, Options, Size};
///
/// let options = Options { seed: 7, size: Size::Lines(1000), ..Options::default() };
/// let mut log = Vec::new();
/// let truth = Generator::new(options)?.write(&mut log)?;
/// assert_eq!(truth.lines, 1000);
/// assert_eq!(truth.lines, truth.counted + truth.not_matched + truth.own + truth.bot + truth.malformed);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Generator {
    options: Options,
    random: Random,
    population: Population,
}

/// What the log's lines are drawn from.
#[derive(Debug)]
struct Population {
    clients: Clients,
    browsers: Pool,
    bots: Pool,
    /// Ways to ask for what is counted, and other requests.
    matched: Pool,
    others: Pool,
    /// Status and size.
    answers: Pool,
    referers: Pool,
    target: Target,
}

/// The request that is counted.
#[derive(Clone, Debug)]
struct Target {
    method: String,
    path: String,
}

impl Generator {
    /// Draws the log's clients, agents and requests.
    ///
    /// # Errors
    ///
    /// When the options contradict themselves or cannot be met.
    pub fn new(options: Options) -> Result<Self, OptionsError> {
        options.check()?;
        let mut random = Random::new(options.seed);
        let population = Population::new(&options, &mut random)?;
        Ok(Self { options, random, population })
    }

    /// Writes the log, and returns the truth about it.
    ///
    /// # Errors
    ///
    /// When `out` cannot be written to.
    pub fn write(self, out: &mut impl Write) -> io::Result<Truth> {
        Writer::new(&self.options, &self.population, self.random).write(out)
    }
}

impl Population {
    fn new(options: &Options, random: &mut Random) -> Result<Self, OptionsError> {
        let target = Target { method: options.method.clone(), path: options.path.clone() };
        let requests = |targets: Vec<String>| -> Vec<String> {
            targets.iter().map(|target| format!("{target} HTTP/1.1")).collect()
        };
        let mut others = render(&table(ROUTES), 4000, NUMBERS, random);
        others.retain(|other| !target.is(other));
        let mut asked = vec![target.with("")];
        asked.extend(["?page=%", "?", "?id=%&debug=/", "?q=a?b=%"].map(|query| target.with(query)));
        let asked: Vec<&str> = asked.iter().map(String::as_str).collect();
        Ok(Self {
            clients: Clients::new(&options.own, random)?,
            browsers: Pool::zipf(&render(&table(BROWSERS), 600, BROWSER_VERSIONS, random)),
            bots: Pool::zipf(&render(&table(BOTS), 100, BROWSER_VERSIONS, random)),
            matched: Pool::zipf(&requests(render(&asked, 200, NUMBERS, random))),
            others: Pool::zipf(&requests(others)),
            answers: Pool::even(&answers(random)),
            referers: Pool::zipf(&render(&table(REFERERS), 300, NUMBERS, random)),
            target,
        })
    }
}

impl Target {
    /// The request with a query, which holds `%` where a number belongs.
    fn with(&self, query: &str) -> String {
        format!("{} {}{query}", self.method, self.path)
    }

    /// Whether a request, as `METHOD target`, is the one that is counted.
    fn is(&self, request: &str) -> bool {
        let (method, target) = request.split_once(' ').unwrap_or_default();
        method == self.method && target.split('?').next() == Some(&*self.path)
    }
}

/// Status and size, each status as often as its share says.
fn answers(random: &mut Random) -> Vec<String> {
    let mut answers = Vec::new();
    for (status, share) in STATUSES {
        for _ in 0..share {
            let digits = random.below(4);
            let size =
                if matches!(status, 204 | 304) { 0 } else { 120 + random.below(100 * 10_u32.pow(digits)) };
            answers.push(format!("{status} {size}"));
        }
    }
    answers
}

/// What a log holds, by construction.
///
/// Own servers are those of [`Options::own`], bots those of [`Bots::built_in`](crate::Bots::built_in), and no proxy is
/// trusted. The parts sum to the lines.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Truth {
    /// All lines.
    pub lines: u64,
    /// Asks for what is counted, and comes neither from an own server nor from a bot.
    pub counted: u64,
    /// Good records of other requests, or of none.
    pub not_matched: u64,
    /// Asks for what is counted, from an own server.
    pub own: u64,
    /// Asks for what is counted, as a bot from elsewhere.
    pub bot: u64,
    /// No records.
    pub malformed: u64,
    /// How many of the counted fall into each hour (UTC), by the hour's beginning in seconds since 1970.
    pub hours: BTreeMap<i64, u64>,
    /// How large the log is.
    pub bytes: u64,
}

impl Truth {
    fn add(&mut self, kind: Kind, hour: i64) {
        self.lines += 1;
        match kind {
            Kind::Malformed => self.malformed += 1,
            Kind::NotMatched => self.not_matched += 1,
            Kind::Own => self.own += 1,
            Kind::Bot => self.bot += 1,
            Kind::Counted => {
                self.counted += 1;
                *self.hours.entry(hour).or_default() += 1;
            }
        }
    }
}
