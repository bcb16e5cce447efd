//! One sentence, one answer, on each protocol.

use proctor_harness::{Trial, Verdict};

use crate::stage::Stage;
use crate::wire::Dialect;

/// GQ-1.1
pub(crate) fn over_grpc(trial: &mut Trial<'_>) -> Verdict {
    answers(trial, &[Dialect::GRPC])
}

/// Each dialect gets an answer to a sentence of its own.
fn answers(trial: &mut Trial<'_>, dialects: &[Dialect]) -> Verdict {
    let stage = Stage::of(trial)?;
    let server = stage.server().start()?;
    for &dialect in dialects {
        let sentence = stage.words().sentence();
        server.say(dialect, &sentence, false)?;
    }
    Ok(())
}
