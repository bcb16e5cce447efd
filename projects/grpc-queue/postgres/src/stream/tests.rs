//! The order of events, and when answers are fetched: without a database.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Wake;

use super::*;

/// Counts how often it is woken.
#[derive(Default)]
struct Wakes(AtomicUsize);

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

fn stream(numbered: u32, sent: u32, owed: usize) -> Stream {
    Stream::new(&Opened { conversation: Uuid::nil(), epoch: 1, numbered, sent, owed }, None)
}

fn poll(stream: &Stream) -> Look {
    stream.poll_event(&mut Context::from_waker(Waker::noop()))
}

#[track_caller]
fn check(stream: &Stream, event: Option<Event>) {
    let expected = event.map_or(Poll::Pending, |event| Poll::Ready(Ok(event)));
    assert_eq!(poll(stream).event, expected);
}

fn yes(number: u32) -> Answer {
    (number, Ok("yes".to_owned()))
}

fn answer(number: u32) -> Event {
    Event::Answer { number, result: Ok("yes".to_owned()) }
}

#[test]
fn an_answer_waits_for_its_acknowledgement() {
    let stream = stream(0, 0, 0);
    stream.push(1);
    stream.deliver(vec![yes(1)]);
    check(&stream, None);
    stream.admit(1, true);
    check(&stream, Some(Event::Enqueued));
    check(&stream, Some(answer(1)));
    check(&stream, None);
}

#[test]
fn acknowledgements_and_answers_alternate() {
    let stream = stream(2, 0, 2);
    for number in 3..=4 {
        stream.push(number);
        stream.admit(number, true);
    }
    stream.deliver(vec![yes(1), yes(2)]);
    for event in [Event::Enqueued, answer(1), Event::Enqueued, answer(2)] {
        check(&stream, Some(event));
    }
}

#[test]
fn it_is_done_when_nothing_is_owed_any_more() {
    let stream = stream(1, 0, 1);
    stream.push(2);
    stream.finish();
    check(&stream, None);
    stream.admit(2, false);
    check(&stream, Some(Event::Full));
    check(&stream, None);
    stream.deliver(vec![yes(1)]);
    check(&stream, Some(answer(1)));
    check(&stream, Some(Event::Done));
}

#[test]
fn answers_are_fetched_once_for_who_takes_them() {
    let stream = stream(1, 0, 0);
    assert!(!poll(&stream).fetch, "nothing is owed");
    stream.has_news();
    assert!(poll(&stream).fetch);
    stream.has_news();
    assert!(!poll(&stream).fetch, "it is being fetched");
    stream.deliver(Vec::new());
    assert!(poll(&stream).fetch, "there was news in between");
    stream.deliver(vec![yes(1), yes(2)]);
    stream.has_news();
    // The first is taken, the second still waits.
    stream.push(2);
    stream.admit(2, true);
    assert!(!poll(&stream).fetch);
    assert_eq!(stream.got(), 0);
    assert!(!poll(&stream).fetch);
    assert_eq!(stream.got(), 1);
    assert!(poll(&stream).fetch, "all are taken");
}

#[test]
fn an_end_comes_before_everything_else() {
    let stream = stream(0, 0, 0);
    stream.push(1);
    stream.admit(1, true);
    let standing = stream.end(QueueError::TakenOver);
    assert_eq!((standing.numbered, standing.got, standing.owed), (1, 0, 1));
    stream.end(QueueError::Stopped);
    assert_eq!(poll(&stream).event, Poll::Ready(Err(QueueError::TakenOver)));
    stream.has_news();
    assert!(!poll(&stream).fetch);
}

#[test]
fn so_many_may_be_on_their_way_and_who_waits_for_room_is_woken() {
    let stream = stream(0, 0, 0);
    let wakes = Arc::new(Wakes::default());
    let waker = Waker::from(Arc::clone(&wakes));
    let mut context = Context::from_waker(&waker);
    for number in 1..=64 {
        assert_eq!(stream.poll_room(&mut context), Poll::Ready(()));
        stream.push(number);
    }
    assert_eq!(stream.poll_room(&mut context), Poll::Pending);
    stream.admit(1, true);
    assert_eq!(stream.poll_room(&mut context), Poll::Pending, "its event has to be taken, too");
    assert_eq!(wakes.0.load(Ordering::Relaxed), 0);
    check(&stream, Some(Event::Enqueued));
    assert_eq!(wakes.0.load(Ordering::Relaxed), 1);
    assert_eq!(stream.poll_room(&mut context), Poll::Ready(()));
}

#[test]
fn numbers_without_sentences_take_room_until_the_database_knows_them() {
    let opened = Opened { conversation: Uuid::nil(), epoch: 1, numbered: 0, sent: 0, owed: 0 };
    let stream = Stream::new(&opened, Some("key".to_owned()));
    for number in 1..=64 {
        stream.pass(number);
    }
    let wakes = Arc::new(Wakes::default());
    let waker = Waker::from(Arc::clone(&wakes));
    assert_eq!(stream.poll_room(&mut Context::from_waker(&waker)), Poll::Pending);
    stream.finish();
    check(&stream, None);
    for number in 1..=64 {
        stream.passed();
        assert_eq!(wakes.0.load(Ordering::Relaxed), 1, "after {number}");
    }
    check(&stream, Some(Event::Done));
    assert_eq!(stream.end(QueueError::Stopped).numbered, 64);
}

#[test]
fn who_waits_for_an_event_is_woken() {
    let wakes = Arc::new(Wakes::default());
    let waker = Waker::from(Arc::clone(&wakes));
    type Change = fn(&Stream);
    let changes: [(&str, Change); 5] = [
        ("admitted", |stream| stream.admit(1, true)),
        ("delivered", |stream| stream.deliver(vec![yes(1)])),
        ("news", Stream::has_news),
        ("finished", Stream::finish),
        ("ended", |stream| {
            stream.end(QueueError::Stopped);
        }),
    ];
    for (at, (what, change)) in changes.into_iter().enumerate() {
        let stream = stream(0, 0, 0);
        stream.push(1);
        assert!(stream.poll_event(&mut Context::from_waker(&waker)).event.is_pending());
        change(&stream);
        assert_eq!(wakes.0.load(Ordering::Relaxed), at + 1, "{what}");
    }
}
