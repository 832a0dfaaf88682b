//! Making, changing and removing what people keep under names of their own: sources, destinations and alerts. Each change
//! is one write with its audit entry, and no other change of the same kind comes between its reading and its writing.

use crate::access::Caller;
use crate::audit;
use crate::error::ApiError;
use identity::Act;
use journal::DocumentChange;
use registry::FieldError;
use serde_json::Value;

/// The entries of one kind, by their names.
pub(crate) trait Entries: Sync {
    /// The record that is stored for an entry.
    type Record: Send;

    /// The word for an entry in messages, such as `source`.
    const WORD: &'static str;
    /// The audit's word for making an entry.
    const CREATE: Act;
    /// The audit's word for removing an entry.
    const REMOVE: Act;

    /// The error that there is no entry of this name.
    fn unknown(name: &str) -> ApiError;

    /// Does the configuration file have an entry of this name? The console changes no entry of the file.
    fn is_in_file(&self, name: &str) -> bool;

    /// Replaces a record by what `edit` makes of it: `None` stands for no record, before and after. The changes `with` are
    /// written together with it.
    fn update(
        &self,
        name: &str,
        with: Vec<DocumentChange>,
        edit: impl FnOnce(Option<Self::Record>) -> Result<Option<Self::Record>, ApiError> + Send,
    ) -> impl Future<Output = Result<(), ApiError>> + Send;
}

/// Makes an entry. `detail` is what the audit says of it, without secrets.
///
/// # Errors
/// An entry has this name already, or `make` failed.
pub(crate) async fn create<E: Entries>(
    entries: &E,
    caller: &Caller,
    name: &str,
    detail: &Value,
    make: impl FnOnce() -> Result<E::Record, ApiError> + Send,
) -> Result<(), ApiError> {
    let entry = audit::entry(caller, E::CREATE, name, detail);
    let edit = |former: Option<E::Record>| {
        if former.is_some() || entries.is_in_file(name) {
            return Err(ApiError::name_taken(E::WORD, name));
        }
        make().map(Some)
    };
    entries.update(name, vec![entry], edit).await
}

/// Changes an entry. `act` is the audit's word for it, and `detail` is what the audit says of it, without secrets.
///
/// # Errors
/// The configuration file has it, there is none of this name, or `edit` failed.
pub(crate) async fn change<E: Entries>(
    entries: &E,
    caller: &Caller,
    name: &str,
    (act, detail): (Act, &Value),
    edit: impl FnOnce(E::Record) -> Result<E::Record, ApiError> + Send,
) -> Result<(), ApiError> {
    check_writable(entries, name)?;
    let entry = audit::entry(caller, act, name, detail);
    let edit = |former: Option<E::Record>| edit(former.ok_or_else(|| E::unknown(name))?).map(Some);
    entries.update(name, vec![entry], edit).await
}

/// Removes an entry. The changes `with` are written together with that.
///
/// # Errors
/// The configuration file has it, or there is none of this name.
pub(crate) async fn remove<E: Entries>(
    entries: &E,
    caller: &Caller,
    name: &str,
    detail: &Value,
    mut with: Vec<DocumentChange>,
) -> Result<(), ApiError> {
    check_writable(entries, name)?;
    with.push(audit::entry(caller, E::REMOVE, name, detail));
    let edit = |former: Option<E::Record>| former.map(|_| None).ok_or_else(|| E::unknown(name));
    entries.update(name, with, edit).await
}

fn check_writable<E: Entries>(entries: &E, name: &str) -> Result<(), ApiError> {
    if entries.is_in_file(name) { Err(ApiError::read_only(E::WORD, name)) } else { Ok(()) }
}

/// Refuses a form that gives its entry another name.
///
/// # Errors
/// `message` says why the name stays.
pub(crate) fn check_name_stays(given: Option<&str>, name: &str, message: &str) -> Result<(), ApiError> {
    match given {
        Some(other) if other != name => Err(FieldError::new("name", message).into()),
        _ => Ok(()),
    }
}
