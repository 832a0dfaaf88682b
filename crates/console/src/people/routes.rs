//! Making, changing and removing people. Administrators only.

use super::{KIND, Person, Role, have_an_administrator, name, password};
use crate::access::Caller;
use crate::audit::{self, action};
use crate::body::{self, Body, Secret};
use crate::error::{ApiError, Refusals, code};
use crate::parameters::instant;
use crate::sessions::routes::ending;
use crate::settings::Shared;
use crate::store;
use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use event::Millis;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

/// Everybody who can sign in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PersonList {
    items: Vec<Shown>,
}

/// Somebody who can sign in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Person)]
pub(crate) struct Shown {
    name: String,
    role: Role,
    disabled: bool,
    created_at: String,
    #[schema(required)]
    last_login_at: Option<String>,
}

/// Somebody new.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPerson {
    #[schema(max_length = 64, pattern = "^[A-Za-z0-9][A-Za-z0-9._@+-]*$")]
    name: String,
    role: Role,
    #[schema(value_type = String, format = Password, min_length = 12, max_length = 1024)]
    password: Secret,
}

/// What is to be different.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PersonChange {
    role: Option<Role>,
    disabled: Option<bool>,
    #[schema(value_type = Option<String>, format = Password, min_length = 12, max_length = 1024)]
    password: Option<Secret>,
}

/// People, by name.
#[utoipa::path(get, operation_id = "list_people", path = "/people", tag = "people",
    responses((status = 200, body = PersonList), Refusals))]
pub(crate) async fn list(State(shared): State<Shared>, caller: Caller) -> Result<Json<PersonList>, ApiError> {
    shared.look(&caller, action::PEOPLE_LIST, "people").await?;
    let all: Vec<(String, Person)> = shared.all_kept(KIND).await?;
    Ok(Json(PersonList { items: all.into_iter().map(|(_, person)| shown(person)).collect() }))
}

/// Makes a person.
#[utoipa::path(post, operation_id = "create_person", path = "/people", tag = "people", request_body = NewPerson,
    responses((status = 200, body = Shown), Refusals))]
pub(crate) async fn create(
    State(shared): State<Shared>,
    caller: Caller,
    body: Body,
) -> Result<Json<Shown>, ApiError> {
    let NewPerson { name, role, password: Secret(password) } = body::read(body)?;
    name::check(&name)?;
    password::acceptable(&password).map_err(|why| ApiError::unfit_field("password", why))?;
    let hash = shared.safety.hasher.hash(password).await?;
    let key = name::key(&name);
    let _turn = shared.safety.changes.lock().await;
    if shared.kept::<Person>(KIND, &key).await?.is_some() {
        return Err(ApiError::conflict("somebody has this name already"));
    }
    let person = Person::new(&name, role, hash, shared.now());
    let entry = audit::entry(&caller, action::PERSON_CREATE, &name, &json!({ "role": role }));
    shared.write(vec![store::put(KIND, &key, &person)?, entry]).await?;
    Ok(Json(shown(person)))
}

/// Changes a person. With a new password, or disabled, all their sessions end.
#[utoipa::path(put, operation_id = "change_person", path = "/people/{name}", tag = "people",
    params(("name" = String, Path)), request_body = PersonChange, responses((status = 200, body = Shown), Refusals))]
pub(crate) async fn change(
    State(shared): State<Shared>,
    caller: Caller,
    path: Result<Path<String>, PathRejection>,
    body: Body,
) -> Result<Json<Shown>, ApiError> {
    let key = key(path)?;
    let PersonChange { role, disabled, password } = body::read(body)?;
    let hash = match password {
        None => None,
        Some(_) if is_self(&caller, &key) => {
            let message =
                "the own password is changed with the current one, at me/password; nothing was changed";
            return Err(ApiError::unfit_field("password", message));
        }
        Some(Secret(password)) => {
            password::acceptable(&password).map_err(|why| ApiError::unfit_field("password", why))?;
            Some(shared.safety.hasher.hash(password).await?)
        }
    };
    let _turn = shared.safety.changes.lock().await;
    let mut all: Vec<(String, Person)> = shared.all_kept(KIND).await?;
    let administered = is_administered(&all);
    let (_, person) = all.iter_mut().find(|(known, _)| *known == key).ok_or_else(unknown)?;
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
        return Err(last_administrator());
    }
    let mut changes = if sign_out { ending(&shared, &key, None).await? } else { Vec::new() };
    changes.push(store::put(KIND, &key, &person)?);
    changes.push(audit::entry(&caller, action::PERSON_CHANGE, &person.name, &detail));
    shared.write(changes).await?;
    Ok(Json(shown(person)))
}

/// Removes a person. All their sessions end; the tokens they made stay.
#[utoipa::path(delete, operation_id = "remove_person", path = "/people/{name}", tag = "people",
    params(("name" = String, Path)), responses((status = 204), Refusals))]
pub(crate) async fn remove(
    State(shared): State<Shared>,
    caller: Caller,
    path: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    let key = key(path)?;
    let _turn = shared.safety.changes.lock().await;
    let mut all: Vec<(String, Person)> = shared.all_kept(KIND).await?;
    let administered = is_administered(&all);
    let place = all.iter().position(|(known, _)| *known == key).ok_or_else(unknown)?;
    let (_, person) = all.remove(place);
    if administered && !is_administered(&all) {
        return Err(last_administrator());
    }
    let mut changes = ending(&shared, &key, None).await?;
    changes.push(store::remove(KIND, &key));
    changes.push(audit::entry(&caller, action::PERSON_REMOVE, &person.name, &json!({ "role": person.role })));
    shared.write(changes).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl Person {
    pub(crate) fn new(name: &str, role: Role, password: String, now: Millis) -> Self {
        let name = name.to_owned();
        Person { name, role, disabled: false, password, created_at: now.0, last_login_at: None }
    }
}

fn key(path: Result<Path<String>, PathRejection>) -> Result<String, ApiError> {
    let Path(name) = path.map_err(|error| ApiError::invalid(error.body_text()))?;
    // What can be no name is nobody's.
    name::check(&name).map_err(|_| unknown())?;
    Ok(name::key(&name))
}

fn is_self(caller: &Caller, key: &str) -> bool {
    caller.session.as_ref().is_some_and(|(_, session)| session.person == key)
}

fn is_administered(all: &[(String, Person)]) -> bool {
    have_an_administrator(all.iter().map(|(_, person)| person))
}

fn last_administrator() -> ApiError {
    let message = "nobody would be left who may give people their roles; nothing was changed";
    let advice = "make somebody else administrator first";
    ApiError::new(StatusCode::CONFLICT, code::LAST_ADMINISTRATOR, message, advice)
}

fn unknown() -> ApiError {
    let message = "nobody has this name";
    ApiError::new(StatusCode::NOT_FOUND, code::UNKNOWN_PERSON, message, "see the list of people")
}

fn shown(person: Person) -> Shown {
    Shown {
        name: person.name,
        role: person.role,
        disabled: person.disabled,
        created_at: instant(Millis(person.created_at)),
        last_login_at: person.last_login_at.map(|at| instant(Millis(at))),
    }
}
