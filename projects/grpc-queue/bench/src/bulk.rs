//! Sentences pushed in bulk on one stream, each acknowledged, beside a plain tonic service that keeps nothing.

use std::io::Write;

use anyhow::Result;

use crate::program::{Programs, Server};
use crate::report::{Aim, Row, median, table};
use crate::{Size, raw};

#[expect(clippy::cast_precision_loss, reason = "a rate for people")]
pub(crate) async fn run(programs: &Programs, size: Size, out: &mut impl Write) -> Result<()> {
    let sentences = size.streams * 90;
    let room = [("QUEUE_CAPACITY", "1000000"), ("SENTENCES_PER_SECOND", "0"), ("TOKIO_WORKER_THREADS", "1")];
    let ours = Server::start(&programs.ours, &["serve"], &room)?;
    let tonic = Server::start(&programs.own, &["plain-tonic"], &[])?;
    let (mut mine, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..=size.rounds {
        for (server, rates) in [(&tonic, &mut theirs), (&ours, &mut mine)] {
            let took = raw::push(server.address, sentences).await?;
            rates.push(sentences as f64 / took.as_secs_f64());
        }
    }
    // The first warms up.
    let (mine, theirs) = (median(mine.split_off(1)), median(theirs.split_off(1)));
    let rows = [Row::new("plain tonic, keeps nothing", theirs, 1.0), Row::new("ours", mine, mine / theirs)];
    table(out, "messages/s", "× tonic", &rows)?;
    Aim::at_least("bulk is … times plain tonic", mine / theirs, 0.5).tell(out)
}
