//! Tells from the fields of a plan, their order and the text between them whether the fast path can read it.
//!
//! The plan's own loop stays the exact reading of it; property tests hold the two together.

use super::super::record_builder::{Clock, Role};
use super::super::{Layout, Tail};
use super::{End, Plan, Step};

/// The layout of the plan's lines, if the fast path reads it.
pub(super) fn of(plan: &Plan) -> Option<Layout> {
    if plan.json || !plan.head.is_empty() {
        return None;
    }
    let steps = after_identity(&plan.steps)?;
    let steps = after(steps, Role::User, &text(" ["))?;
    let steps = after(steps, Role::Time(Clock::Clf), &text("] \""))?;
    let steps = after(steps, Role::RequestLine, &quote(" "))?;
    let steps = after(steps, Role::Status, &text(" "))?;
    if last(steps, Role::Bytes, &End::Line) {
        return Some(Layout { headers: false, tail: Tail::End, dash_is_none: true });
    }
    let steps = after(steps, Role::Bytes, &text(" \""))?;
    let steps = after(steps, Role::Referer, &quote(" \""))?;
    let tail = match steps {
        steps if last(steps, Role::Agent, &quote("")) => Tail::End,
        steps => {
            let steps = after(steps, Role::Agent, &quote(" \""))?;
            last(steps, Role::Forwarded, &quote("")).then_some(Tail::Forwarded)?
        }
    };
    Some(Layout { headers: true, tail, dash_is_none: true })
}

/// The steps behind client and identity: nginx writes ` - ` between client and user, Apache has a field there.
fn after_identity(steps: &[Step]) -> Option<&[Step]> {
    let apache = || after(after(steps, Role::Client, &text(" "))?, Role::Ignored, &End::List(b" ".to_vec()));
    after(steps, Role::Client, &text(" - ")).or_else(apache)
}

/// The steps behind the first, if that is this one. Ranks play no part: no two of these fields mean the same.
fn after<'s>(steps: &'s [Step], role: Role, end: &End) -> Option<&'s [Step]> {
    let (first, rest) = steps.split_first()?;
    (first.role == role && first.end == *end).then_some(rest)
}

fn last(steps: &[Step], role: Role, end: &End) -> bool {
    after(steps, role, end).is_some_and(<[Step]>::is_empty)
}

fn text(text: &str) -> End {
    End::Text(text.as_bytes().to_vec())
}

fn quote(after: &str) -> End {
    End::Quote(after.as_bytes().to_vec())
}
