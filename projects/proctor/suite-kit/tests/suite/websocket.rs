//! A fake that is upgraded to a WebSocket, seen by a client of a library.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use suite_kit::fake::{FakeServer, Fate, Frame, Plain, Response, Step, WebSocket};
use suite_kit::timeouts::EVENT_TIMEOUT;
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::{Error, Message};

type Client = WebSocketStream<TcpStream>;

async fn open(fake: &FakeServer<Plain>) -> Client {
    let stream = TcpStream::connect(fake.address()).await.unwrap();
    tokio_tungstenite::client_async("ws://fake/gateway", stream).await.unwrap().0
}

async fn next(client: &mut Client) -> Option<Result<Message, Error>> {
    tokio::time::timeout(EVENT_TIMEOUT, client.next()).await.expect("a frame")
}

fn text(text: &str) -> Step {
    Step::Send(Frame::Text(text.to_owned()))
}

#[tokio::test]
async fn frames_are_scripted_recorded_and_pushed() {
    let script = WebSocket::opening([text("hello")]).on_frame(|frame| match frame {
        Frame::Text(said) => vec![Step::Wait(Duration::from_millis(1)), text(&format!("{said}!"))],
        _ => Vec::new(),
    });
    let fake = FakeServer::<Plain>::start(move |_| Response::websocket(script.clone())).unwrap();
    let mut client = open(&fake).await;
    assert_eq!(next(&mut client).await.unwrap().unwrap(), Message::text("hello"));
    client.send(Message::text("heartbeat")).await.unwrap();
    assert_eq!(next(&mut client).await.unwrap().unwrap(), Message::text("heartbeat!"));
    let call = fake.calls().remove(0);
    assert_eq!((call.path.as_str(), call.frames()), ("/gateway", vec![Frame::Text("heartbeat".to_owned())]));
    assert!(call.push(Step::Send(Frame::Close(4000, "again".to_owned()))));
    let Message::Close(Some(close)) = next(&mut client).await.unwrap().unwrap() else {
        panic!("a close frame")
    };
    assert_eq!((u16::from(close.code), close.reason.as_str()), (4000, "again"));
    fake.until(EVENT_TIMEOUT, |calls| matches!(calls[0].fate(), Fate::Replied(_))).await.unwrap();
    assert!(!call.push(text("too late")));
}

#[tokio::test]
async fn a_connection_is_cut_without_a_close_frame() {
    let script = WebSocket::opening([text("hello"), Step::Cut]);
    let fake = FakeServer::<Plain>::start(move |_| Response::websocket(script.clone())).unwrap();
    let mut client = open(&fake).await;
    assert_eq!(next(&mut client).await.unwrap().unwrap(), Message::text("hello"));
    let end = next(&mut client).await;
    assert!(matches!(end, None | Some(Err(_))), "{end:?}");
}

#[tokio::test]
async fn a_client_that_disconnects_has_aborted_its_call() {
    let fake = FakeServer::<Plain>::start(|_| Response::websocket(WebSocket::opening([]))).unwrap();
    drop(open(&fake).await);
    fake.until(EVENT_TIMEOUT, |calls| calls.first().is_some_and(|call| call.is_aborted())).await.unwrap();
}

#[tokio::test]
async fn a_request_without_an_upgrade_is_refused() {
    use suite_kit::wire::{Connection, Http, plain};
    let fake = FakeServer::<Plain>::start(|_| Response::websocket(WebSocket::opening([]))).unwrap();
    let connection = Connection::open(fake.address(), Http::One).await.unwrap();
    let answered = plain(&connection, http::Method::GET, "/", &[], bytes::Bytes::new()).await.unwrap();
    assert_eq!(answered.status.as_u16(), 426);
}
