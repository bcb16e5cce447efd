//! Variables of levels 1 and 2 with wrong values.

use proctor_harness::{Trial, Verdict};

use crate::refusal::each_is_refused;

/// GQ-1.18
pub(crate) fn bad_address(trial: &mut Trial<'_>) -> Verdict {
    let values = ["nowhere", "127.0.0.1", "127.0.0.1:99999"];
    each_is_refused(trial, &values.map(|value| ("LISTEN_ADDR", value)))
}

/// GQ-2.12
pub(crate) fn bad_queue(trial: &mut Trial<'_>) -> Verdict {
    let values = [
        ("QUEUE_CAPACITY", "0"),
        ("QUEUE_CAPACITY", "-1"),
        ("QUEUE_CAPACITY", "three"),
        ("MAX_SENTENCE_BYTES", "0"),
        ("MAX_SENTENCE_BYTES", "4k"),
        ("WORKERS", "-1"),
        ("WORKERS", "many"),
    ];
    each_is_refused(trial, &values)
}
