//! Signing in and out, and changing one's own password.

use crate::access::caller::Caller;
use crate::audit::{NewAuditEntry, action};
use crate::identity::{Identity, put};
use crate::people::{Person, name, password};
use crate::random;
use crate::refusal::{Error, Refusal};
use crate::sessions::cookie::Brought;
use crate::sessions::{Session, making_way};
use crate::store::Store;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use std::net::IpAddr;

/// A person who has just signed in.
#[derive(Debug)]
pub struct SignedIn {
    /// the person
    pub person: Person,
    /// the session that has begun
    pub session: Session,
    /// the session's token for the browser; only this answer contains it
    pub token: SecretString,
}

impl<S: Store> Identity<S> {
    /// Signs a person in. The session that the browser had until now (`former`) ends.
    ///
    /// # Errors
    /// [`Refusal::LoginRefused`] if name and password do not belong together, [`Refusal::Throttled`] if too many attempts
    /// failed.
    pub async fn sign_in(
        &self,
        name: &str,
        password: SecretString,
        address: Option<IpAddr>,
        former: Brought<'_>,
    ) -> Result<SignedIn, Error<S::Error>> {
        let key = name::key(name);
        let throttle = &self.throttle;
        let message = "too many sign-ins failed for this name or from this address";
        let slower = |wait| Refusal::Throttled { message, wait };
        throttle.begin(self.now(), &key, address).map_err(slower)?;
        let person = self.named(name).await.inspect_err(|_| throttle.not_tried(&key, address))?;
        let hash = person.as_ref().map(|person| person.password.clone());
        let right = self.hasher.verify(password, hash).await;
        let right = right.inspect_err(|_| throttle.not_tried(&key, address))?;
        let Some(person) = person.clone().filter(|person| right && !person.disabled) else {
            self.note_refused(address, person.as_ref());
            return Err(Refusal::LoginRefused.into());
        };
        throttle.succeeded(&key, address);
        let _turn = self.changes.lock().await;
        // The password may have been changed, or the person disabled, while it was checked.
        let same = self.load::<Person>(&key).await?;
        let same = same.filter(|same| same.password == person.password && !same.disabled);
        let same = same.ok_or(Refusal::LoginRefused)?;
        let entry = NewAuditEntry::by(same.name.clone(), address, action::SIGN_IN.0, &same.name, &json!({}));
        self.begin_session(same, former, entry).await
    }

    /// Signs the caller out. Returns whether there was a session to end; for a token, which has none, nothing is done.
    ///
    /// # Errors
    /// The store failed.
    pub async fn sign_out(&self, caller: &Caller) -> Result<bool, Error<S::Error>> {
        let Some((key, _)) = &caller.session else { return Ok(false) };
        let _turn = self.changes.lock().await;
        let entry = NewAuditEntry::of(caller, action::SIGN_OUT, &caller.name, &json!({}));
        self.write(vec![S::remove::<Session>(key), S::audit(entry)]).await?;
        Ok(true)
    }

    /// Changes the caller's own password. All other sessions of the person end.
    ///
    /// # Errors
    /// [`Refusal::Unfit`] if the current password is wrong, [`Refusal::Throttled`] if it was wrong too often.
    pub async fn change_own_password(
        &self,
        caller: &Caller,
        current: SecretString,
        new: SecretString,
    ) -> Result<(), Error<S::Error>> {
        let Some((session, _)) = &caller.session else { return Err(Refusal::NoPassword.into()) };
        password::acceptable("new", &new)?;
        let key = name::key(&caller.name);
        let (throttle, address) = (&self.throttle, caller.address);
        // A person who finds an open session must not be able to guess the password with it.
        let message = "too many wrong passwords for this name or from this address";
        let slower = |wait| Refusal::Throttled { message, wait };
        throttle.begin(self.now(), &key, address).map_err(slower)?;
        let known = self.load::<Person>(&key).await.inspect_err(|_| throttle.not_tried(&key, address))?;
        let hash = known.map(|person| person.password);
        let right = self.hasher.verify(current, hash.clone()).await;
        if !right.inspect_err(|_| throttle.not_tried(&key, address))? {
            let message = "this is not the current password; nothing was changed";
            return Err(Refusal::unfit("current", message).into());
        }
        throttle.succeeded(&key, address);
        let new = self.hasher.hash(new).await?;
        let _turn = self.changes.lock().await;
        let person = self.load::<Person>(&key).await?;
        // The password may have been changed meanwhile; then the current one that was given is a former one.
        let person = person.filter(|person| Some(&person.password) == hash.as_ref() && !person.disabled);
        let mut person = person.ok_or_else(|| {
            Refusal::unfit("current", "the password was changed meanwhile; nothing was changed by this")
        })?;
        person.password = new;
        let mut changes = self.ending_sessions(&key, Some(session)).await?;
        changes.push(put::<S, _>(&key, &person)?);
        changes.push(S::audit(NewAuditEntry::of(caller, action::PASSWORD_CHANGE, &caller.name, &json!({}))));
        self.write(changes).await
    }

    /// Begins a session of `person`, in one write with `entry`. The caller holds the lock on changes.
    pub(crate) async fn begin_session(
        &self,
        mut person: Person,
        former: Brought<'_>,
        entry: NewAuditEntry,
    ) -> Result<SignedIn, Error<S::Error>> {
        let (now, key) = (self.now(), name::key(&person.name));
        let token: SecretString = random::secret::<32>("")?;
        let session = Session::new(&key, now);
        let all: Vec<(String, Session)> = self.load_all().await?;
        let older = |stamp, after| self.is_over(stamp, after);
        let gone = making_way(&all, &key, &older, self.session_limits());
        let mut changes: Vec<_> = gone.iter().map(|gone| S::remove::<Session>(gone)).collect();
        if let Brought::Token(former) = former {
            changes.push(S::remove::<Session>(&random::digest(former)));
        }
        person.last_login_at = Some(now.0);
        changes.push(put::<S, _>(&random::digest(token.expose_secret()), &session)?);
        changes.push(put::<S, _>(&key, &person)?);
        changes.push(S::audit(entry));
        self.write(changes).await?;
        Ok(SignedIn { person, session, token })
    }

    /// The changes that end all sessions of a person but one.
    pub(crate) async fn ending_sessions(
        &self,
        person: &str,
        but: Option<&str>,
    ) -> Result<Vec<S::Change>, Error<S::Error>> {
        let all: Vec<(String, Session)> = self.load_all().await?;
        let theirs = all.iter().filter(|(key, session)| session.person == person && Some(&**key) != but);
        Ok(theirs.map(|(key, _)| S::remove::<Session>(key)).collect())
    }

    /// The person with this name. A text that cannot be a name belongs to no person, and is not looked up.
    async fn named(&self, name: &str) -> Result<Option<Person>, Error<S::Error>> {
        match name::check(name) {
            Ok(()) => self.load(&name::key(name)).await,
            Err(_) => Ok(None),
        }
    }

    /// Writes an audit entry about a refused sign-in, once in five minutes for each person and once for all unknown names. The
    /// text that was typed is not written: it may be a password. The answer does not wait for the write, so that its time does
    /// not tell which people exist.
    fn note_refused(&self, address: Option<IpAddr>, person: Option<&Person>) {
        let (who, subject) = ("not signed in", person.map_or("unknown name", |person| &person.name));
        let word = action::SIGN_IN_REFUSED.0;
        if let Some(times) = self.lately.due(self.now(), who, word, subject) {
            let entry = NewAuditEntry::by(who.to_owned(), address, word, subject, &json!({ "times": times }));
            drop(self.store.write(vec![S::audit(entry)]));
        }
    }
}
