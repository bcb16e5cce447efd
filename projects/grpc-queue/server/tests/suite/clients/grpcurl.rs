//! grpcurl, which learns the service by reflection.

use fake_openai::{FakeOpenAi, Fate, Reply};
use serde_json::{Value, json};

use super::tool::{Open, SERVICE, Said, answering, run, sentence};
use crate::program::{Server, TEST_TIMEOUT};

async fn grpcurl(server: &Server, args: &[&str], input: &str) -> Said {
    let address = server.address.to_string();
    let (options, what) = args.split_at(args.len() - 1);
    run("grpcurl", &[&["-plaintext"], options, &[&address], what].concat(), input).await
}

/// A stream to a procedure, which lives on until its input ends.
fn open(server: &Server, procedure: &str) -> Open {
    let (address, what) = (server.address.to_string(), format!("{SERVICE}/{procedure}"));
    Open::start("grpcurl", &["-plaintext", "-d", "@", &address, &what])
}

fn typed(sentences: &[&str]) -> String {
    sentences.iter().map(|sentence| format!("{}\n", json!({ "sentence": sentence }))).collect()
}

#[tokio::test]
#[ignore = "needs grpcurl: make verify LANES=clients"]
async fn real_clients_grpcurl_learns_the_service_by_reflection() {
    let server = Server::start(&[]);
    let listed = grpcurl(&server, &["list"], "").await;
    let services = [
        SERVICE,
        "grpc.health.v1.Health",
        "grpc.reflection.v1.ServerReflection",
        "grpc.reflection.v1alpha.ServerReflection",
    ];
    assert_eq!(listed.stdout.lines().collect::<Vec<_>>(), services, "{listed:?}");
    let address = server.address.to_string();
    let described = run("grpcurl", &["-plaintext", &address, "describe", SERVICE], "").await;
    for line in [
        "  rpc Say ( .connectrpc.eliza.v1.SayRequest ) returns ( .connectrpc.eliza.v1.SayResponse ) {",
        "  // Answers one sentence. It changes nothing, so that a client may ask by HTTP GET.",
        "    option idempotency_level = NO_SIDE_EFFECTS;",
    ] {
        assert!(described.stdout.lines().any(|found| found == line), "{line} is missing: {described:?}");
    }
    for service in ["", SERVICE] {
        let asked = json!({ "service": service }).to_string();
        let health = grpcurl(&server, &["-d", &asked, "grpc.health.v1.Health/Check"], "").await;
        assert_eq!(health.messages(), [json!({ "status": "SERVING" })]);
    }
}

#[tokio::test]
#[ignore = "needs grpcurl: make verify LANES=clients"]
async fn real_clients_grpcurl_calls_say_and_introduce() {
    let server = Server::start(&[]);
    let say = format!("{SERVICE}/Say");
    let said = grpcurl(&server, &["-d", r#"{"sentence": "I feel happy."}"#, &say], "").await;
    assert_eq!(said.sentences().len(), 1);
    let introduce = format!("{SERVICE}/Introduce");
    let sentences = grpcurl(&server, &["-d", "{}", &introduce], "").await.sentences();
    assert!(sentences[0].contains("Anonymous User"), "{sentences:?}");
    assert_eq!(sentences.last().unwrap(), "How are you feeling today?");
}

#[tokio::test]
#[ignore = "needs grpcurl: make verify LANES=clients"]
async fn real_clients_grpcurl_converses_until_the_goodbye() {
    let server = Server::start(&[]);
    let mut talk = open(&server, "Converse");
    for said in ["I feel happy.", "My mother", "bye"] {
        talk.say(said).await;
        sentence(&talk.reply().await);
    }
    // The stream has ended, but grpcurl sees that only when it has read its own input.
    talk.end();
    assert_eq!(talk.ended().await, Some(0));

    let args = ["-d", "@", &format!("{SERVICE}/Converse")];
    let said = grpcurl(&server, &args, &typed(&["I feel happy.", "bye", "bye"])).await;
    assert_eq!(said.sentences().len(), 2, "{said:?}");
}

#[tokio::test]
#[ignore = "needs grpcurl: make verify LANES=clients"]
async fn real_clients_grpcurl_sees_the_queue_fill() {
    let server = Server::start(&[]);
    let args = ["-d", "@", &format!("{SERVICE}/QueueConversation")];
    let sentences = ["I feel happy.", "I feel sad.", "I feel tired.", "I feel hungry.", "I feel fine."];
    let said = grpcurl(&server, &args, &typed(&sentences)).await;
    let message = |sentence: &str| format!("{{\n  \"sentence\": \"{sentence}\"\n}}\n");
    let transcript = [message("enqueued").repeat(3), message("queue is full!").repeat(2)].concat();
    assert_eq!((said.code, said.stdout), (Some(0), transcript), "{}", said.stderr);
}

/// At the end of its input grpcurl closes its half of the stream: pending answers must come all the same.
#[tokio::test]
#[ignore = "needs grpcurl: make verify LANES=clients"]
async fn real_clients_grpcurl_gets_its_answers_after_the_end_of_its_input() {
    let model = FakeOpenAi::start(|_| Reply::held()).unwrap();
    let server = Server::start(&[("WORKERS", "1"), ("OPENAI_BASE_URL", &model.base_url())]);
    let mut talk = open(&server, "QueueConversation");
    for sentence in ["a", "b"] {
        talk.say(sentence).await;
        assert_eq!(talk.reply().await, json!({ "sentence": "enqueued" }));
    }
    talk.end();
    for (number, sentence) in [(1, "a"), (2, "b")] {
        let calls = model.until(TEST_TIMEOUT, |calls| calls.len() == number).await.unwrap();
        assert_eq!(calls[number - 1].sentence(), Some(sentence));
        calls[number - 1].release(Reply::answer(format!("re: {sentence}")));
        let answer = json!({ "sentence": format!("re: {sentence}"), "inReplyTo": number });
        assert_eq!(talk.reply().await, answer);
    }
    assert_eq!(talk.ended().await, Some(0));
}

#[tokio::test]
#[ignore = "needs grpcurl: make verify LANES=clients"]
async fn real_clients_grpcurl_that_is_killed_aborts_its_call_and_frees_its_places() {
    let model = FakeOpenAi::start(|_| Reply::held()).unwrap();
    let capacity = [("WORKERS", "1"), ("QUEUE_CAPACITY", "1"), ("OPENAI_BASE_URL", &model.base_url())];
    let server = Server::start(&capacity);
    let mut talk = open(&server, "QueueConversation");
    talk.say("a").await;
    assert_eq!(talk.reply().await["sentence"], "enqueued");
    model.until(TEST_TIMEOUT, |calls| calls.len() == 1).await.unwrap();
    talk.say("b").await;
    assert_eq!(talk.reply().await["sentence"], "enqueued");
    talk.kill().await;
    model.until(TEST_TIMEOUT, |calls| matches!(calls[0].fate(), Fate::Aborted(_))).await.unwrap();

    model.set_script(|call| Reply::answer(format!("re: {}", call.sentence().unwrap())));
    let args = ["-d", "@", &format!("{SERVICE}/QueueConversation")];
    let said = grpcurl(&server, &args, &typed(&["c"])).await.messages();
    assert_eq!(said, [json!({ "sentence": "enqueued" }), json!({ "sentence": "re: c", "inReplyTo": 1 })]);
    // The sentence that waited was never asked.
    let asked: Vec<_> = model.calls().iter().map(|call| call.sentence().unwrap().to_owned()).collect();
    assert_eq!(asked, ["a", "c"]);
}

#[tokio::test]
#[ignore = "needs grpcurl: make verify LANES=clients"]
async fn real_clients_grpcurl_reads_the_status_of_what_is_refused() {
    let (_model, server) = answering();
    let address = server.address.to_string();
    let what = format!("{SERVICE}/QueueConversation");
    let args =
        ["-plaintext", "-format-error", "-H", "conversation-key: two words", "-d", "@", &address, &what];
    let said = run("grpcurl", &args, &typed(&["a"])).await;
    let error: Value = serde_json::from_str(&said.stderr).unwrap_or_else(|_| panic!("{said:?}"));
    let words = "conversation-key must be 1 to 128 visible ASCII characters";
    assert_eq!(error, json!({ "code": 3, "message": words }));
    // grpcurl's exit code is 64 and the status.
    assert_eq!(said.code, Some(64 + 3));
}
