//! A scripted, recording fake, seen by the kit's own client.

use std::time::Duration;

use bytes::Bytes;
use http::Method;
use suite_kit::fake::{FakeServer, Fate, Plain, Response, in_turn};
use suite_kit::timeouts::EVENT_TIMEOUT;
use suite_kit::wire::{Connection, Http, plain};

async fn get(fake: &FakeServer<Plain>, http: Http, target: &str) -> Result<(u16, Bytes), String> {
    let connection = Connection::open(fake.address(), http).await.unwrap();
    let answered = plain(&connection, Method::GET, target, &[("x-from", "test")], Bytes::new()).await?;
    Ok((answered.status.as_u16(), answered.body))
}

#[tokio::test]
async fn records_what_was_asked_and_how_often() {
    let replies = [Response::status(503), Response::text("at last")];
    let fake = FakeServer::start(in_turn::<Plain>(replies)).unwrap();
    assert_eq!(get(&fake, Http::One, "/a?b=c").await.unwrap().0, 503);
    assert_eq!(get(&fake, Http::Two, "/a").await.unwrap(), (200, Bytes::from_static(b"at last")));
    let calls = fake.calls();
    let seen = calls.iter().map(|call| (call.path.as_str(), call.query.as_str(), call.attempt));
    assert_eq!(seen.collect::<Vec<_>>(), [("/a", "b=c", 1), ("/a", "", 2)]);
    assert_eq!(calls[0].header("x-from"), Some("test"));
    assert!(matches!(calls[1].fate(), Fate::Replied(_)));
}

#[tokio::test]
async fn a_held_call_waits_for_its_release() {
    let fake = FakeServer::<Plain>::start(|_| Response::held()).unwrap();
    let (reply, ()) = tokio::join!(get(&fake, Http::One, "/"), async {
        let calls = fake.until(EVENT_TIMEOUT, |calls| calls.len() == 1).await.unwrap();
        assert!(calls[0].is_open() && calls[0].release(Response::text("now")));
        assert!(!calls[0].release(Response::text("again")));
    });
    assert_eq!(reply.unwrap().1, "now");
}

#[tokio::test]
async fn a_body_is_cut_off_or_stalls_in_its_middle() {
    let fake = FakeServer::<Plain>::start(|call| match call.path.as_str() {
        "/cut" => Response::text("12345678").cut_off(),
        _ => Response::stream([Bytes::from_static(b"1"), Bytes::from_static(b"2")]).stall(),
    })
    .unwrap();
    assert!(get(&fake, Http::One, "/cut").await.unwrap_err().contains("the connection broke"));
    let stalled = tokio::time::timeout(Duration::from_millis(200), get(&fake, Http::One, "/stall")).await;
    assert!(stalled.is_err(), "{stalled:?}");
    fake.until(EVENT_TIMEOUT, |calls| calls[1].is_aborted()).await.unwrap();
}
