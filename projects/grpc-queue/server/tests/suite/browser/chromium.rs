//! Headless Chromium, driven by chromedriver in as much of the WebDriver protocol as a page needs.

use std::process::{Command, Stdio};

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Child;
use tokio::time::{Instant, timeout};

use crate::program::TEST_TIMEOUT;

/// A key for [`Browser::press`], as WebDriver numbers them.
pub(super) const ENTER: char = '\u{e007}';
pub(super) const TAB: char = '\u{e004}';
pub(super) const SHIFT: char = '\u{e008}';
pub(super) const DOWN: char = '\u{e015}';

/// A window of a browser. Dropped, it is killed with its driver.
pub(super) struct Browser {
    client: reqwest::Client,
    session: String,
    process: u64,
    driver: Child,
    _profile: TempDir,
}

impl Browser {
    /// Opens an empty window.
    pub(super) async fn open() -> Self {
        let profile = tempfile::tempdir().unwrap();
        let mut command = tokio::process::Command::new("chromedriver");
        // Reports of crashes would go to the home folder.
        command.env("XDG_CONFIG_HOME", profile.path());
        command.arg("--port=0").kill_on_drop(true).stdin(Stdio::null()).stdout(Stdio::piped());
        let driver = command.spawn();
        let mut driver =
            driver.unwrap_or_else(|error| panic!("chromedriver: {error}: run make verify LANES=browser"));
        let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
        let port = loop {
            let line =
                timeout(TEST_TIMEOUT, lines.next_line()).await.expect("chromedriver listens soon").unwrap();
            let line = line.expect("chromedriver says its port");
            if let Some((_, port)) = line.split_once("started successfully on port ") {
                break port.trim_end_matches('.').to_owned();
            }
        };
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let sessions = format!("http://127.0.0.1:{port}/session");
        let opened = send(client.post(&sessions).json(&capabilities(&profile))).await;
        let session = format!("{sessions}/{}", opened["sessionId"].as_str().unwrap());
        let process = opened["capabilities"]["goog:processID"].as_u64().unwrap();
        Self { client, session, process, driver, _profile: profile }
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        send(self.client.post(format!("{}/{path}", self.session)).json(&body)).await
    }

    /// Opens a page, and waits until it has been loaded.
    pub(super) async fn go(&self, url: &str) {
        self.post("url", json!({ "url": url })).await;
    }

    /// Presses a key, while another is held where there is one.
    pub(super) async fn press(&self, held: Option<char>, key: char) {
        let event = |kind: &str, key: char| json!({ "type": kind, "value": key.to_string() });
        let mut events = vec![event("keyDown", key), event("keyUp", key)];
        if let Some(held) = held {
            events.insert(0, event("keyDown", held));
            events.push(event("keyUp", held));
        }
        let keyboard = json!({ "type": "key", "id": "keyboard", "actions": events });
        self.post("actions", json!({ "actions": [keyboard] })).await;
    }

    /// Types a text into what has the focus.
    pub(super) async fn type_in(&self, text: &str) {
        for key in text.chars() {
            self.press(None, key).await;
        }
    }

    /// What a function body returns in the page; a promise is waited for.
    pub(super) async fn run(&self, script: &str) -> Value {
        self.post("execute/sync", json!({ "script": script, "args": [] })).await
    }

    /// Waits until a script returns this.
    #[track_caller]
    pub(super) fn expect(&self, script: &str, expected: Value) -> impl Future<Output = ()> {
        let place = std::panic::Location::caller();
        async move {
            let deadline = Instant::now() + TEST_TIMEOUT;
            loop {
                let found = self.run(script).await;
                if found == expected {
                    return;
                }
                assert!(Instant::now() < deadline, "{place}: {expected}, found {found}");
            }
        }
    }

    /// A command of Chromium's own protocol.
    pub(super) async fn command(&self, name: &str, params: Value) -> Value {
        self.post("goog/cdp/execute", json!({ "cmd": name, "params": params })).await
    }

    /// A picture of what the window shows, as PNG.
    pub(super) async fn screenshot(&self) -> Vec<u8> {
        let picture = send(self.client.get(format!("{}/screenshot", self.session))).await;
        BASE64_STANDARD.decode(picture.as_str().unwrap()).unwrap()
    }

    /// What the console has shown since this was asked last.
    pub(super) async fn console(&self) -> Vec<String> {
        let log = self.post("se/log", json!({ "type": "browser" })).await;
        log.as_array().unwrap().iter().map(|entry| entry["message"].to_string()).collect()
    }

    /// The addresses that pages have asked for since this was asked last, but for the browser's own empty page.
    pub(super) async fn requests(&self) -> Vec<String> {
        let log = self.post("se/log", json!({ "type": "performance" })).await;
        let events = log.as_array().unwrap().iter().map(|entry| {
            let event: Value = serde_json::from_str(entry["message"].as_str().unwrap()).unwrap();
            event["message"].clone()
        });
        let sent = events.filter(|event| event["method"] == "Network.requestWillBeSent");
        let of_pages = sent.filter(|event| {
            let page = event["params"]["documentURL"].as_str().unwrap();
            !page.starts_with("chrome://")
        });
        of_pages.map(|event| event["params"]["request"]["url"].as_str().unwrap().to_owned()).collect()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Both may have ended already.
        _ = Command::new("kill").args(["-s", "KILL", &self.process.to_string()]).status();
        _ = self.driver.start_kill();
    }
}

fn capabilities(profile: &TempDir) -> Value {
    let profile = format!("--user-data-dir={}", profile.path().display());
    let arguments = [
        "--headless",
        // A container gives root no sandbox, and the pages are our own.
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-quic",
        "--no-first-run",
        "--no-proxy-server",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        &profile,
    ];
    let match_all = json!({
        "browserName": "chrome",
        "goog:chromeOptions": { "args": arguments },
        "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
    });
    json!({ "capabilities": { "alwaysMatch": match_all } })
}

/// The value of a reply of the driver.
async fn send(request: reqwest::RequestBuilder) -> Value {
    let reply = request.timeout(TEST_TIMEOUT * 2).send().await.unwrap();
    let good = reply.status().is_success();
    let mut reply: Value = reply.json().await.unwrap();
    assert!(good, "{reply}");
    reply["value"].take()
}
