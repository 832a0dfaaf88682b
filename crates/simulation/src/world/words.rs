//! What a driver hears and commits, in the short words of a history.

use inmoment::{CallOutcome, CallReply, CallReplyBody};
use journal::{Change, Position};

/// A reply, in short.
pub(super) fn said(outcome: &CallOutcome) -> String {
    match outcome {
        Ok(CallReply { body, rate }) => {
            let said = match body {
                CallReplyBody::EndUser(user) => format!("end user {}", user.id),
                CallReplyBody::Feedback(rows) => format!("{} rows", rows.len()),
                other => format!("{other:?}"),
            };
            format!("{said} (left {:?})", rate.remaining)
        }
        Err(error) => format!("{:?} {} {:?} {:?}", error.class, error.code, error.status, error.executed),
    }
}

/// A commit, in short.
pub(super) fn summary(changes: &[Change]) -> String {
    let mut told = String::new();
    for change in changes {
        let more = match change {
            Change::Fate(Position { request, index }, fate) => format!("{request}.{index} {fate:?}"),
            Change::Cursor(number) => format!("cursor {number}"),
            Change::DeadLetter(letter) => letter.code.clone(),
            Change::InFlight(flight) => format!("{} in flight for {}", flight.call, flight.lane),
            Change::Landed(lane) => format!("landed {lane}"),
            Change::LaneTrouble(lane, record) => {
                format!(
                    "{lane} waits (attempts {}, unknown {})",
                    record.attempts,
                    record.wait_until.is_some()
                )
            }
            Change::LaneClear(lane) => format!("{lane} goes on"),
            Change::DoubtUser(id) => format!("doubt {id}"),
            Change::KnowUser(user) => format!("know {}", user.end_user_id),
            Change::Paused(paused) => format!("paused {}", paused.is_some()),
            Change::Halted(reason) => format!("halted {reason:?}"),
            Change::Budget(budget) => {
                format!("budget {}/{} until {}", budget.remaining, budget.limit, budget.resets_at.0)
            }
            Change::Link(..) => "link".to_owned(),
            Change::Unlink(_) => "unlink".to_owned(),
            Change::Answer(answer) => format!("{} kept", answer.kind.word()),
            Change::MessageIdReused => "message id reused".to_owned(),
            Change::Attempt(attempt) => format!("{} {}", attempt.call, attempt.result),
            Change::Audit(by, _) => format!("{} {}", by.who, by.action),
            Change::Conflict(conflict) => {
                let (field, lane) = (conflict.field.word(), &conflict.lane);
                format!("{lane} goes without {field} ({:?})", conflict.settlement)
            }
            Change::ConflictEnds(lane, field) => format!("{lane} has its {}", field.word()),
            Change::Seen(..) | Change::Calls { .. } => continue,
        };
        told.push_str(if told.is_empty() { "" } else { ", " });
        told.push_str(&more);
    }
    told
}
