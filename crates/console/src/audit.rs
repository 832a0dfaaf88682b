//! Audit entries of the console. [`identity`] defines in which ways an entry can be written; a change that the journal
//! itself makes takes its entry together with the order.

pub(crate) mod action;
pub(crate) mod list;

use identity::{Act, Caller, NewAuditEntry, sign_of};
use journal::{DocumentChange, NewAudit};
use serde_json::Value;

/// The entry to be written together with a change of documents. `detail` is an object without secrets.
pub(crate) fn entry(caller: &Caller, act: Act, subject: &str, detail: &Value) -> DocumentChange {
    DocumentChange::Audit(order(caller, act, subject, detail))
}

/// The entry that the journal writes together with the ordered change. `detail` is an object without secrets.
pub(crate) fn order(caller: &Caller, act: Act, subject: &str, detail: &Value) -> NewAudit {
    to_record(NewAuditEntry::of(caller, act, subject, detail))
}

/// Converts an entry to the journal's record.
pub(crate) fn to_record(entry: NewAuditEntry) -> NewAudit {
    NewAudit {
        who: entry.who,
        action: entry.action.to_owned(),
        subject: entry.subject,
        detail: entry.detail,
        address: entry.address.map(|address| address.to_string()),
    }
}

/// The audit's text for a list that was read: the whole list, or the part of one end user or message. Filters that
/// identify no person (a time, a code, a destination) are left out, so that all pages of a list make one entry.
pub(crate) fn looked_for(what: &str, user: Option<&str>, message_id: Option<&str>) -> String {
    let mut subject = what.to_owned();
    for (of, text) in [("user", user), ("message", message_id)] {
        if let Some(text) = text {
            subject.push_str(&format!(" of {of} #{}", sign_of(text)));
        }
    }
    subject
}
