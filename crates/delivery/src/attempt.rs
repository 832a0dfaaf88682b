//! A call's part in the story of its events.

use crate::engine::CallId;
use crate::machine::Machine;
use event::Millis;
use inmoment::{CallError, CallOutcome, CallReplyBody, Exchange, FailureClass};
use journal::{Change, NewAttempt};

/// Every word of [`result_word`], in the order of its table.
pub const RESULT_WORDS: [&str; 9] =
    ["ok", "unknown", "refused", "throttled", "credentials", "redirected", "outage", "timeout", "unreadable"];

/// What a call came to, in one word; people read it in the console.
///
/// | Word | Class and code of the outcome | What it means for the event |
/// |---|---|---|
/// | `ok` | understood | the call was carried out |
/// | `unknown` | understood, 404 to a call that only reads | InMoment does not know the end user (yet) |
/// | `refused` | `Reject` | InMoment refuses what was sent, or it cannot be sent at all |
/// | `throttled` | `Wait`, `rate_limited` | the limit of calls is used up; it is made again |
/// | `credentials` | `Refresh`, `Halt`, `Deny` | login, account token or permission were refused, or the call was turned away; the event waits |
/// | `redirected` | `Halt` or `Deny`, `redirected` | the call was redirected; the event waits |
/// | `outage` | `Wait`, any other | InMoment failed or could not be reached; it is made again |
/// | `timeout` | `Wait`, `timeout` | no reply in time; it is looked for or made again |
/// | `unreadable` | `Wait`, `unreadable_reply` or `reply_about_another` | a reply that means nothing, or is about somebody else; it is looked for or made again |
pub fn result_word(outcome: &CallOutcome) -> &'static str {
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

/// The call as it is kept with the events it was made for: to be committed with what the machine makes of its outcome, and
/// therefore to be asked for before the machine is told of it. None for a call that proves the credentials.
pub fn attempt(machine: &Machine, id: CallId, outcome: &CallOutcome, exchange: Exchange) -> Option<Change> {
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
