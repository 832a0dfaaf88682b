//! The audit, as the rooms of the console write it. [`identity`] says in which ways an entry can be written; what the journal
//! itself changes takes its entry with the order.

pub(crate) mod action;
pub(crate) mod list;

use identity::{Act, Caller, NewAuditEntry, sign_of};
use journal::{DocumentChange, NewAudit};
use serde_json::Value;

/// The entry to be written together with a change of documents. `detail` is an object without secrets.
pub(crate) fn entry(caller: &Caller, act: Act, subject: &str, detail: &Value) -> DocumentChange {
    DocumentChange::Audit(order(caller, act, subject, detail))
}

/// The entry that the journal takes with what is ordered. `detail` is an object without secrets.
pub(crate) fn order(caller: &Caller, act: Act, subject: &str, detail: &Value) -> NewAudit {
    to_record(NewAuditEntry::of(caller, act, subject, detail))
}

/// As the journal keeps it.
pub(crate) fn to_record(entry: NewAuditEntry) -> NewAudit {
    NewAudit {
        who: entry.who,
        action: entry.action.to_owned(),
        subject: entry.subject,
        detail: entry.detail,
        address: entry.address.map(|address| address.to_string()),
    }
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
