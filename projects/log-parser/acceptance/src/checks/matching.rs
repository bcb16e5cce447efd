//! Level 1: which requests are the one that was asked for.

use proctor_harness::{Trial, Verdict};

use crate::ask::Ask;
use crate::line::Class::{Counted, NotMatched};
use crate::log::Log;
use crate::traffic::{IN_APPS, pick};

/// LP-1.1
pub(crate) fn every_match_counts(trial: &mut Trial<'_>) -> Verdict {
    let mut log = Log::new(trial);
    log.everyday(1700);
    log.put(100, Counted, "a space and a bracket in its agent", |record, rng| {
        record.agent(pick(rng, IN_APPS))
    });
    log.put(200, Counted, "another status than 200", |record, rng| {
        let status = pick(rng, &["201", "204", "301", "304", "400", "401", "404", "429", "500", "503"]);
        record.status(status).size(pick(rng, &["-", "0", "17", "4294967296"]))
    });
    Ask::about(&mut log).also_repeated(10).verdict(trial)
}

/// LP-1.4
pub(crate) fn path_is_whole(trial: &mut Trial<'_>) -> Verdict {
    let mut log = Log::new(trial);
    let (method, path) = (log.method, log.path);
    log.everyday(250);
    log.put(30, NotMatched, "a longer path that begins with the one asked for", |record, rng| {
        let more = pick(rng, &["2", "/42", "/42/avatar", ".json", "-export", ";v=1"]);
        record.asks(method, &format!("{path}{more}"))
    });
    log.put(30, NotMatched, "a longer path that ends with the one asked for", |record, rng| {
        let before = pick(rng, &["/v0", "/proxy", "/a/b"]);
        record.asks(method, &format!("{before}{path}"))
    });
    log.put(15, NotMatched, "a slash at the end of its path", |record, _| {
        record.asks(method, &format!("{path}/"))
    });
    log.put(15, NotMatched, "a number sign behind the path", |record, rng| {
        record.asks(method, &format!("{path}{}", pick(rng, &["#top", "#", "#?page=2"])))
    });
    log.put(15, NotMatched, "the start of the path alone", |record, _| {
        record.asks(method, &path[..path.len() - 1])
    });
    Ask::about(&mut log).verdict(trial)
}

/// LP-1.5
pub(crate) fn path_is_bytes(trial: &mut Trial<'_>) -> Verdict {
    let mut log = Log::asking(trial, "GET", "/api/v1.2/users+roles");
    log.everyday(250);
    log.put(20, NotMatched, "a path in another case", |record, rng| {
        record.asks(
            "GET",
            pick(rng, &["/API/v1.2/users+roles", "/api/V1.2/users+roles", "/api/v1.2/Users+Roles"]),
        )
    });
    log.put(20, NotMatched, "a path that is the one asked for only when decoded", |record, rng| {
        record.asks("GET", pick(rng, &["/api/v1%2E2/users+roles", "/%61pi/v1.2/users+roles"]))
    });
    log.put(
        20,
        NotMatched,
        "a path that is the one asked for only when taken as a pattern",
        |record, rng| record.asks("GET", pick(rng, &["/api/v1x2/users+roles", "/api/v1-2/users+roles"])),
    );
    log.put(20, NotMatched, "a path that is the one asked for only when tidied up", |record, rng| {
        record.asks("GET", pick(rng, &["/api//v1.2/users+roles", "/api/./v1.2/users+roles"]))
    });
    Ask::about(&mut log).verdict(trial)
}

/// LP-1.6
pub(crate) fn method_is_exact(trial: &mut Trial<'_>) -> Verdict {
    let mut log = Log::new(trial);
    log.method = "GET";
    let path = log.path;
    log.everyday(250);
    log.put(20, NotMatched, "the method HEAD", |record, _| record.asks("HEAD", path));
    log.put(30, NotMatched, "another method", |record, rng| {
        record.asks(pick(rng, &["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "GETX", "FORGET"]), path)
    });
    log.put(20, NotMatched, "a method in another case", |record, rng| {
        record.asks(pick(rng, &["get", "Get"]), path)
    });
    Ask::about(&mut log).verdict(trial)
}

/// LP-1.7
pub(crate) fn query_is_cut(trial: &mut Trial<'_>) -> Verdict {
    let mut log = Log::new(trial);
    let (method, path) = (log.method, log.path);
    log.everyday(250);
    log.put(60, Counted, "a query behind the path", |record, rng| {
        let page = rng.u32(1..500);
        record.asks(method, &format!("{path}?page={page}&sort=name"))
    });
    log.put(10, Counted, "a query with nothing in it", |record, _| record.asks(method, &format!("{path}?")));
    log.put(20, Counted, "a second question mark", |record, _| {
        record.asks(method, &format!("{path}?next=/a?b=1&c=%3F"))
    });
    log.put(20, NotMatched, "the path asked for in its query alone", |record, _| {
        record.asks(method, &format!("/login?next={path}"))
    });
    Ask::about(&mut log).verdict(trial)
}
