//! The inputs of the log, the ends of its lines, and the output of the count.

use proctor_harness::{Ending, Trial, Verdict};

use crate::ask::{Ask, Source};
use crate::judgement::{count_in, ending, failed, printed, spoken};
use crate::line::Class::{Counted, NotMatched};
use crate::log::Log;

/// LP-1.2
pub(crate) fn output_is_the_count(trial: &mut Trial<'_>) -> Verdict {
    let mut log = Log::new(trial);
    log.everyday(120);
    let ask = Ask::about(&mut log);
    let finished = ask.run_whole(trial)?;
    let expected = format!("{}\n", ask.expected().get(Counted));
    if finished.stdout == expected.as_bytes() {
        return Ok(());
    }
    Err(failed(format!("standard output is {expected:?}"), printed(&finished), finished).into())
}

/// LP-1.3
pub(crate) fn zero_is_an_answer(trial: &mut Trial<'_>) -> Verdict {
    let mut log = Log::new(trial);
    for _ in 0..100 {
        let record = log.elsewhere();
        log.add(NotMatched, "", &record);
    }
    let ask = Ask::about(&mut log);
    let finished = ask.run_whole(trial)?;
    if finished.ending == Ending::Exited(0) && count_in(&finished.stdout) == Some(0) {
        return Ok(());
    }
    let actual = format!("{}, {}", ending(finished.ending), spoken("standard output", &finished.stdout));
    let note = "the log does not hold the request that was asked for";
    Err(failed("0 and exit code 0", actual, finished).note(note).into())
}

/// LP-1.8
pub(crate) fn files_are_summed(trial: &mut Trial<'_>) -> Verdict {
    let mut log = Log::new(trial);
    log.everyday(100);
    log.next_file();
    log.everyday(60);
    log.next_file();
    log.everyday(80);
    Ask::about(&mut log).verdict(trial)?;

    let mut log = Log::new(trial);
    for _ in 0..3 {
        log.everyday(40);
        log.next_file();
    }
    log.everyday(40);
    Ask::about(&mut log).with_files_that_end_inside_a_line().verdict(trial)
}

/// LP-1.9
pub(crate) fn standard_input_is_read(trial: &mut Trial<'_>) -> Verdict {
    for source in [Source::Stdin, Source::Dash] {
        let mut log = Log::new(trial);
        log.everyday(200);
        Ask::about(&mut log).from(source).verdict(trial)?;
    }
    for source in [Source::FileAndDash, Source::DashAndFile] {
        let mut log = Log::new(trial);
        log.everyday(100);
        log.next_file();
        log.everyday(100);
        Ask::about(&mut log).from(source).verdict(trial)?;
    }
    Ok(())
}

/// LP-1.10
pub(crate) fn last_line_without_newline(trial: &mut Trial<'_>) -> Verdict {
    let mut log = Log::new(trial);
    log.everyday(100);
    Ask::about(&mut log).without_last_newline().verdict(trial)
}

/// LP-1.11
pub(crate) fn carriage_return_is_no_part(trial: &mut Trial<'_>) -> Verdict {
    let mut log = Log::new(trial);
    log.everyday(200);
    Ask::about(&mut log).with_carriage_returns().verdict(trial)
}

/// LP-3.33
pub(crate) fn closed_pipe(trial: &mut Trial<'_>) -> Verdict {
    /// The number of SIGPIPE on every system that we know.
    const BROKEN_PIPE: i32 = 13;
    let mut log = Log::new(trial);
    log.everyday(100);
    let finished = Ask::about(&mut log).start(trial)?.stdout_closed().run()?;
    let by_itself = matches!(finished.ending, Ending::Exited(0));
    // A shell that started the program reports the signal as 128 + 13.
    let by_signal = matches!(finished.ending, Ending::Exited(141) | Ending::Signalled(BROKEN_PIPE));
    if (by_itself || by_signal) && finished.stderr.is_empty() {
        return Ok(());
    }
    let actual = format!("{}, {}", ending(finished.ending), spoken("standard error", &finished.stderr));
    let expected = "a quiet end with exit code 0, or by the signal for a broken pipe";
    Err(failed(expected, actual, finished).note("nobody reads its standard output").into())
}
