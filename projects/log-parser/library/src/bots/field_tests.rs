//! The lists against agents of the field: browsers in use, and the examples of npm's `crawler-user-agents`.
//!
//! That package is not ours to copy: it is read from `CRAWLER_USER_AGENTS`, or from where
//! `npm install --prefix target/npm crawler-user-agents` puts it.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::{Bots, Class};

const BROWSERS: &str = include_str!("samples/browsers.txt");

/// At least this many of a hundred.
const CAUGHT_PERCENT: usize = 95;

#[derive(Deserialize)]
struct Entry {
    pattern: String,
    instances: Vec<String>,
}

fn browsers() -> impl Iterator<Item = &'static str> {
    BROWSERS.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// The package's JSON.
fn crawler_user_agents() -> Vec<u8> {
    let installed = "../../../target/npm/node_modules/crawler-user-agents/crawler-user-agents.json";
    let path = std::env::var_os("CRAWLER_USER_AGENTS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join(installed), PathBuf::from);
    std::fs::read(path).unwrap()
}

#[test]
fn no_browser_in_use_is_taken_for_a_bot() {
    let bots = Bots::built_in();
    assert!(browsers().count() >= 60);
    let caught: Vec<_> = browsers()
        .filter_map(|agent| bots.classify(agent.as_bytes()).map(|rule| format!("{rule}: {agent}")))
        .collect();
    assert!(caught.is_empty(), "{caught:#?}");
}

#[test]
#[ignore = "needs npm: make verify LANES=agents"]
fn at_least_95_of_100_examples_of_crawler_user_agents_are_caught() {
    let json = crawler_user_agents();
    let bots = Bots::built_in();
    let entries: Vec<Entry> = serde_json::from_slice(&json).unwrap();
    let agents: Vec<_> = entries.iter().flat_map(|entry| &entry.instances).collect();
    let missed: Vec<_> = agents.iter().filter(|agent| !bots.is_bot(agent.as_bytes())).collect();
    let caught = agents.len() - missed.len();
    writeln!(io::stderr(), "{} caught {caught} of {} example agents", bots.name(), agents.len()).unwrap();
    assert!(agents.len() > 1000, "the package has some 2,000 examples");
    assert!(caught * 100 >= agents.len() * CAUGHT_PERCENT, "{caught} of {}: {missed:#?}", agents.len());
}

#[test]
#[ignore = "needs npm: make verify LANES=agents"]
fn the_json_of_crawler_user_agents_catches_each_of_its_own_examples() {
    let json = crawler_user_agents();
    let bots = Bots::from_list(&json).unwrap();
    let entries: Vec<Entry> = serde_json::from_slice(&json).unwrap();
    assert_eq!(bots.len(), entries.len());
    for entry in &entries {
        for agent in &entry.instances {
            assert!(bots.is_bot(agent.as_bytes()), "{}: {agent}", entry.pattern);
        }
    }
}

#[test]
fn the_rule_that_fires_says_what_the_agent_is() {
    #[track_caller]
    fn check(agent: &str, expected: Option<(Class, &str)>) {
        let bots = Bots::built_in();
        assert_eq!(
            bots.classify(agent.as_bytes()).map(|rule| (rule.class, rule.pattern)),
            expected,
            "{agent}"
        );
    }
    check("", Some((Class::EmptyAgent, "-")));
    check("-", Some((Class::EmptyAgent, "-")));
    check(" ", None);
    check("curl/8.16.0", Some((Class::HttpLibrary, "^curl")));
    check("python-requests/2.32.5", Some((Class::HttpLibrary, "python")));
    check("Go-http-client/2.0", Some((Class::HttpLibrary, "^go-")));
    check("okhttp/5.1.0", Some((Class::HttpLibrary, "okhttp")));
    check(
        "Mozilla/5.0 (compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)",
        Some((Class::Monitoring, "uptime")),
    );
    check(
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.3; +https://openai.com/gptbot)",
        Some((Class::Declared, "gptbot")),
    );
    check(
        "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
        Some((Class::Declared, "bingbot")),
    );
    check("SomeNewCrawler/0.1", Some((Class::Declared, "crawl")));
    check("Mozilla/5.0 (compatible; Nobody Knows Me/1.0)", Some((Class::Declared, "compatible;")));
    check("Our partner's job (ask ops@example.org)", Some((Class::Declared, "@")));
    check("Mozilla/5.0 (Linux; Android 13; CUBOT P80) Googlebot/2.1", Some((Class::Declared, "googlebot")));
}
