//! Answers in every way to write them, held by snapshot.

use log_parser::{CapacityLimit, Group, GroupBy, Ledger};

use super::*;

fn tally(by: Option<GroupBy>) -> Tally {
    let text = |text: &str, count| Group { key: Key::Text(text.into()), count };
    let groups = by.map(|by| Summary {
        by,
        groups: match by {
            GroupBy::Hour | GroupBy::Day => [(None, 1), (Some(0), 4), (Some(1), 9), (Some(4), 2)]
                .map(|(hour, count): (Option<i64>, u64)| {
                    let (first, span) =
                        if by == GroupBy::Hour { (498_600, 3_600_000_000) } else { (20_775, 86_400_000_000) };
                    Group { key: Key::Time(hour.map(|hour| (hour + first) * span)), count }
                })
                .into(),
            _ => vec![text("/plain", 1_200), text("/a,\"b\"", 34), text("/\u{e9}", 5)],
        },
        error: if by == GroupBy::Path { 3 } else { 0 },
        full: (by == GroupBy::Path).then_some(CapacityLimit::Groups(Summary::EXACT)),
        other: 0,
    });
    let counted = if matches!(by, Some(GroupBy::Hour | GroupBy::Day)) { 16 } else { 1_240 };
    let ledger = Ledger { lines: counted + 15, counted, not_matched: 9, own: 3, bot: 2, malformed: 1 };
    Tally { ledger, groups, rejects_left_out: 0 }
}

fn written(by: Option<GroupBy>, how: Output, terminal: bool) -> String {
    let tally = tally(by);
    let answer = Answer { request: Some("GET /a"), tally: &tally, limit: 10 };
    let mut output = Vec::new();
    match how {
        Output::Table => table::write(&answer, terminal, &mut output).unwrap(),
        _ => write(&answer, how, &mut output).unwrap(),
    }
    String::from_utf8(output).unwrap()
}

#[test]
fn tables_read_well() {
    insta::assert_snapshot!("table_by_hour", written(Some(GroupBy::Hour), Output::Table, true));
    insta::assert_snapshot!("table_by_day_in_a_file", written(Some(GroupBy::Day), Output::Table, false));
    insta::assert_snapshot!("table_by_path", written(Some(GroupBy::Path), Output::Table, true));
    insta::assert_snapshot!("table_without_groups", written(None, Output::Table, true));
}

#[test]
fn machines_read_all_others() {
    for (how, name) in [(Output::Json, "json"), (Output::Ndjson, "ndjson"), (Output::Csv, "csv")] {
        insta::assert_snapshot!(format!("{name}_by_path"), written(Some(GroupBy::Path), how, false));
        insta::assert_snapshot!(format!("{name}_by_hour"), written(Some(GroupBy::Hour), how, false));
        insta::assert_snapshot!(format!("{name}_without_groups"), written(None, how, false));
    }
}

#[test]
fn a_terminal_gets_nothing_to_obey() {
    let groups = Summary {
        by: GroupBy::Agent,
        groups: vec![Group { key: Key::Text(b"\x1b[2Jcurl\xff".to_vec()), count: 1 }],
        error: 0,
        full: None,
        other: 0,
    };
    let tally = Tally { groups: Some(groups), ..tally(None) };
    let answer = Answer { request: None, tally: &tally, limit: 10 };
    let mut output = Vec::new();
    table::write(&answer, true, &mut output).unwrap();
    let text = String::from_utf8(output).unwrap();
    assert!(text.contains("\\u{1b}[2Jcurl\\xff") && !text.contains('\u{1b}'), "{text:?}");
}
