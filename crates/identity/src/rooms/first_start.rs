//! The first administrator.

use crate::audit::{NewAuditEntry, action};
use crate::identity::Identity;
use crate::people::{Person, Role, name, password};
use crate::refusal::{Error, Refusal};
use crate::rooms::sign_in::SignedIn;
use crate::sessions::cookie::Brought;
use crate::store::Store;
use secrecy::SecretString;
use serde_json::json;
use std::net::IpAddr;

impl<S: Store> Identity<S> {
    /// Is the first administrator still missing?
    ///
    /// # Errors
    /// The store failed.
    pub async fn needs_administrator(&self) -> Result<bool, Error<S::Error>> {
        let any = self.store.has_any::<Person>().await.map_err(Error::Store)?;
        Ok(!any)
    }

    /// Makes the first administrator and signs them in. The token is used up by that.
    ///
    /// # Errors
    /// [`Refusal::AlreadySetUp`], [`Refusal::SetupTokenWrong`], or name or password cannot be taken.
    pub async fn create_first_administrator(
        &self,
        token: &SecretString,
        name: &str,
        password: SecretString,
        address: Option<IpAddr>,
    ) -> Result<SignedIn, Error<S::Error>> {
        if !self.needs_administrator().await? {
            return Err(Refusal::AlreadySetUp.into());
        }
        if !self.setup.is(token) {
            return Err(Refusal::SetupTokenWrong.into());
        }
        name::check(name)?;
        password::acceptable("password", &password)?;
        let hash = self.hasher.hash(password).await?;
        let _turn = self.changes.lock().await;
        if !self.needs_administrator().await? {
            return Err(Refusal::AlreadySetUp.into());
        }
        let person = Person::new(name, Role::Administrator, hash, self.now());
        let entry = NewAuditEntry::by(name.to_owned(), address, action::SETUP.0, name, &json!({}));
        let signed_in = self.begin_session(person, Brought::Nothing, entry).await?;
        self.setup.spend();
        Ok(signed_in)
    }
}
