//! Signing in and out.

use super::cookie::{self, Brought};
use super::{KIND, Session, making_way};
use crate::access::{Address, Caller};
use crate::audit::{self, action};
use crate::body::{self, Body, Secret};
use crate::error::{ApiError, Refusals, code};
use crate::me::Me;
use crate::people::{self, Person, name};
use crate::settings::Shared;
use crate::{random, store};
use axum::Json;
use axum::extract::State;
use axum::http::header::{HeaderMap, SET_COOKIE};
use axum::http::{HeaderValue, StatusCode};
use journal::DocumentChange;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

/// Who wants to sign in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignIn {
    name: String,
    #[schema(value_type = String, format = Password)]
    password: Secret,
}

/// Signs a person in: the answer sets the session's cookie.
#[utoipa::path(post, operation_id = "sign_in", path = "/session", tag = "people", request_body = SignIn,
    responses((status = 200, body = Me), Refusals))]
pub(crate) async fn sign_in(
    State(shared): State<Shared>,
    address: Address,
    headers: HeaderMap,
    body: Body,
) -> Result<(HeaderMap, Json<Me>), ApiError> {
    let SignIn { name, password: Secret(password) } = body::read(body)?;
    let key = name::key(&name);
    let throttle = &shared.safety.throttle;
    let slower =
        |wait| ApiError::throttled("too many sign-ins failed for this name or from this address", wait);
    throttle.begin(shared.now(), &key, address.0).map_err(slower)?;
    let person = found(&shared, &name).await.inspect_err(|_| throttle.not_tried(&key, address.0))?;
    let hash = person.as_ref().map(|person| person.password.clone());
    let right = shared.safety.hasher.verify(password, hash).await;
    let right = right.inspect_err(|_| throttle.not_tried(&key, address.0))?;
    let Some(person) = person.clone().filter(|person| right && !person.disabled) else {
        refused(&shared, address, person.as_ref());
        return Err(login_refused());
    };
    throttle.succeeded(&key, address.0);
    let turn = shared.safety.changes.lock().await;
    // The password may have been changed, or the person disabled, while it was checked.
    let same = shared.kept::<Person>(people::KIND, &key).await?;
    let Some(same) = same.filter(|same| same.password == person.password && !same.disabled) else {
        return Err(login_refused());
    };
    let entry = audit::entry_of(&same.name, address, action::SIGN_IN, &same.name, &json!({}));
    let answer = begin(&shared, same, Some(&headers), entry).await?;
    drop(turn);
    Ok(answer)
}

/// Signs out. With a token there is no session to end, and nothing is done.
#[utoipa::path(delete, operation_id = "sign_out", path = "/session", tag = "people",
    responses((status = 204), Refusals))]
pub(crate) async fn sign_out(
    State(shared): State<Shared>,
    caller: Caller,
) -> Result<(StatusCode, HeaderMap), ApiError> {
    let Some((key, _)) = &caller.session else { return Ok((StatusCode::NO_CONTENT, HeaderMap::new())) };
    let _turn = shared.safety.changes.lock().await;
    let entry = audit::entry(&caller, action::SIGN_OUT, &caller.name, &json!({}));
    shared.write(vec![store::remove(KIND, key), entry]).await?;
    Ok((StatusCode::NO_CONTENT, set_cookie(cookie::take_back(shared.settings.reach.is_secure()))))
}

/// Begins a session of `person`, in one write with `entry`. Whoever calls it holds the lock on changes. The session that
/// the browser had until now ends.
pub(crate) async fn begin(
    shared: &Shared,
    mut person: Person,
    headers: Option<&HeaderMap>,
    entry: DocumentChange,
) -> Result<(HeaderMap, Json<Me>), ApiError> {
    let limits = shared.settings.admission.now().sessions;
    let (now, key) = (shared.now(), name::key(&person.name));
    let token: SecretString = random::secret::<32>("")?;
    let session = Session::new(&key, now);
    let all: Vec<(String, Session)> = shared.all_kept(KIND).await?;
    let mut changes: Vec<_> = making_way(&all, &key, &|stamp, after| shared.is_over(stamp, after), limits)
        .iter()
        .map(|gone| store::remove(KIND, gone))
        .collect();
    if let Some(Brought::Token(former)) = headers.map(cookie::read) {
        changes.push(store::remove(KIND, &random::digest(former)));
    }
    person.last_login_at = Some(now.0);
    changes.push(store::put(KIND, &random::digest(token.expose_secret()), &session)?);
    changes.push(store::put(people::KIND, &key, &person)?);
    changes.push(entry);
    shared.write(changes).await?;
    let me = Me::of_person(&person, &session, limits);
    let cookie = cookie::give(token.expose_secret(), limits.absolute, shared.settings.reach.is_secure());
    Ok((set_cookie(cookie), Json(me)))
}

/// Ends all sessions of a person but one.
pub(crate) async fn ending(
    shared: &Shared,
    person: &str,
    but: Option<&str>,
) -> Result<Vec<DocumentChange>, ApiError> {
    let all: Vec<(String, Session)> = shared.all_kept(KIND).await?;
    let theirs = all.iter().filter(|(key, session)| session.person == person && Some(&**key) != but);
    Ok(theirs.map(|(key, _)| store::remove(KIND, key)).collect())
}

/// The person with this name. What can be no name is nobody's, and is not looked for.
async fn found(shared: &Shared, name: &str) -> Result<Option<Person>, ApiError> {
    match name::check(name) {
        Ok(()) => shared.kept(people::KIND, &name::key(name)).await,
        Err(_) => Ok(None),
    }
}

fn login_refused() -> ApiError {
    let message = "this name and password do not let anybody in";
    let advice = "try again; an administrator can set a new password, and the admin token always opens";
    ApiError::new(StatusCode::UNAUTHORIZED, code::LOGIN_REFUSED, message, advice)
}

/// Leaves a trace of it, once in five minutes for each person and once for all names that are nobody's. What was typed
/// is not written down: it may be a password. Nobody waits for the write, so that its time does not tell who exists.
fn refused(shared: &Shared, address: Address, person: Option<&Person>) {
    let (who, subject) = ("not signed in", person.map_or("unknown name", |person| &person.name));
    let due = shared.safety.lately.due(shared.now(), who, action::SIGN_IN_REFUSED.word(), subject);
    if let Some(times) = due {
        let detail = json!({ "times": times });
        let entry = audit::entry_of(who, address, action::SIGN_IN_REFUSED, subject, &detail);
        drop(shared.settings.archive.write_documents(vec![entry]));
    }
}

fn set_cookie(cookie: Option<HeaderValue>) -> HeaderMap {
    cookie.into_iter().map(|cookie| (SET_COOKIE, cookie)).collect()
}
