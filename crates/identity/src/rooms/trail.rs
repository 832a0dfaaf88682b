//! Audit entries that are written without a change of their own: inquiries and looks.

use crate::access::caller::Caller;
use crate::audit::{Inquiry, Look, NewAuditEntry};
use crate::identity::Identity;
use crate::refusal::Error;
use crate::store::Store;
use serde_json::{Value, json};

impl<S: Store> Identity<S> {
    /// Records an inquiry to another system. Call it before the inquiry is sent.
    ///
    /// # Errors
    /// The entry could not be written; the inquiry must not be sent then.
    pub async fn inquire(
        &self,
        caller: &Caller,
        inquiry: Inquiry,
        subject: &str,
        detail: &Value,
    ) -> Result<(), Error<S::Error>> {
        let entry = NewAuditEntry::by(caller.who(), caller.address, inquiry.0, subject, detail);
        self.write(vec![S::audit(entry)]).await
    }

    /// Records that personal data is looked at: at most one entry for a caller, word and subject in five minutes. Call
    /// it before the data is shown.
    ///
    /// # Errors
    /// The entry could not be written; the data must not be shown then.
    pub async fn look(&self, caller: &Caller, look: Look, subject: &str) -> Result<(), Error<S::Error>> {
        let who = caller.who();
        let Some(times) = self.lately.due(self.now(), &who, look.0, subject) else { return Ok(()) };
        let entry =
            NewAuditEntry::by(who.clone(), caller.address, look.0, subject, &json!({ "times": times }));
        let written = self.write(vec![S::audit(entry)]).await;
        if written.is_err() {
            self.lately.not_written(&who, look.0, subject);
        }
        written
    }
}
