//! The bounded queue where nothing is taken from it.

use proctor_harness::{Trial, Verdict};

use crate::stage::Stage;

/// GQ-2.1
pub(crate) fn room_is_enqueued(trial: &mut Trial<'_>) -> Verdict {
    let stage = Stage::of(trial)?;
    let capacity = stage.words().rng().usize(2..=6);
    let server = stage.server().set("QUEUE_CAPACITY", capacity).start()?;
    let mut talk = server.talk()?;
    for sentence in stage.words().sentences(capacity) {
        talk.enqueue(&sentence)?;
    }
    Ok(())
}
