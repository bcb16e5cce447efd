//! Conversations over gRPC, with a model behind.

use fake_openai::{FakeOpenAi, Reply};
use grpc_queue_proto::prost::{ConverseRequest, SayRequest};

use crate::program::{Conversation, Server, TEST_TIMEOUT};

#[tokio::test]
async fn the_transcript_of_the_brief_is_exact() {
    let server = Server::start(&[]);
    let mut talk = Conversation::open(&mut server.client().await).await.unwrap();
    for sentence in ["a", "b", "c", "d"] {
        talk.say(sentence);
    }
    for _ in 0..3 {
        talk.expect("enqueued", 0, false).await;
    }
    talk.expect("queue is full!", 0, false).await;
    talk.end();
    assert!(talk.next().await.unwrap().is_none());
}

#[tokio::test]
async fn answers_come_in_order_with_what_is_refused_in_between() {
    let model = FakeOpenAi::start(|call| Reply::answer(format!("re: {}", call.sentence().unwrap()))).unwrap();
    let server = Server::start(&[("WORKERS", "2"), ("OPENAI_BASE_URL", &model.base_url())]);
    let mut talk = Conversation::open(&mut server.client().await).await.unwrap();
    talk.say("a");
    talk.expect("enqueued", 0, false).await;
    talk.expect("re: a", 1, false).await;
    talk.say(" ");
    talk.expect("the sentence is empty", 2, true).await;
    talk.say("c");
    talk.end();
    talk.expect("enqueued", 0, false).await;
    talk.expect("re: c", 3, false).await;
    assert!(talk.next().await.unwrap().is_none());
}

#[tokio::test]
async fn a_client_that_vanishes_aborts_its_call_and_frees_its_places() {
    let model = FakeOpenAi::start(|_| Reply::held()).unwrap();
    let server = Server::start(&[("WORKERS", "1"), ("OPENAI_BASE_URL", &model.base_url())]);
    let mut talk = Conversation::open(&mut server.client().await).await.unwrap();
    talk.say("a");
    talk.expect("enqueued", 0, false).await;
    model.until(TEST_TIMEOUT, |calls| calls.len() == 1).await.unwrap();
    drop(talk);
    model.until(TEST_TIMEOUT, |calls| calls[0].fate() != fake_openai::Fate::Open).await.unwrap();
}

#[tokio::test]
async fn say_converse_and_introduce_are_there() {
    let server = Server::start(&[]);
    let mut client = server.client().await;
    let said = client.say(SayRequest { sentence: "I feel happy.".into() }).await.unwrap().into_inner();
    assert!(!said.sentence.is_empty());
    let sentences =
        ["I feel happy.", "bye", "bye"].map(|sentence| ConverseRequest { sentence: sentence.into() });
    let mut replies = client.converse(futures_util::stream::iter(sentences)).await.unwrap().into_inner();
    let mut count = 0;
    while replies.message().await.unwrap().is_some() {
        count += 1;
    }
    assert_eq!(count, 2);
}

#[tokio::test]
async fn a_bad_key_is_an_invalid_argument() {
    let server = Server::start(&[]);
    let mut client = server.client().await;
    let mut request = tonic::Request::new(futures_util::stream::empty());
    request.metadata_mut().insert("conversation-key", "two words".parse().unwrap());
    let status = client.queue_conversation(request).await.unwrap_err();
    assert_eq!(status.code(), tonic::Code::InvalidArgument);
    assert_eq!(status.message(), "conversation-key must be 1 to 128 visible ASCII characters");
}
