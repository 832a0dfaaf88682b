//! The admin API and its description, from one list: a route that is not described cannot be added here.
//!
//! The description is served at `/api/v1/openapi.json` and kept in `crates/console/openapi.json`, from which the web app's
//! client is generated; a test compares the two.

use crate::access::needs::{self, Shows};
use crate::error::ErrorBody;
use crate::state::AppState;
use crate::{
    alerts, audit, conflicts, dead_letters, destinations, end_users, events, explain, feedback, live, me,
    people, series, sessions, setup, sources, status, tokens,
};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{Method, header};
use axum::routing::get;
use serde_json::json;
use utoipa::OpenApi;
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

/// The largest body that holds an event: one as large as the gateway takes, written as a JSON text.
const LARGEST_EVENT: usize = 9 << 20;

#[derive(OpenApi)]
#[openapi(
    components(schemas(ErrorBody)),
    info(
        title = "Rapport's admin API",
        description = "What the console and the command line use. Times are RFC 3339. Every error has a stable code, \
                   what happened, and what to do.",
        license(name = "Apache-2.0")
    )
)]
struct Description;

/// The routes under `/api/v1`, and their description.
pub(crate) fn api() -> (Router<AppState>, utoipa::openapi::OpenApi) {
    let routes = OpenApiRouter::new()
        .routes(routes!(status::get))
        .routes(routes!(series::get))
        .routes(routes!(dead_letters::list))
        .routes(routes!(dead_letters::show))
        .routes(routes!(dead_letters::groups::get))
        .routes(routes!(dead_letters::names::get))
        .routes(routes!(dead_letters::edit::post).layer(DefaultBodyLimit::max(LARGEST_EVENT)))
        .routes(routes!(dead_letters::count))
        .routes(routes!(dead_letters::requeue))
        .routes(routes!(dead_letters::discard))
        .routes(routes!(sources::list))
        .routes(routes!(sources::create))
        .routes(routes!(sources::show))
        .routes(routes!(sources::change))
        .routes(routes!(sources::remove))
        .routes(routes!(sources::rotate))
        .routes(routes!(destinations::list))
        .routes(routes!(destinations::create))
        .routes(routes!(destinations::show))
        .routes(routes!(destinations::change))
        .routes(routes!(destinations::remove))
        .routes(routes!(destinations::pause))
        .routes(routes!(destinations::resume))
        .routes(routes!(destinations::rules::create))
        .routes(routes!(destinations::rules::remove))
        .routes(routes!(destinations::rules::preview::post))
        .routes(routes!(conflicts::list))
        .routes(routes!(conflicts::settle))
        .routes(routes!(explain::post).layer(DefaultBodyLimit::max(LARGEST_EVENT)))
        .routes(routes!(end_users::find::get))
        .routes(routes!(end_users::get))
        .routes(routes!(end_users::ask::post))
        .routes(routes!(feedback::get))
        .routes(routes!(feedback::answers::get))
        .routes(routes!(live::get))
        .routes(routes!(events::list))
        .routes(routes!(events::story::get))
        .routes(routes!(events::replay::post))
        .routes(routes!(destinations::test_connection))
        .routes(routes!(alerts::list))
        .routes(routes!(alerts::create))
        .routes(routes!(alerts::change))
        .routes(routes!(alerts::remove))
        .routes(routes!(alerts::test))
        .routes(routes!(setup::show))
        .routes(routes!(setup::create))
        .routes(routes!(sessions::sign_in))
        .routes(routes!(sessions::sign_out))
        .routes(routes!(me::show))
        .routes(routes!(me::change_password))
        .routes(routes!(people::list))
        .routes(routes!(people::create))
        .routes(routes!(people::change))
        .routes(routes!(people::remove))
        .routes(routes!(tokens::list))
        .routes(routes!(tokens::create))
        .routes(routes!(tokens::remove))
        .routes(routes!(audit::list::list));
    let (router, description) =
        OpenApiRouter::with_openapi(Description::openapi()).nest("/api/v1", routes).split_for_parts();
    (router, saying_what_is_needed(description))
}

/// Adds to every route which role the guard asks for, and whether it shows personal data, so that each look at it is in
/// the audit (`x-access`).
fn saying_what_is_needed(mut description: utoipa::openapi::OpenApi) -> utoipa::openapi::OpenApi {
    for (path, item) in &mut description.paths.paths {
        let operations = [
            (Method::GET, &mut item.get),
            (Method::POST, &mut item.post),
            (Method::PUT, &mut item.put),
            (Method::PATCH, &mut item.patch),
            (Method::DELETE, &mut item.delete),
        ];
        for (method, operation) in operations {
            let Some(operation) = operation else { continue };
            let access = json!({
                "role": needs::of(&method, path).word(),
                "personal_data": needs::shows(&method, path) == Shows::PersonalData,
            });
            // There is one extension only, because the order of several is not deterministic.
            operation.extensions = Some(ExtensionsBuilder::new().add("x-access", access).build());
        }
    }
    description
}

/// Serves the description; there is nothing secret in it.
pub(crate) fn described(description: utoipa::openapi::OpenApi) -> Router<AppState> {
    let text = text(&description);
    let answer = move || async move { ([(header::CONTENT_TYPE, "application/json")], text) };
    Router::new().route("/api/v1/openapi.json", get(answer))
}

/// The description of the admin API (OpenAPI, JSON), as it is served and kept in `crates/console/openapi.json`.
pub fn description() -> String {
    text(&api().1)
}

/// The description as pretty-printed JSON.
fn text(description: &utoipa::openapi::OpenApi) -> String {
    // It is built from literals, so writing it cannot fail.
    let mut text = description.to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
}

#[cfg(test)]
mod tests;
