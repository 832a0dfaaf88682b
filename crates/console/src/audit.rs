//! The audit: who did what, when, from where. An entry goes into the same write as the change it is about, so that
//! neither is there without the other. It holds no secrets.

mod lately;
pub(crate) mod routes;

pub(crate) use lately::Lately;

use crate::access::{Address, Caller};
use crate::error::ApiError;
use crate::settings::Shared;
use journal::{DocumentChange, NewAudit};
use serde_json::Value;

/// The audit's words for what people did. `subject` is what it was done to.
pub(crate) mod action {
    /// made the first administrator
    pub(crate) const SETUP: &str = "setup";
    /// signed in
    pub(crate) const SIGN_IN: &str = "session.begin";
    /// was not let in
    pub(crate) const SIGN_IN_REFUSED: &str = "session.refused";
    /// signed out
    pub(crate) const SIGN_OUT: &str = "session.end";
    /// changed the own password
    pub(crate) const PASSWORD_CHANGE: &str = "password.change";
    /// made a person
    pub(crate) const PERSON_CREATE: &str = "person.create";
    /// changed a person
    pub(crate) const PERSON_CHANGE: &str = "person.change";
    /// removed a person
    pub(crate) const PERSON_REMOVE: &str = "person.remove";
    /// made an API token
    pub(crate) const TOKEN_CREATE: &str = "token.create";
    /// removed an API token
    pub(crate) const TOKEN_REMOVE: &str = "token.remove";
    /// looked at a dead letter's event
    pub(crate) const DEAD_LETTER_VIEW: &str = "dead_letter.view";
    /// asked for dead letters to be tried again
    pub(crate) const DEAD_LETTERS_REQUEUE: &str = "dead_letters.requeue";
    /// asked for dead letters to be given up
    pub(crate) const DEAD_LETTERS_DISCARD: &str = "dead_letters.discard";
    /// asked for a dead letter to be edited and tried again
    pub(crate) const DEAD_LETTER_EDIT: &str = "dead_letter.edit";
    /// looked at an event
    pub(crate) const EVENT_VIEW: &str = "event.view";
    /// looked at events as they arrive
    pub(crate) const LIVE_VIEW: &str = "live.view";
    /// looked at survey answers
    pub(crate) const ANSWERS_VIEW: &str = "answers.view";
    /// looked for end users
    pub(crate) const END_USERS_FIND: &str = "end_users.find";
    /// looked at an end user
    pub(crate) const END_USER_VIEW: &str = "end_user.view";
    /// asked InMoment for an end user
    pub(crate) const END_USER_ASK: &str = "end_user.ask";
    /// asked for an event to be delivered once more
    pub(crate) const EVENT_REPLAY: &str = "event.replay";
    /// made a source
    pub(crate) const SOURCE_CREATE: &str = "source.create";
    /// changed a source
    pub(crate) const SOURCE_CHANGE: &str = "source.change";
    /// gave a source another write key
    pub(crate) const SOURCE_ROTATE: &str = "source.rotate";
    /// removed a source
    pub(crate) const SOURCE_REMOVE: &str = "source.remove";
    /// made a destination
    pub(crate) const DESTINATION_CREATE: &str = "destination.create";
    /// changed a destination
    pub(crate) const DESTINATION_CHANGE: &str = "destination.change";
    /// removed a destination
    pub(crate) const DESTINATION_REMOVE: &str = "destination.remove";
    /// asked InMoment whether it takes a login
    pub(crate) const CONNECTION_TEST: &str = "connection.test";
    /// made an alert
    pub(crate) const ALERT_CREATE: &str = "alert.create";
    /// changed an alert
    pub(crate) const ALERT_CHANGE: &str = "alert.change";
    /// removed an alert
    pub(crate) const ALERT_REMOVE: &str = "alert.remove";
    /// had an alert's webhook told
    pub(crate) const ALERT_TEST: &str = "alert.test";
    /// asked for a destination to be paused
    pub(crate) const DESTINATION_PAUSE: &str = "destination.pause";
    /// asked for a destination to be resumed
    pub(crate) const DESTINATION_RESUME: &str = "destination.resume";
}

/// The entry to be written together with a change. `detail` is an object without secrets.
pub(crate) fn entry(caller: &Caller, action: &str, subject: &str, detail: &Value) -> DocumentChange {
    entry_of(&caller.who(), caller.address, action, subject, detail)
}

/// An entry about somebody who is not signed in yet.
pub(crate) fn entry_of(
    who: &str,
    address: Address,
    action: &str,
    subject: &str,
    detail: &Value,
) -> DocumentChange {
    DocumentChange::Audit(NewAudit {
        who: who.to_owned(),
        action: action.to_owned(),
        subject: subject.to_owned(),
        detail: detail.to_string(),
        address: address.0.map(|address| address.to_string()),
    })
}

impl Shared {
    /// Writes an entry about something that is not a change of documents, before it is done: so that nothing is done
    /// without an entry. It may yet fail, so the entry says that it was asked for.
    pub(crate) async fn record(
        &self,
        caller: &Caller,
        action: &str,
        subject: &str,
        detail: &Value,
    ) -> Result<(), ApiError> {
        self.write(vec![entry(caller, action, subject, detail)]).await
    }

    /// To be called before personal data is shown: at most one entry for a caller, action and subject in five minutes.
    /// What cannot be recorded is not shown.
    pub(crate) async fn look(&self, caller: &Caller, action: &str, subject: &str) -> Result<(), ApiError> {
        let who = caller.who();
        let lately = &self.safety.lately;
        let Some(times) = lately.due(self.now(), &who, action, subject) else { return Ok(()) };
        let written = self.record(caller, action, subject, &serde_json::json!({ "times": times })).await;
        if written.is_err() {
            lately.not_written(&who, action, subject);
        }
        written
    }
}
