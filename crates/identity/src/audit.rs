//! The audit: who did what, when, and from which address. It holds no secrets.
//!
//! An entry can be written in three ways, and the type of its word says which:
//! * an [`Act`] changes what is stored. Its entry goes into the same write as the change, so that neither is there
//!   without the other;
//! * an [`Inquiry`] is sent to another system (InMoment, a webhook). Its entry is written before, so that nothing is
//!   sent without one; the inquiry may still fail, so the entry says that it was asked for;
//! * a [`Look`] shows personal data. Its entry is written before, at most once in five minutes, with the number of
//!   looks.
//!
//! The words for acts of this crate are in [`action`]; the other parts of the console have their own.

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

/// The word for an inquiry that was sent to another system.
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
    /// details of the act, a JSON object without secrets
    pub detail: String,
    /// the address that the request came from
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

/// A stand-in for a text that was searched for, which may be an e-mail or anything else that a person typed: the
/// beginning of its SHA-256. A person who knows the text can find the entries about it; the entries do not reveal it.
pub fn sign_of(text: &str) -> String {
    const LENGTH: usize = 12;
    random::digest(text).chars().take(LENGTH).collect()
}
