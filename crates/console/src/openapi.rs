//! The admin API and its description, from one list: a route that is not described cannot be added here.
//!
//! The description is served at `/api/v1/openapi.json` and kept in `crates/console/openapi.json`, from which the web app's
//! client is generated; a test compares the two.

use crate::error::Problem;
use crate::settings::Shared;
use crate::{dead_letters, destinations, events, explain, status};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::header;
use axum::routing::get;
use utoipa::OpenApi;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

/// The largest body that holds an event: one as large as the gateway takes, written as a JSON text.
const LARGEST_EVENT: usize = 9 << 20;

#[derive(OpenApi)]
#[openapi(
    components(schemas(Problem)),
    info(
        title = "Rapport's admin API",
        description = "What the console and the command line use. Times are RFC 3339. Every error has a stable code, \
                   what happened, and what to do.",
        license(name = "Apache-2.0")
    )
)]
struct Description;

/// Everything under `/api/v1`, and what it looks like.
pub(crate) fn api() -> (Router<Shared>, utoipa::openapi::OpenApi) {
    let routes = OpenApiRouter::new()
        .routes(routes!(status::get))
        .routes(routes!(dead_letters::list))
        .routes(routes!(dead_letters::show))
        .routes(routes!(dead_letters::groups::get))
        .routes(routes!(dead_letters::edit::post).layer(DefaultBodyLimit::max(LARGEST_EVENT)))
        .routes(routes!(dead_letters::count))
        .routes(routes!(dead_letters::requeue))
        .routes(routes!(dead_letters::discard))
        .routes(routes!(destinations::pause))
        .routes(routes!(destinations::resume))
        .routes(routes!(explain::post).layer(DefaultBodyLimit::max(LARGEST_EVENT)))
        .routes(routes!(events::list))
        .routes(routes!(events::story::get))
        .routes(routes!(events::replay::post));
    OpenApiRouter::with_openapi(Description::openapi()).nest("/api/v1", routes).split_for_parts()
}

/// Serves the description; there is nothing secret in it.
pub(crate) fn described(description: utoipa::openapi::OpenApi) -> Router<Shared> {
    let text = text(&description);
    let answer = move || async move { ([(header::CONTENT_TYPE, "application/json")], text) };
    Router::new().route("/api/v1/openapi.json", get(answer))
}

/// The description as it is written down.
pub(crate) fn text(description: &utoipa::openapi::OpenApi) -> String {
    // It is built from literals, so writing it cannot fail.
    let mut text = description.to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
}

#[cfg(test)]
mod tests;
