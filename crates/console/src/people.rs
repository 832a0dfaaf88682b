//! Making, changing and removing people. Only administrators may do this.

use crate::access::Caller;
use crate::body::{self, Body, Secret};
use crate::error::{ApiError, Refusals};
use crate::parameters::instant;
use crate::state::Identity;
use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use event::Millis;
use identity::{Person, Role, name};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// All people who can sign in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PersonList {
    items: Vec<PersonView>,
}

/// A person who can sign in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Person)]
pub(crate) struct PersonView {
    name: String,
    role: Role,
    disabled: bool,
    created_at: String,
    #[schema(required)]
    last_login_at: Option<String>,
}

/// A new person.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPerson {
    #[schema(max_length = 64, pattern = "^[A-Za-z0-9][A-Za-z0-9._@+-]*$")]
    name: String,
    role: Role,
    #[schema(value_type = String, format = Password, min_length = 12, max_length = 1024)]
    password: Secret,
}

/// The changes of a person. What the form leaves out keeps its value.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PersonChange)]
pub(crate) struct PersonChangeBody {
    role: Option<Role>,
    disabled: Option<bool>,
    #[schema(value_type = Option<String>, format = Password, min_length = 12, max_length = 1024)]
    password: Option<Secret>,
}

/// Lists people by name.
#[utoipa::path(get, operation_id = "list_people", path = "/people", tag = "people",
    responses((status = 200, body = PersonList), Refusals))]
pub(crate) async fn list(
    State(identity): State<Identity>,
    caller: Caller,
) -> Result<Json<PersonList>, ApiError> {
    let all = identity.people(&caller).await?;
    Ok(Json(PersonList { items: all.into_iter().map(to_view).collect() }))
}

/// Makes a person.
#[utoipa::path(post, operation_id = "create_person", path = "/people", tag = "people", request_body = NewPerson,
    responses((status = 200, body = PersonView), Refusals))]
pub(crate) async fn create(
    State(identity): State<Identity>,
    caller: Caller,
    body: Body,
) -> Result<Json<PersonView>, ApiError> {
    let NewPerson { name, role, password: Secret(password) } = body::read(body)?;
    let person = identity.create_person(&caller, &name, role, password).await?;
    Ok(Json(to_view(person)))
}

/// Changes a person. If the password is changed or the person is disabled, all their sessions end.
#[utoipa::path(put, operation_id = "change_person", path = "/people/{name}", tag = "people",
    params(("name" = String, Path)), request_body = PersonChangeBody, responses((status = 200, body = PersonView), Refusals))]
pub(crate) async fn change(
    State(identity): State<Identity>,
    caller: Caller,
    path: Result<Path<String>, PathRejection>,
    body: Body,
) -> Result<Json<PersonView>, ApiError> {
    let key = key(path)?;
    let PersonChangeBody { role, disabled, password } = body::read(body)?;
    let change = identity::PersonChange { role, disabled, password: password.map(|Secret(text)| text) };
    let person = identity.change_person(&caller, &key, change).await?;
    Ok(Json(to_view(person)))
}

/// Removes a person. All their sessions end; the tokens that they made stay valid.
#[utoipa::path(delete, operation_id = "remove_person", path = "/people/{name}", tag = "people",
    params(("name" = String, Path)), responses((status = 204), Refusals))]
pub(crate) async fn remove(
    State(identity): State<Identity>,
    caller: Caller,
    path: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    let key = key(path)?;
    identity.remove_person(&caller, &key).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn key(path: Result<Path<String>, PathRejection>) -> Result<String, ApiError> {
    let Path(name) = path.map_err(|error| ApiError::invalid(error.body_text()))?;
    Ok(name::of_person(&name)?)
}

fn to_view(person: Person) -> PersonView {
    PersonView {
        name: person.name,
        role: person.role,
        disabled: person.disabled,
        created_at: instant(Millis(person.created_at)),
        last_login_at: person.last_login_at.map(|at| instant(Millis(at))),
    }
}
