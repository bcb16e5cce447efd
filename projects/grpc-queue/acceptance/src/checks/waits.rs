//! The waits between attempts: as long as they should be, as different, and as the model's API asks for.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use fake_openai::Call;
use proctor_harness::{Stop, Trial, Verdict};
use suite_kit::timeouts::EVENT_TIMEOUT;

use crate::fixture::{Does, Fixture, Model, Served};

/// Clocks and timers of two programs.
const ROUNDING: Duration = Duration::from_millis(10);
/// What a call may take on its way, on a machine that is busy.
const BUSY: Duration = Duration::from_millis(800);

/// GQ-5.4
pub(crate) fn waits_double(trial: &mut Trial<'_>) -> Verdict {
    // What comes too late may come late because the machine is busy: that isn't so every time.
    const TRIES: usize = 3;
    let fixture = Fixture::of(trial)?;
    let base = fixture.words().rng().u32(140..=180);
    let mut late = Ok(());
    for _ in 0..TRIES {
        match doubling(&fixture, base)? {
            Ok(()) => return Ok(()),
            too_late => late = too_late,
        }
    }
    late
}

/// Sentences that fail for good. The inner verdict speaks of waits that are too long, the outer of all else.
fn doubling(fixture: &Fixture<'_>, base: u32) -> Result<Verdict, Stop> {
    const ATTEMPTS: u32 = 5;
    const SENTENCES: usize = 4;
    let model = fixture.model_that(|call| Does::status(if call.attempt % 2 == 0 { 429 } else { 503 }))?;
    let setup = fixture.server().with(&model).set("WORKERS", SENTENCES).set("QUEUE_CAPACITY", SENTENCES);
    let server = setup.set("RETRY_ATTEMPTS", ATTEMPTS).set("RETRY_BASE_MS", base).start()?;
    let mut chat = server.chat()?;
    let sentences = fixture.words().sentences(SENTENCES);
    for sentence in &sentences {
        chat.enqueue(sentence)?;
    }
    let mut late = Ok(());
    for sentence in &sentences {
        let attempts = model.attempted_within(2 * EVENT_TIMEOUT, &server, sentence, ATTEMPTS as usize)?;
        for (n, wait) in (1..).zip(waits(&attempts)) {
            let whole = Duration::from_millis((base << (n - 1)).into());
            let failure = || {
                let range = format!("between {} and {} ms", whole.as_millis() / 2, whole.as_millis());
                let expected = format!("with RETRY_BASE_MS={base}: {range} before attempt {}", n + 1);
                server.failure(expected, format!("{} ms, for {sentence:?}", wait.as_millis()))
            };
            if wait + ROUNDING < whole / 2 {
                return Err(failure());
            }
            if wait > whole + BUSY {
                late = Err(failure());
            }
        }
    }
    Ok(late)
}

/// From each attempt to the next.
fn waits(attempts: &[Call]) -> impl Iterator<Item = Duration> + '_ {
    attempts.windows(2).map(|pair| pair[1].arrived.saturating_duration_since(pair[0].arrived))
}

/// GQ-5.5
pub(crate) fn waits_differ(trial: &mut Trial<'_>) -> Verdict {
    // The half in the middle: on a machine that is busy, some come late. With a tenth of jitter it spans 100 ms, and
    // less than 30 once in a thousand times.
    const SENTENCES: usize = 24;
    const BASE: Duration = Duration::from_millis(2000);
    const SPREAD: Duration = Duration::from_millis(30);
    let fixture = Fixture::of(trial)?;
    let model =
        fixture.model_that(|call| if call.attempt == 1 { Does::status(503) } else { Does::answer(call) })?;
    let setup = fixture.server().with(&model).set("WORKERS", SENTENCES).set("QUEUE_CAPACITY", SENTENCES);
    let server = setup.set("RETRY_ATTEMPTS", 2).set("RETRY_BASE_MS", BASE.as_millis()).start()?;
    let mut chat = server.chat()?;
    let sentences = fixture.words().sentences(SENTENCES);
    for sentence in &sentences {
        chat.enqueue(sentence)?;
    }
    let mut all = Vec::new();
    for sentence in &sentences {
        all.extend(waits(&model.attempted(&server, sentence, 2)?));
    }
    all.sort_unstable();
    let (low, high) = (all[SENTENCES / 4], all[SENTENCES * 3 / 4]);
    if high - low < SPREAD {
        let expected =
            format!("with RETRY_BASE_MS={}: waits that differ, for {SENTENCES} sentences", BASE.as_millis());
        let actual = format!("the half of them from {} to {} ms", low.as_millis(), high.as_millis());
        return Err(server.failure(expected, actual));
    }
    Ok(())
}

/// GQ-5.6
pub(crate) fn seconds_are_waited(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let model = fixture.model_that(|call| match (call.attempt, call.number) {
        (1, 1) => Does::status(429).with("retry-after", 1),
        (1, _) => Does::status(503).with("retry-after", 2),
        _ => Does::answer(call),
    })?;
    let setup = fixture.server().with(&model).set("WORKERS", 2).set("RETRY_ATTEMPTS", 2);
    let server = setup.set("RETRY_BASE_MS", 50).start()?;
    let mut chat = server.chat()?;
    let sentences = fixture.words().sentences(2);
    for sentence in &sentences {
        chat.enqueue(sentence)?;
        model.attempted(&server, sentence, 1)?;
    }
    for (seconds, sentence) in (1..).zip(&sentences) {
        let expected = format!("Retry-After: {seconds}");
        waited(&server, &model, sentence, &expected, Duration::from_secs(seconds)..=EVENT_TIMEOUT)?;
    }
    Ok(())
}

/// GQ-5.7
pub(crate) fn dates_are_waited_for(trial: &mut Trial<'_>) -> Verdict {
    let fixture = Fixture::of(trial)?;
    let due: Arc<Mutex<Option<Instant>>> = Arc::default();
    let noted = Arc::clone(&due);
    let model = fixture.model_that(move |call| {
        if call.attempt > 1 {
            return Does::answer(call);
        }
        // A date has whole seconds: this one is between one and two seconds away.
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let date = Duration::from_secs(now.as_secs() + 2);
        *noted.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now() + (date - now));
        Does::status(503).with("retry-after", httpdate::fmt_http_date(UNIX_EPOCH + date))
    })?;
    let setup = fixture.server().with(&model).set("WORKERS", 1).set("RETRY_ATTEMPTS", 2);
    let server = setup.set("RETRY_BASE_MS", 50).start()?;
    let mut chat = server.chat()?;
    let sentence = fixture.words().sentence();
    chat.enqueue(&sentence)?;
    let attempts = model.attempted(&server, &sentence, 2)?;
    let due = due.lock().unwrap_or_else(PoisonError::into_inner).expect("there was a first attempt");
    if attempts[1].arrived + ROUNDING < due {
        let early = (due - attempts[1].arrived).as_millis();
        let actual = format!("{early} ms before it");
        return Err(server.failure("no attempt before the date in Retry-After", actual));
    }
    Ok(())
}

/// GQ-5.8
pub(crate) fn milliseconds_go_first(trial: &mut Trial<'_>) -> Verdict {
    // Without advice, an attempt waits for at least ten seconds.
    const BASE: Duration = Duration::from_secs(20);
    let fixture = Fixture::of(trial)?;
    let sentences = fixture.words().sentences(3);
    let [shorter, longer, _] = sentences.clone().try_into().unwrap_or_default();
    let model = fixture.model_that(move |call| match (call.attempt, call.sentence()) {
        (1, Some(sentence)) if sentence == shorter => {
            Does::status(429).with("retry-after", 30).with("retry-after-ms", 200)
        }
        (1, Some(sentence)) if sentence == longer => {
            Does::status(503).with("retry-after", 0).with("retry-after-ms", 1200)
        }
        (1, _) => Does::status(503).with("retry-after", 1),
        _ => Does::answer(call),
    })?;
    let setup = fixture.server().with(&model).set("WORKERS", 3).set("RETRY_ATTEMPTS", 2);
    let server = setup.set("RETRY_BASE_MS", BASE.as_millis()).start()?;
    let mut chat = server.chat()?;
    for sentence in &sentences {
        chat.enqueue(sentence)?;
    }
    let ms = Duration::from_millis;
    let [shorter, longer, seconds] = sentences.as_slice() else { unreachable!("three were asked for") };
    waited(&server, &model, shorter, "retry-after-ms: 200 and Retry-After: 30", ms(200)..=EVENT_TIMEOUT)?;
    waited(&server, &model, longer, "retry-after-ms: 1200 and Retry-After: 0", ms(1200)..=EVENT_TIMEOUT)?;
    // How long at least is another requirement's.
    waited(&server, &model, seconds, "Retry-After: 1 and RETRY_BASE_MS=20000", ms(0)..=EVENT_TIMEOUT)
}

/// The second attempt at a sentence came within this time after the first.
fn waited(
    server: &Served<'_>,
    model: &Model<'_>,
    sentence: &str,
    with: &str,
    range: std::ops::RangeInclusive<Duration>,
) -> Verdict {
    let failure = |actual: String| -> Stop {
        let expected = format!("with {with}: a second attempt after {} ms", range.start().as_millis());
        server.failure(expected, actual)
    };
    let again =
        |calls: &[Call]| calls.iter().any(|call| call.attempt == 2 && call.sentence() == Some(sentence));
    if !model.comes_about(*range.end(), again) {
        return Err(failure(format!("none within {} s, for {sentence:?}", range.end().as_secs())));
    }
    match waits(&model.attempts(sentence)).next() {
        Some(wait) if wait + ROUNDING < *range.start() => {
            Err(failure(format!("after {} ms", wait.as_millis())))
        }
        _ => Ok(()),
    }
}
