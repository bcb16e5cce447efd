//! The page at `/`, as a person meets it in Chromium, and pages from elsewhere.

use serde_json::json;

use fake_openai::{FakeOpenAi, Reply};

use crate::program::{Server, TEST_TIMEOUT};
use chromium::{Browser, DOWN, ENTER, SHIFT, TAB};

/// Headless Chromium.
mod chromium;
/// A page of another origin that calls the service.
mod elsewhere;
/// What an eye would see.
mod looks;

/// Each sentence on the page, and what has become of it: class, state, answer.
const TALK: &str = r#"return [...document.querySelectorAll('#talk li')].map((item) => [
    item.querySelector(".said").textContent, item.className, item.querySelector(".state").textContent,
    item.querySelector(".answer")?.textContent ?? null])"#;

/// Opens the page.
async fn page(server: &Server) -> Browser {
    let browser = Browser::open().await;
    browser.go(&format!("http://{}/", server.address)).await;
    browser
}

/// Types a sentence and presses Enter. The page has put the focus into the field.
async fn say(browser: &Browser, sentence: &str) {
    browser.type_in(sentence).await;
    browser.press(None, ENTER).await;
}

#[tokio::test]
#[ignore = "needs chromium and chromedriver: make verify LANES=browser"]
async fn shows_what_becomes_of_each_sentence_in_chromium() {
    let model = FakeOpenAi::start(|_| Reply::held()).unwrap();
    let variables = [
        ("WORKERS", "1"),
        ("QUEUE_CAPACITY", "1"),
        ("RETRY_ATTEMPTS", "1"),
        ("OPENAI_BASE_URL", &model.base_url()),
    ];
    let server = Server::start(&variables);
    let browser = page(&server).await;
    say(&browser, "I feel happy.").await;
    let calls = model.until(TEST_TIMEOUT, |calls| calls.len() == 1).await.unwrap();
    assert_eq!(calls[0].sentence(), Some("I feel happy."));
    let first = json!(["I feel happy.", "enqueued", "enqueued", null]);
    browser.expect(TALK, json!([first])).await;

    say(&browser, "b").await;
    let second = json!(["b", "enqueued", "enqueued", null]);
    browser.expect(TALK, json!([first, second])).await;
    say(&browser, "c").await;
    let third = json!(["c", "full", "queue is full!", null]);
    browser.expect(TALK, json!([first, second, third])).await;

    calls[0].release(Reply::answer("How long have you been happy?"));
    let first = json!(["I feel happy.", "answered", "answered", "How long have you been happy?"]);
    browser.expect(TALK, json!([first, second, third])).await;
    let calls = model.until(TEST_TIMEOUT, |calls| calls.len() == 2).await.unwrap();
    calls[1].release(Reply::status(400));
    browser.expect("return document.querySelectorAll('li.failed .state').length", json!(1)).await;
    browser.expect("return document.querySelectorAll('li')[1].className", json!("failed")).await;

    // An answer is text, whatever it contains.
    model.set_script(|_| Reply::answer("<b>bold</b>\n<script>alert(1)</script>"));
    say(&browser, "<i>d</i>").await;
    let fourth = json!(["<i>d</i>", "answered", "answered", "<b>bold</b>\n<script>alert(1)</script>"]);
    browser.expect(&format!("{TALK}[3]"), fourth).await;
    assert_eq!(browser.console().await, [""; 0]);
}

#[tokio::test]
#[ignore = "needs chromium and chromedriver: make verify LANES=browser"]
async fn says_what_is_wrong_in_chromium() {
    let server = Server::start(&[]);
    let browser = page(&server).await;
    say(&browser, " ").await;
    browser.expect(TALK, json!([[" ", "failed", "failed", "the sentence is empty"]])).await;
    assert_eq!(browser.console().await, [""; 0]);

    drop(server);
    say(&browser, "b").await;
    browser.expect("return document.querySelectorAll('li')[1].className", json!("failed")).await;
}

/// From opening the page: type, Enter, over to the other mode and back, type, Enter. No pointer.
#[tokio::test]
#[ignore = "needs chromium and chromedriver: make verify LANES=browser"]
async fn works_by_keyboard_alone_in_chromium() {
    let server = Server::start(&[]);
    let browser = page(&server).await;
    say(&browser, "a").await;
    browser.expect(TALK, json!([["a", "enqueued", "enqueued", null]])).await;

    browser.press(Some(SHIFT), TAB).await;
    let focused = "return document.activeElement.value";
    browser.expect(focused, json!("queue")).await;
    let outline = "return getComputedStyle(document.activeElement).outlineStyle";
    assert_ne!(browser.run(outline).await, "none", "one sees where the focus is");
    browser.press(None, DOWN).await;
    browser.expect(focused, json!("say")).await;
    browser.press(None, TAB).await;
    browser.type_in("I feel happy.").await;
    browser.press(None, TAB).await;
    browser.expect("return document.activeElement.tagName", json!("BUTTON")).await;
    browser.press(None, ' ').await;
    browser.expect("return document.querySelectorAll('li.answered .answer').length", json!(1)).await;
    browser.expect("return document.activeElement.id", json!("sentence")).await;
    assert_eq!(browser.console().await, [""; 0]);
}

#[tokio::test]
#[ignore = "needs chromium and chromedriver: make verify LANES=browser"]
async fn asks_nobody_else_in_chromium() {
    let server = Server::start(&[]);
    let browser = page(&server).await;
    say(&browser, "a").await;
    browser.expect("return document.querySelectorAll('li.enqueued').length", json!(1)).await;
    let asked = browser.requests().await;
    let own = format!("http://{}/", server.address);
    let procedure = format!("{own}connectrpc.eliza.v1.ElizaService/QueueConversation");
    assert!(asked.contains(&own) && asked.contains(&procedure), "{asked:?}");
    assert!(asked.iter().all(|url| url.starts_with(&own) || url.starts_with("data:")), "{asked:?}");
}
