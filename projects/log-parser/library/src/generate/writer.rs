//! Writes the lines, most of them straight from the pools into one buffer.

use std::io::{self, Write};

use super::clock::Clock;
use super::line_fields::{Kind, LineFields, kind};
use super::options::{AVERAGE_LINE, Options, Shape, Size};
use super::random::Random;
use super::{Population, Truth, hostile};

/// The buffer is handed on once it holds this much.
const FLUSH: usize = 256 * 1024;

/// Shares of the lines, out of the 65,536 values of a draw.
const OWN: u16 = 4_000;
const BOT: u16 = 11_000;
const MATCHED: u16 = 5_500;
const ALL: f64 = 65_536.0;

/// One log being written.
#[derive(Debug)]
pub(super) struct Writer<'a> {
    options: &'a Options,
    population: &'a Population,
    random: Random,
    clock: Clock,
    hostile: u32,
    truth: Truth,
    buffer: Vec<u8>,
    /// Where texts are made that no pool holds.
    scratch: Vec<u8>,
}

/// A line's fields, borrowed from the pools.
struct Fields<'a> {
    client: &'a [u8],
    request: &'a [u8],
    answer: &'a [u8],
    referer: &'a [u8],
    agent: &'a [u8],
    matched: bool,
    own: bool,
    bot: bool,
}

impl<'a> Writer<'a> {
    /// Written before the first line.
    pub(super) fn new(options: &'a Options, population: &'a Population, random: Random) -> Self {
        Self {
            options,
            population,
            random,
            clock: Clock::new(options.start, options.lines()),
            hostile: share(options.hostile),
            truth: Truth::default(),
            buffer: Vec::with_capacity(2 * FLUSH),
            scratch: Vec::new(),
        }
    }

    /// Writes all lines.
    pub(super) fn write(mut self, out: &mut impl Write) -> io::Result<Truth> {
        if self.options.shape == Shape::OneLine {
            self.one_line(out)?;
        } else {
            while self.wants_more() {
                self.line();
                self.clock.tick();
                if self.buffer.len() >= FLUSH {
                    self.flush(out)?;
                }
            }
        }
        self.flush(out)?;
        Ok(self.truth)
    }

    fn wants_more(&self) -> bool {
        match self.options.size {
            Size::Lines(lines) => self.truth.lines < lines,
            Size::Bytes(bytes) => bytes > self.truth.bytes + self.buffer.len() as u64,
        }
    }

    fn flush(&mut self, out: &mut impl Write) -> io::Result<()> {
        out.write_all(&self.buffer)?;
        self.truth.bytes += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }

    fn line(&mut self) {
        let hour = self.clock.hour();
        let [hostile, draws @ ..] = self.random.draws();
        let kind =
            if u32::from(hostile) < self.hostile { self.hostile_line(draws) } else { self.plain(draws) };
        self.buffer.push(b'\n');
        self.truth.add(kind, hour);
    }

    /// Draws the fields of a line. A hostile line more often asks for what is counted: only then is it tried.
    fn fields(
        population: &'a Population,
        random: &mut Random,
        decisions: [u16; 3],
        matched_below: u16,
    ) -> Fields<'a> {
        let [own, bot, matched] = decisions;
        let [client, request, agent, referer] = random.draws();
        let (own, clients) = match &population.clients.own {
            Some(clients) if own < OWN => (true, clients),
            _ => (false, &population.clients.foreign),
        };
        let (bot, matched) = (bot < BOT, matched < matched_below);
        Fields {
            client: clients.pick(client),
            request: if matched { &population.matched } else { &population.others }.pick(request),
            answer: population.answers.pick(request ^ client),
            referer: population.referers.pick(referer),
            agent: if bot { &population.bots } else { &population.browsers }.pick(agent),
            matched,
            own,
            bot,
        }
    }

    fn plain(&mut self, decisions: [u16; 3]) -> Kind {
        let fields = Self::fields(self.population, &mut self.random, decisions, MATCHED);
        self.scratch.clear();
        let mut request = fields.request;
        let mut agent = fields.agent;
        match self.options.shape {
            Shape::DistinctAgents => {
                distinct_agent(&mut self.scratch, &fields, self.truth.lines);
                agent = &self.scratch;
            }
            Shape::DistinctPaths if !fields.matched => {
                distinct_path(&mut self.scratch, &self.options.path, self.truth.lines);
                request = &self.scratch;
            }
            Shape::Realistic | Shape::DistinctPaths | Shape::OneLine => {}
        }
        let time = self.clock.text();
        for part in [
            fields.client,
            b" - - [",
            time,
            b"] \"",
            request,
            b"\" ",
            fields.answer,
            b" \"",
            fields.referer,
            b"\" \"",
            agent,
            b"\"",
        ] {
            self.buffer.extend_from_slice(part);
        }
        kind(fields.matched, fields.own, fields.bot)
    }

    fn hostile_line(&mut self, decisions: [u16; 3]) -> Kind {
        let fields = Self::fields(self.population, &mut self.random, decisions, u16::MAX / 2);
        let time = self.clock.text().to_vec();
        let mut answer = fields.answer.splitn(2, |&byte| byte == b' ').map(<[u8]>::to_vec);
        let fields = LineFields {
            client: fields.client.to_vec(),
            user: b"-".to_vec(),
            time,
            request: fields.request.to_vec(),
            status: answer.next().unwrap_or_default(),
            size: answer.next().unwrap_or_default(),
            referer: fields.referer.to_vec(),
            agent: fields.agent.to_vec(),
            tail: Vec::new(),
            matched: fields.matched,
            own: fields.own,
            bot: fields.bot,
        };
        let (line, kind) = hostile::edit(fields, &self.population.target, &mut self.random);
        self.buffer.extend_from_slice(&line);
        kind
    }

    /// One request with a query as long as it takes, handed on piece by piece.
    fn one_line(&mut self, out: &mut impl Write) -> io::Result<()> {
        let size = match self.options.size {
            Size::Lines(lines) => lines.saturating_mul(AVERAGE_LINE),
            Size::Bytes(bytes) => bytes,
        };
        let Options { method, path, .. } = self.options;
        let client = String::from_utf8_lossy(self.population.clients.foreign.pick(0));
        let time = String::from_utf8_lossy(self.clock.text()).into_owned();
        let start = format!("{client} - - [{time}] \"{method} {path}?q=");
        let end = " HTTP/1.1\" 414 0 \"-\" \"Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0\"\n";
        let filler = size.saturating_sub((start.len() + end.len()) as u64);
        out.write_all(start.as_bytes())?;
        io::copy(&mut io::Read::take(io::repeat(b'a'), filler), out)?;
        out.write_all(end.as_bytes())?;
        self.truth.bytes = filler + (start.len() + end.len()) as u64;
        let malformed = self.truth.bytes - 1 > hostile::MAX_LINE as u64;
        self.truth.add(if malformed { Kind::Malformed } else { Kind::Counted }, self.clock.hour());
        Ok(())
    }
}

/// A share as a bound for draws of 16 bits.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the share lies between 0 and 1, which the options' check holds"
)]
fn share(of_one: f64) -> u32 {
    (of_one * ALL) as u32
}

/// A browser's agent stays one with a number behind it; a bot's might not (`-`).
fn distinct_agent(agent: &mut Vec<u8>, fields: &Fields<'_>, number: u64) {
    if fields.bot {
        agent.extend_from_slice(b"Mozilla/5.0 (compatible; AcmeCrawler/");
        push_number(agent, number);
        agent.extend_from_slice(b"; +https://crawler.example.org/about)");
    } else {
        agent.extend_from_slice(fields.agent);
        agent.extend_from_slice(b" Visit/");
        push_number(agent, number);
    }
}

/// A path below the one that is counted, and so never the same.
fn distinct_path(request: &mut Vec<u8>, path: &str, number: u64) {
    request.extend_from_slice(b"GET ");
    request.extend_from_slice(path.as_bytes());
    request.extend_from_slice(b"/item-");
    push_number(request, number);
    request.extend_from_slice(b" HTTP/1.1");
}

/// A decimal, without asking for memory.
fn push_number(text: &mut Vec<u8>, number: u64) {
    let start = text.len();
    let mut rest = number;
    loop {
        text.push(b"0123456789"[(rest % 10) as usize]);
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    text[start..].reverse();
}
