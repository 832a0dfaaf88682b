//! Making and removing API tokens.

use crate::access::caller::Caller;
use crate::audit::{NewAuditEntry, action};
use crate::identity::{Identity, put};
use crate::people::{Role, name};
use crate::refusal::{Error, Refusal};
use crate::store::Store;
use crate::tokens::{Token, id, make};
use event::Millis;
use secrecy::SecretString;
use serde_json::json;

/// A new API token.
#[derive(Debug)]
pub struct MadeToken {
    /// the token itself; only this answer contains it
    pub secret: SecretString,
    /// the key under which it is stored
    pub key: String,
    /// the stored record
    pub token: Token,
}

impl<S: Store> Identity<S> {
    /// All API tokens with their keys.
    ///
    /// # Errors
    /// The store failed, or the look could not be recorded.
    pub async fn tokens(&self, caller: &Caller) -> Result<Vec<(String, Token)>, Error<S::Error>> {
        self.look(caller, action::TOKENS_LIST, "tokens").await?;
        self.load_all().await
    }

    /// Makes an API token, which ends at `expires_at` if that is given.
    ///
    /// # Errors
    /// The name cannot be taken, a token has it already, or the end has passed.
    pub async fn create_token(
        &self,
        caller: &Caller,
        name: String,
        role: Role,
        expires_at: Option<Millis>,
    ) -> Result<MadeToken, Error<S::Error>> {
        name::check(&name)?;
        let now = self.now();
        if expires_at.is_some_and(|end| end.0 <= now.0) {
            return Err(Refusal::unfit("expires_at", "expires_at has passed already").into());
        }
        let (secret, key) = make()?;
        let _turn = self.changes.lock().await;
        let all: Vec<(String, Token)> = self.load_all().await?;
        if all.iter().any(|(_, known)| name::key(&known.name) == name::key(&name)) {
            return Err(Refusal::NameTaken("a token").into());
        }
        let detail = json!({ "id": id(&key), "role": role, "expires_at": expires_at.map(Millis::rfc3339) });
        let token = Token {
            name,
            role,
            created_at: now.0,
            created_by: caller.who(),
            last_used_at: None,
            expires_at: expires_at.map(|end| end.0),
        };
        let entry = NewAuditEntry::of(caller, action::TOKEN_CREATE, &token.name, &detail);
        self.write(vec![put::<S, _>(&key, &token)?, S::audit(entry)]).await?;
        Ok(MadeToken { secret, key, token })
    }

    /// Removes the API token with this id: it is not accepted from then on.
    ///
    /// # Errors
    /// [`Refusal::UnknownToken`].
    pub async fn remove_token(&self, caller: &Caller, wanted: &str) -> Result<(), Error<S::Error>> {
        let _turn = self.changes.lock().await;
        let all: Vec<(String, Token)> = self.load_all().await?;
        let found = all.into_iter().find(|(key, _)| id(key) == wanted);
        let (key, token) = found.ok_or(Refusal::UnknownToken)?;
        let entry = NewAuditEntry::of(caller, action::TOKEN_REMOVE, &token.name, &json!({ "id": wanted }));
        self.write(vec![S::remove::<Token>(&key), S::audit(entry)]).await
    }
}
