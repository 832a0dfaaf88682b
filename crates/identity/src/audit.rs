//! The audit: who did what, when, from where. It holds no secrets.
//!
//! An entry can be written in three ways, and the type of its word says which:
//! * an [`Act`] changes what is stored. Its entry goes into the same write as the change, so that neither is there without
//!   the other;
//! * an [`Inquiry`] goes out to somebody else (InMoment, a webhook). Its entry is written before, so that nothing goes out
//!   without one; the inquiry may still fail, so the entry says that it was asked for;
//! * a [`Look`] shows personal data. Its entry is written before, once in a while, with how often it happened.
//!
//! The words for what is done here are in [`action`]; each other part of the console has words of its own.

pub mod action;
mod lately;

pub(crate) use lately::Lately;

use crate::access::caller::Caller;
use crate::random;
use serde_json::Value;
use std::net::IpAddr;

/// The word for a change of what is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Act(pub &'static str);

/// The word for what was asked of somebody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Inquiry(pub &'static str);

/// The word for personal data that was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look(pub &'static str);

/// One entry, before it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAuditEntry {
    /// the person's name, the token's, or `not signed in`
    pub who: String,
    /// what was done: one of the stable words
    pub action: &'static str,
    /// what it was done to
    pub subject: String,
    /// more about it, a JSON object without secrets
    pub detail: String,
    /// from which address
    pub address: Option<IpAddr>,
}

impl NewAuditEntry {
    /// What a caller did. `detail` is an object without secrets.
    pub fn of(caller: &Caller, act: Act, subject: &str, detail: &Value) -> NewAuditEntry {
        NewAuditEntry::by(caller.who(), caller.address, act.0, subject, detail)
    }

    pub(crate) fn by(
        who: String,
        address: Option<IpAddr>,
        action: &'static str,
        subject: &str,
        detail: &Value,
    ) -> NewAuditEntry {
        NewAuditEntry { who, action, subject: subject.to_owned(), detail: detail.to_string(), address }
    }
}

/// Stands for what was looked for, which may be an e-mail, or anything else that was typed: the beginning of the text's
/// SHA-256. Whoever knows the text finds the entries about it; the entries do not reveal the text.
pub fn sign_of(text: &str) -> String {
    const LENGTH: usize = 12;
    random::digest(text).chars().take(LENGTH).collect()
}
