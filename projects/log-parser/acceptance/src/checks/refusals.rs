//! Questions that have to be refused.

use proctor_harness::{Failure, Trial, Verdict};
use suite_kit::refusal;

use crate::ask::Ask;
use crate::log::Log;
use crate::refusal::Refusal;

/// A request as good as any.
const REQUEST: &str = "GET /api/v1/users";

/// LP-1.12
pub(crate) fn missing_file(trial: &mut Trial<'_>) -> Verdict {
    a_log(trial)?;
    trial.write("folder/inside", b"")?;
    let missing =
        [&["missing.log"][..], &["access.log", "missing.log"], &["missing.log", "access.log"], &["folder"]];
    refusal::each(trial.shrinks(), missing, |files| {
        Refusal::of(&[&[REQUEST], files].concat()).exits_with_2(trial).map(drop)
    })
}

/// LP-1.13
pub(crate) fn bad_request(trial: &mut Trial<'_>) -> Verdict {
    a_log(trial)?;
    let bad = ["GET", "/api/v1/users", "GET api/v1/users", "GET /api/v1/users?page=1", "", " /", "G(T /"];
    let questions = bad.iter().map(|request| vec![*request, "access.log"]).chain([Vec::new()]);
    refusal::each(trial.shrinks(), questions, |question| {
        Refusal::of(&question).exits_with_2(trial).map(drop)
    })?;

    // What is a request, however odd, is answered.
    for method in ["X_Y", "M-SEARCH", "!#$%&'*+-.^_|~9z"] {
        let mut log = Log::asking(trial, method, "/api/v1/users");
        log.everyday(40);
        Ask::about(&mut log).verdict(trial)?;
    }
    Ok(())
}

/// LP-1.14
pub(crate) fn unknown_option(trial: &mut Trial<'_>) -> Verdict {
    a_log(trial)?;
    Refusal::of(&["--frobnicate", REQUEST, "access.log"]).exits_with_2(trial)?;
    Ok(())
}

/// LP-1.15
pub(crate) fn one_line(trial: &mut Trial<'_>) -> Verdict {
    a_log(trial)?;
    let questions: [(&[&str], &str); 3] = [
        (&[REQUEST, "access.log", "missing.log"], "missing.log"),
        (&["GET users", "access.log"], "GET users"),
        (&["--frobnicate", REQUEST, "access.log"], "--frobnicate"),
    ];
    let mut refused = 0;
    for (arguments, name) in questions {
        // What is wrongly taken for a good question, or has another exit code, is for the checks above.
        refused += u32::from(Refusal::of(arguments).if_refused_is_one_line_naming(trial, name)?);
    }
    match refused {
        0 => {
            Err(Failure::new("a refusal of a missing file, a bad request or an unknown option", "none")
                .into())
        }
        _ => Ok(()),
    }
}

/// LP-2.6
pub(crate) fn bad_range(trial: &mut Trial<'_>) -> Verdict {
    a_log(trial)?;
    let ranges = [
        "10.0.0.0/33",
        "10.0.0/8",
        "10.0.0.0/",
        "10.0.0.0/x",
        "10.0.0.0/-1",
        "300.1.1.1",
        "10.0.0.0.1/8",
        "010.0.0.1",
        "office.example",
    ];
    refused_as_value(trial, "--exclude-own", &ranges)
}

/// LP-2.14
pub(crate) fn missing_list(trial: &mut Trial<'_>) -> Verdict {
    a_log(trial)?;
    Refusal::of(&["--exclude-bots", "--bots", "missing.list", REQUEST, "access.log"])
        .is_one_line_naming(trial, "missing.list")
}

/// LP-3.24
pub(crate) fn bad_ipv6_range(trial: &mut Trial<'_>) -> Verdict {
    a_log(trial)?;
    let ranges = [
        "2001:db8::/129",
        "fe80::1%eth0",
        "[2001:db8::1]",
        "2001:db8::g/32",
        "1::2::3/64",
        "1:2:3:4:5:6:7/64",
    ];
    refused_as_value(trial, "--exclude-own", &ranges)
}

/// LP-3.32
pub(crate) fn bad_proxy(trial: &mut Trial<'_>) -> Verdict {
    a_log(trial)?;
    refused_as_value(trial, "--trusted-proxy", &["10.0.0.0/33", "proxy.example", "10.0.0.0/", "10.0.0.1:443"])
}

fn refused_as_value(trial: &Trial<'_>, option: &str, values: &[&str]) -> Verdict {
    refusal::each(trial.shrinks(), values, |value| {
        Refusal::of(&[option, value, REQUEST, "access.log"]).is_one_line_naming(trial, value)
    })
}

/// Puts a log into the folder, so that nothing but the question itself is wrong.
fn a_log(trial: &mut Trial<'_>) -> Verdict {
    let mut log = Log::asking(trial, "GET", "/api/v1/users");
    log.everyday(50);
    trial.write("access.log", &Ask::about(&mut log).input())?;
    Ok(())
}
