//! The audit: who did what, when, from where. It holds no secrets.
//!
//! An entry can be written in three ways, and the type of its word says which ([`action`]):
//! * an [`Act`] changes what the journal holds. Its entry goes into the same write as the change, so that neither is there
//!   without the other;
//! * an [`Inquiry`] goes out to somebody else (InMoment, a webhook). Its entry is written before, so that nothing goes out
//!   without one; it may yet fail, so the entry says that it was asked for;
//! * a [`Look`] shows personal data. Its entry is written before, once in a while, with how often it happened.

pub(crate) mod action;
mod lately;
pub(crate) mod routes;

pub(crate) use lately::Lately;

use crate::access::{Address, Caller};
use crate::error::ApiError;
use crate::random;
use crate::settings::Shared;
use journal::{DocumentChange, NewAudit};
use serde_json::{Value, json};

/// The word for a change of what the journal holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Act(&'static str);

/// The word for what was asked of somebody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Inquiry(&'static str);

/// The word for personal data that was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Look(&'static str);

impl Act {
    pub(crate) fn word(self) -> &'static str {
        self.0
    }
}

/// The entry to be written together with a change of documents. `detail` is an object without secrets.
pub(crate) fn entry(caller: &Caller, act: Act, subject: &str, detail: &Value) -> DocumentChange {
    DocumentChange::Audit(order(caller, act, subject, detail))
}

/// The entry that the journal takes with what is ordered. `detail` is an object without secrets.
pub(crate) fn order(caller: &Caller, act: Act, subject: &str, detail: &Value) -> NewAudit {
    written_by(&caller.who(), caller.address, act.0, subject, detail)
}

/// The entry about somebody who is not signed in yet.
pub(crate) fn entry_of(
    who: &str,
    address: Address,
    act: Act,
    subject: &str,
    detail: &Value,
) -> DocumentChange {
    DocumentChange::Audit(written_by(who, address, act.0, subject, detail))
}

fn written_by(who: &str, address: Address, action: &str, subject: &str, detail: &Value) -> NewAudit {
    NewAudit {
        who: who.to_owned(),
        action: action.to_owned(),
        subject: subject.to_owned(),
        detail: detail.to_string(),
        address: address.0.map(|address| address.to_string()),
    }
}

/// Stands for what was looked for, which may be an e-mail, or anything else that was typed: the beginning of the text's
/// SHA-256. Whoever knows the text finds the entries about it; the entries do not tell it.
pub(crate) fn sign_of(text: &str) -> String {
    const LENGTH: usize = 12;
    random::digest(text).chars().take(LENGTH).collect()
}

/// How the audit tells of a list that was looked through: all of it, or what belongs to one end user or message. Filters
/// that name nobody (a time, a code, a destination) are left out, so that turning pages is one entry.
pub(crate) fn looked_for(what: &str, user: Option<&str>, message_id: Option<&str>) -> String {
    let mut subject = what.to_owned();
    for (of, text) in [("user", user), ("message", message_id)] {
        if let Some(text) = text {
            subject.push_str(&format!(" of {of} #{}", sign_of(text)));
        }
    }
    subject
}

impl Shared {
    /// To be called before somebody else is asked.
    pub(crate) async fn inquire(
        &self,
        caller: &Caller,
        inquiry: Inquiry,
        subject: &str,
        detail: &Value,
    ) -> Result<(), ApiError> {
        let entry = written_by(&caller.who(), caller.address, inquiry.0, subject, detail);
        self.write(vec![DocumentChange::Audit(entry)]).await
    }

    /// To be called before personal data is shown: at most one entry for a caller, word and subject in five minutes.
    /// What cannot be recorded is not shown.
    pub(crate) async fn look(&self, caller: &Caller, look: Look, subject: &str) -> Result<(), ApiError> {
        let who = caller.who();
        let lately = &self.safety.lately;
        let Some(times) = lately.due(self.now(), &who, look.0, subject) else { return Ok(()) };
        let entry = written_by(&who, caller.address, look.0, subject, &json!({ "times": times }));
        let written = self.write(vec![DocumentChange::Audit(entry)]).await;
        if written.is_err() {
            lately.not_written(&who, look.0, subject);
        }
        written
    }
}
