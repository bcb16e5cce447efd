//! All checks in the order of the brief, one for each requirement.

mod addresses;
mod bots;
mod broken;
mod forwarded;
mod input;
mod ledger;
mod list;
mod matching;
mod own;
mod quoting;
mod refusals;
mod requests;

use std::time::Duration;

use proctor_harness::{Check, Trial, Verdict};

/// Every check of the exercise.
pub(crate) const ALL: &[Check] = &[
    check("every-match-counts", "LP-1.1", matching::every_match_counts),
    check("output-is-the-count", "LP-1.2", input::output_is_the_count),
    check("zero-is-an-answer", "LP-1.3", input::zero_is_an_answer),
    check("path-is-whole", "LP-1.4", matching::path_is_whole),
    check("path-is-bytes", "LP-1.5", matching::path_is_bytes),
    check("method-is-exact", "LP-1.6", matching::method_is_exact),
    check("query-is-cut", "LP-1.7", matching::query_is_cut),
    check("files-are-summed", "LP-1.8", input::files_are_summed),
    check("standard-input-is-read", "LP-1.9", input::standard_input_is_read),
    check("last-line-without-newline", "LP-1.10", input::last_line_without_newline),
    check("carriage-return-is-no-part", "LP-1.11", input::carriage_return_is_no_part),
    check("missing-file-is-refused", "LP-1.12", refusals::missing_file),
    check("bad-request-is-refused", "LP-1.13", refusals::bad_request),
    check("unknown-option-is-refused", "LP-1.14", refusals::unknown_option),
    check("refusal-is-one-line", "LP-1.15", refusals::one_line),
    check("own-address", "LP-2.1", own::address),
    check("own-range", "LP-2.2", own::range),
    check("range-ignores-host-bits", "LP-2.3", own::host_bits),
    check("own-is-repeatable", "LP-2.4", own::repeatable),
    check("host-name-is-never-own", "LP-2.5", own::host_name),
    check("bad-range-is-refused", "LP-2.6", refusals::bad_range),
    check("bots-are-left-out", "LP-2.7", bots::are_left_out),
    check("browsers-are-kept", "LP-2.8", bots::browsers_are_kept),
    check("nobody-else-is-left-out", "LP-2.9", bots::nobody_else),
    check("list-of-substrings", "LP-2.10", list::substrings),
    check("list-takes-the-place", "LP-2.11", list::takes_the_place),
    check("list-comments-and-blanks", "LP-2.12", list::comments_and_blanks),
    check("empty-list-has-no-bots", "LP-2.13", list::empty),
    check("missing-list-is-refused", "LP-2.14", refusals::missing_list),
    check("options-stand-anywhere", "LP-2.15", own::options_anywhere),
    check("ledger-is-one-line", "LP-3.1", ledger::one_line),
    check("first-class-that-holds", "LP-3.2", ledger::first_class),
    check("empty-input", "LP-3.3", ledger::empty_input),
    check("escaped-quotes", "LP-3.4", quoting::escaped_quotes),
    check("user-with-spaces", "LP-3.5", quoting::user_with_spaces),
    check("rest-is-ignored", "LP-3.6", quoting::rest_is_ignored),
    check("bytes-not-text", "LP-3.7", quoting::bytes_not_text),
    check("newline-alone-ends-a-line", "LP-3.8", quoting::newline_alone),
    check("protocol-is-dropped", "LP-3.9", requests::protocol),
    check("target-with-spaces", "LP-3.10", requests::spaces),
    check("absolute-target", "LP-3.11", requests::absolute),
    check("empty-path-is-root", "LP-3.12", requests::empty_path),
    check("no-request-is-not-matched", "LP-3.13", requests::none),
    check("tls-bytes", "LP-3.14", requests::tls_bytes),
    check("blank-line", "LP-3.15", broken::blank),
    check("cut-off-line", "LP-3.16", broken::cut_off),
    check("status-and-size", "LP-3.17", broken::status_and_size),
    check("line-limit", "LP-3.18", broken::limit),
    check("giant-line", "LP-3.19", broken::giant),
    check("malformed-keeps-the-exit-code", "LP-3.20", broken::exit_code),
    check("own-ipv6", "LP-3.21", addresses::ipv6),
    check("mapped-is-ipv4", "LP-3.22", addresses::mapped),
    check("address-is-strict", "LP-3.23", addresses::strict),
    check("bad-ipv6-range-is-refused", "LP-3.24", refusals::bad_ipv6_range),
    check("client-behind-a-proxy", "LP-3.25", forwarded::behind_a_proxy),
    check("all-trusted-is-leftmost", "LP-3.26", forwarded::all_trusted),
    check("bad-entry-ends-the-walk", "LP-3.27", forwarded::bad_entry),
    check("stranger-forwards-nothing", "LP-3.28", forwarded::from_a_stranger),
    check("no-forwarded-field", "LP-3.29", forwarded::no_field),
    check("forwarded-is-the-last-field", "LP-3.30", forwarded::last_field),
    check("proxies-are-repeatable", "LP-3.31", forwarded::repeatable),
    check("bad-proxy-is-refused", "LP-3.32", refusals::bad_proxy),
    check("closed-pipe", "LP-3.33", input::closed_pipe),
];

/// A check with the deadline that all of them share: some start the program a dozen times.
const fn check(name: &'static str, requirement: &'static str, run: fn(&mut Trial<'_>) -> Verdict) -> Check {
    Check::new(name, requirement, Duration::from_secs(60), run)
}
