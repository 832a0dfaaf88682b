//! Making, changing and removing people.

use crate::access::caller::Caller;
use crate::audit::{NewAuditEntry, action};
use crate::identity::{Identity, put};
use crate::people::{Person, Role, have_an_administrator, name, password};
use crate::refusal::{Error, Refusal};
use crate::store::Store;
use secrecy::SecretString;
use serde_json::json;

/// The changes of a person; `None` keeps a value.
#[derive(Debug, Default)]
pub struct PersonChange {
    /// what they may do
    pub role: Option<Role>,
    /// whether the person is kept from signing in
    pub disabled: Option<bool>,
    /// the new password
    pub password: Option<SecretString>,
}

impl<S: Store> Identity<S> {
    /// Everybody who can sign in, by name.
    ///
    /// # Errors
    /// The store failed, or the look could not be recorded.
    pub async fn people(&self, caller: &Caller) -> Result<Vec<Person>, Error<S::Error>> {
        self.look(caller, action::PEOPLE_LIST, "people").await?;
        let all: Vec<(String, Person)> = self.load_all().await?;
        Ok(all.into_iter().map(|(_, person)| person).collect())
    }

    /// Makes a person.
    ///
    /// # Errors
    /// Name or password cannot be taken, or somebody has this name already.
    pub async fn create_person(
        &self,
        caller: &Caller,
        name: &str,
        role: Role,
        password: SecretString,
    ) -> Result<Person, Error<S::Error>> {
        name::check(name)?;
        password::acceptable("password", &password)?;
        let hash = self.hasher.hash(password).await?;
        let key = name::key(name);
        let _turn = self.changes.lock().await;
        if self.load::<Person>(&key).await?.is_some() {
            return Err(Refusal::NameTaken("somebody").into());
        }
        let person = Person::new(name, role, hash, self.now());
        let entry = NewAuditEntry::of(caller, action::PERSON_CREATE, name, &json!({ "role": role }));
        self.write(vec![put::<S, _>(&key, &person)?, S::audit(entry)]).await?;
        Ok(person)
    }

    /// Changes the person with this key ([`name::of_person`]). With a new password, or disabled, all their sessions
    /// end.
    ///
    /// # Errors
    /// There is no such person, it is the caller's own password, or no administrator would be left.
    pub async fn change_person(
        &self,
        caller: &Caller,
        key: &str,
        change: PersonChange,
    ) -> Result<Person, Error<S::Error>> {
        let PersonChange { role, disabled, password } = change;
        let hash = match password {
            None => None,
            Some(_) if is_self(caller, key) => {
                let message =
                    "the own password is changed with the current one, at me/password; nothing was changed";
                return Err(Refusal::unfit("password", message).into());
            }
            Some(password) => {
                password::acceptable("password", &password)?;
                Some(self.hasher.hash(password).await?)
            }
        };
        let _turn = self.changes.lock().await;
        let mut all: Vec<(String, Person)> = self.load_all().await?;
        let administered = is_administered(&all);
        let found = all.iter_mut().find(|(known, _)| *known == key);
        let (_, person) = found.ok_or(Refusal::UnknownPerson)?;
        let mut detail = json!({});
        if let Some(role) = role {
            person.role = role;
            detail["role"] = json!(role);
        }
        if let Some(disabled) = disabled {
            person.disabled = disabled;
            detail["disabled"] = json!(disabled);
        }
        let sign_out = hash.is_some() || person.disabled;
        if let Some(hash) = hash {
            person.password = hash;
            detail["password"] = json!("changed");
        }
        let person = person.clone();
        if administered && !is_administered(&all) {
            return Err(Refusal::LastAdministrator.into());
        }
        let mut changes = if sign_out { self.ending_sessions(key, None).await? } else { Vec::new() };
        changes.push(put::<S, _>(key, &person)?);
        changes.push(S::audit(NewAuditEntry::of(caller, action::PERSON_CHANGE, &person.name, &detail)));
        self.write(changes).await?;
        Ok(person)
    }

    /// Removes the person with this key. All their sessions end; the tokens that they made stay valid.
    ///
    /// # Errors
    /// There is no such person, or no administrator would be left.
    pub async fn remove_person(&self, caller: &Caller, key: &str) -> Result<(), Error<S::Error>> {
        let _turn = self.changes.lock().await;
        let mut all: Vec<(String, Person)> = self.load_all().await?;
        let administered = is_administered(&all);
        let place = all.iter().position(|(known, _)| *known == key).ok_or(Refusal::UnknownPerson)?;
        let (_, person) = all.remove(place);
        if administered && !is_administered(&all) {
            return Err(Refusal::LastAdministrator.into());
        }
        let mut changes = self.ending_sessions(key, None).await?;
        changes.push(S::remove::<Person>(key));
        let detail = json!({ "role": person.role });
        changes.push(S::audit(NewAuditEntry::of(caller, action::PERSON_REMOVE, &person.name, &detail)));
        self.write(changes).await
    }
}

fn is_self(caller: &Caller, key: &str) -> bool {
    caller.session.as_ref().is_some_and(|(_, session)| session.person == key)
}

fn is_administered(all: &[(String, Person)]) -> bool {
    have_an_administrator(all.iter().map(|(_, person)| person))
}
