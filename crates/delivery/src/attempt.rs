//! The record of a call in the history of its events.

use crate::engine::CallId;
use crate::machine::Machine;
use event::Millis;
use inmoment::{CallError, CallOutcome, CallReplyBody, Exchange, FailureClass};
use journal::{Change, NewAttempt};

/// The outcome of a call in one word, which people read in the console.
///
/// | Word | Class and code of the outcome | What it means for the event |
/// |---|---|---|
/// | `ok` | understood | the call was carried out |
/// | `unknown` | understood, 404 to a call that only reads | InMoment does not know the end user (yet) |
/// | `refused` | `Reject` | InMoment refuses what was sent, or it cannot be sent at all |
/// | `throttled` | `Wait`, `rate_limited` | the limit of calls is used up; the call is made again |
/// | `credentials` | `Refresh`, `Halt`, `Deny` | login, account token or permission were refused, or the call was turned away; the event waits |
/// | `redirected` | `Halt` or `Deny`, `redirected` | the call was redirected; the event waits |
/// | `outage` | `Wait`, any other | InMoment failed or could not be reached; the call is made again |
/// | `timeout` | `Wait`, `timeout` | no reply came in time; the result is looked for, or the call is made again |
/// | `unreadable` | `Wait`, `unreadable_reply` or `reply_about_another` | the reply cannot be understood, or is about another end user; the result is looked for, or the call is made again |
pub(crate) fn result_word(outcome: &CallOutcome) -> &'static str {
    match outcome {
        Ok(reply) if reply.body == CallReplyBody::NotFound => "unknown",
        Ok(_) => "ok",
        Err(CallError { class: FailureClass::Reject, .. }) => "refused",
        Err(CallError { class: FailureClass::Halt | FailureClass::Deny, code: "redirected", .. }) => {
            "redirected"
        }
        Err(CallError { class: FailureClass::Refresh | FailureClass::Halt | FailureClass::Deny, .. }) => {
            "credentials"
        }
        Err(CallError { class: FailureClass::Wait, code, .. }) => match *code {
            "rate_limited" => "throttled",
            "timeout" => "timeout",
            "unreadable_reply" | "reply_about_another" => "unreadable",
            _ => "outage",
        },
    }
}

/// The record of a call that is stored with the events that it was made for. It belongs into the commit of the changes
/// that follow from the call's outcome, so ask for it before the machine gets the outcome. `None` for a call that
/// proves the credentials.
pub(crate) fn attempt(
    machine: &Machine,
    id: CallId,
    outcome: &CallOutcome,
    exchange: Exchange,
) -> Option<Change> {
    let (call, events) = machine.under_way(id)?;
    Some(Change::Attempt(NewAttempt {
        events,
        call: call.kind().to_owned(),
        method: exchange.method.to_owned(),
        target: exchange.target,
        request: exchange.request,
        status: exchange.status,
        reply: exchange.reply,
        result: result_word(outcome).to_owned(),
        started_at: Millis(exchange.started_at_ms),
        took_ms: u32::try_from(exchange.took.as_millis()).unwrap_or(u32::MAX),
    }))
}

#[cfg(test)]
mod tests;
