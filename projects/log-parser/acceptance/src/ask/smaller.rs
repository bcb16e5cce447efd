//! Judges an answer and, where it is wrong, finds the smallest log that shows it.

use std::slice;
use std::time::{Duration, Instant};

use proctor_harness::{Failure, Finished, Stop, Trial, Verdict};

use super::Ask;
use crate::judgement::{Difference, note};
use crate::line::Line;

/// How many smaller logs are tried, once an answer is wrong.
const TRIES: usize = 150;

/// How long a start on a smaller log may take, where the whole log made the program break a limit.
const MOMENT: Duration = Duration::from_secs(2);

/// How long smaller logs are tried on a program that breaks a limit: some of its starts last a whole moment.
const PATIENCE: Duration = Duration::from_secs(12);

impl Ask {
    /// Asks about these lines.
    pub(super) fn judge(&self, trial: &Trial<'_>, lines: &[Line]) -> Verdict {
        match self.answer(trial, lines) {
            Ok(Ok(())) => Ok(()),
            Ok(Err((difference, finished))) => self.wrong(trial, lines, difference, finished),
            Err(Stop::Failed(failure)) => Err(self.broken_limit(trial, lines, *failure).into()),
            Err(stop) => Err(stop),
        }
    }

    /// The failure of a wrong answer, with the smallest log that has the same kind of fault.
    fn wrong(
        &self,
        trial: &Trial<'_>,
        lines: &[Line],
        difference: Difference,
        finished: Finished,
    ) -> Verdict {
        let kind = difference.kind;
        let mut smallest = (difference, finished, lines.to_vec());
        // Most mistakes show in one special line alone, whatever their kind is there.
        for line in first_of_each_kind(lines).filter(|_| trial.shrinks()) {
            if let Ok(Err((difference, finished))) = self.answer(trial, slice::from_ref(line)) {
                return Err(self.failure(difference, finished, slice::from_ref(line)).into());
            }
        }
        trial.shrink(lines.to_vec(), TRIES, |lines| match self.answer(trial, lines) {
            Ok(Err((difference, finished))) if difference.kind == kind => {
                smallest = (difference, finished, lines.to_vec());
                true
            }
            _ => false,
        });
        let (difference, finished, lines) = smallest;
        Err(self.failure(difference, finished, &lines).into())
    }

    /// The failure of a program that hung, flooded its output or the like, with the smallest log on which it does.
    fn broken_limit(&self, trial: &Trial<'_>, lines: &[Line], failure: Failure) -> Failure {
        let (Some(limit), true) = (failure.limit, trial.shrinks()) else { return failure };
        let until = Instant::now() + PATIENCE.min(trial.time_left() / 2);
        let breaks = |lines: &[Line]| {
            let moment = MOMENT.min(trial.time_left());
            let run = self.prepare(trial, lines).and_then(|start| start.deadline(moment).run());
            Instant::now() < until
                && matches!(run, Err(Stop::Failed(failure)) if failure.limit == Some(limit))
        };
        let one = first_of_each_kind(lines).find(|line| breaks(slice::from_ref(line)));
        let smallest = match one {
            Some(line) => vec![line.clone()],
            None => trial.shrink(lines.to_vec(), TRIES, |lines| Instant::now() < until && breaks(lines)),
        };
        let notes = [failure.note.clone(), note(&smallest)];
        Failure {
            input: Some(self.contents(&smallest).concat()),
            note: notes.into_iter().flatten().reduce(|first, second| format!("{first}; {second}")),
            ..failure
        }
    }

    fn failure(&self, difference: Difference, finished: Finished, lines: &[Line]) -> Failure {
        difference.failure(finished, lines, self.contents(lines).concat())
    }
}

/// A few lines of each kind that is special, everyday lines left out.
fn first_of_each_kind(lines: &[Line]) -> impl Iterator<Item = &Line> {
    const OF_EACH: usize = 4;
    let mut seen: Vec<&str> = Vec::new();
    lines.iter().filter(move |line| {
        seen.push(line.has);
        !line.has.is_empty() && seen.iter().filter(|has| **has == line.has).count() <= OF_EACH
    })
}
