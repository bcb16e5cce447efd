//! What an eye would see: on a phone, by day and by night.

use fake_openai::{FakeOpenAi, Reply};
use serde_json::json;

use super::chromium::Browser;
use super::{page, say};
use crate::program::Server;

/// The least contrast between a text on the page and what is behind it, with that text: WCAG asks for 4.5.
const CONTRAST: &str = r#"
    const channels = (color) => color.match(/[\d.]+/g).map(Number);
    const light = (color) => {
        const [r, g, b] = channels(color).map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = (element) => {
        const { backgroundColor } = getComputedStyle(element);
        return channels(backgroundColor)[3] === 0 && element.parentElement ? behind(element.parentElement) : backgroundColor;
    };
    const pale = document.getElementById("sentence");
    const hint = [light(getComputedStyle(pale, "::placeholder").color), light(behind(pale))];
    const contrast = ([a, b]) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const texts = [...document.body.querySelectorAll("*")].filter((element) =>
        !["SCRIPT", "STYLE"].includes(element.tagName) && element.getClientRects().length > 0
        && [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim() !== ""));
    const contrasts = texts.map((element) => {
        return [contrast([light(getComputedStyle(element).color), light(behind(element))]), element.textContent];
    });
    contrasts.push([contrast(hint), pale.placeholder]);
    return [contrasts.length, ...contrasts.sort(([a], [b]) => a - b)[0], getComputedStyle(document.body).backgroundColor];
"#;

async fn phone(browser: &Browser, scheme: &str) {
    let screen = json!({ "width": 360, "height": 640, "deviceScaleFactor": 2, "mobile": true });
    browser.command("Emulation.setDeviceMetricsOverride", screen).await;
    let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
    browser.command("Emulation.setEmulatedMedia", json!({ "features": features })).await;
}

/// A conversation with a sentence in each state, on a screen of 360 pixels.
#[tokio::test]
#[ignore = "needs chromium and chromedriver: make verify LANES=browser"]
async fn can_be_read_on_a_phone_by_day_and_by_night_in_chromium() {
    let model = FakeOpenAi::start(|call| match call.sentence() {
        Some("fails") => Reply::status(400),
        Some("waits") => Reply::held(),
        _ => Reply::answer("answer".repeat(50)),
    });
    let model = model.unwrap();
    let variables = [("WORKERS", "1"), ("QUEUE_CAPACITY", "1"), ("OPENAI_BASE_URL", &model.base_url())];
    let server = Server::start(&variables);
    let browser = page(&server).await;
    phone(&browser, "light").await;
    let state = |number: usize| format!("return document.querySelectorAll('li')[{number}].className");
    let long = "long".repeat(50);
    let said =
        [(&*long, "answered"), ("fails", "failed"), ("waits", "enqueued"), ("b", "enqueued"), ("c", "full")];
    for (number, (sentence, class)) in said.into_iter().enumerate() {
        say(&browser, sentence).await;
        browser.expect(&state(number), json!(class)).await;
    }
    let newest = "return document.querySelector('li:last-child').getBoundingClientRect().bottom \
        <= document.getElementById('form').getBoundingClientRect().top";
    browser.expect(newest, json!(true)).await;
    keep(&browser, "newest").await;

    let mut papers = Vec::new();
    for scheme in ["light", "dark"] {
        phone(&browser, scheme).await;
        let wide = "return document.documentElement.scrollWidth";
        assert_eq!(browser.run(wide).await, 360, "{scheme}: nothing is cut off at the side");
        let field = "const box = document.getElementById('sentence').getBoundingClientRect(); \
            return box.width > 150 && box.left >= 0 && box.bottom <= innerHeight";
        browser.expect(field, json!(true)).await;
        let found = browser.run(CONTRAST).await;
        assert!(found[0].as_u64().unwrap() >= 15, "{scheme}: texts were found: {found}");
        assert!(found[1].as_f64().unwrap() >= 4.5, "{scheme}: too pale: {found}");
        papers.push(found[3].clone());
        keep(&browser, scheme).await;
    }
    assert_ne!(papers[0], papers[1], "by night it is dark");
}

/// Keeps a picture for the eye where `SCREENSHOTS` says where.
async fn keep(browser: &Browser, name: &str) {
    let Some(folder) = std::env::var_os("SCREENSHOTS") else { return };
    let path = std::path::Path::new(&folder).join(format!("{name}.png"));
    std::fs::write(path, browser.screenshot().await).unwrap();
}
