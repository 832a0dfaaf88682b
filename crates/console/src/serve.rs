//! The routes, and serving them.

use crate::destinations::backlog::Backlogs;
use crate::error::{ApiError, code};
use crate::ready;
use crate::settings::Settings;
use crate::state::{AppState, Clock};
use crate::store::Store;
use crate::{access, alerts, headers, metrics, openapi, sampler, web};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use port::{Door, Listener, RequestId};
use std::sync::Arc;
use supervise::{Restart, Supervisor, Task};
use tokio::sync::watch;

/// The largest request body: a list of a hundred thousand numbers.
const LARGEST_BODY: usize = 1 << 20;

/// All routes. `closing` turns true when the server stops; waiting requests are answered then.
pub fn router(settings: Settings, closing: watch::Receiver<bool>) -> Router {
    routes(AppState::new(settings, closing))
}

fn routes(state: AppState) -> Router {
    let (api, description) = openapi::api();
    Router::new()
        .merge(api)
        .merge(openapi::described(description))
        .route("/health", get(health))
        .route("/livez", get(ready::live))
        .route("/readyz", get(ready::ready))
        .route("/metrics", metrics::route(state.part::<Clock>().now()))
        .route("/", get(web::page))
        .route("/icon.svg", get(web::icon))
        .route("/assets/{name}", get(web::asset))
        .fallback(nowhere)
        .method_not_allowed_fallback(|| async { ApiError::wrong_method() })
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(middleware::from_fn_with_state(state.clone(), access::guard))
        .layer(middleware::from_fn(unbroken))
        .layer(middleware::from_fn_with_state(state.clone(), headers::add))
        .with_state(state)
}

/// Serves until `shutdown` resolves and the requests under way are answered. The caller's address is given as
/// `ConnectInfo<SocketAddr>`.
///
/// # Errors
/// Never.
pub async fn serve(
    door: Arc<Door>,
    listener: impl Into<Listener>,
    settings: Settings,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let (close, closing) = watch::channel(false);
    let (supervisor, alerts_every) = (settings.supervisor.clone(), settings.alerts_every);
    let state = AppState::new(settings, closing);
    let (alerting, sampling) = (state.clone(), state.clone());
    let parts = Arc::new([
        supervisor.task("alerts", Restart::ALWAYS, move |_| {
            alerts::run(alerting.part(), alerts_every, alerting.part())
        }),
        supervisor.task("sampler", Restart::ALWAYS, move |_| sampler::run(sampling.part(), sampling.part())),
    ]);
    let asked = Arc::clone(&parts);
    let stop = async move {
        shutdown.await;
        asked.iter().for_each(Task::stop);
        // Sending fails only when no request waits.
        let _ = close.send(true);
    };
    let backlogs: Backlogs = state.part();
    let serving = port::serve(door, listener, port::routed(routes(state)), stop);
    let ((), finished) = tokio::join!(serving, backlogs.finish_all());
    if let Err(error) = finished {
        tracing::warn!(
            error = error.message(),
            "the pending events of a removed destination will be discarded at the next start"
        );
    }
    // Both tasks stop by the same signal; each finishes what it is doing.
    for part in parts.iter() {
        part.ended().await;
    }
    Ok(())
}

/// Answers a request whose handler panics with an error; no other request is affected.
async fn unbroken(request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().cloned();
    let answered = supervise::guarded("admin request", id, next.run(request)).await;
    answered.unwrap_or_else(|broken| ApiError::broken(broken).into_response())
}

async fn health(
    State(store): State<Store>,
    State(supervisor): State<Supervisor>,
) -> Result<Response, ApiError> {
    store.read(|journal| journal.healthy()).await?;
    if let Some(part) = supervisor.snapshot().iter().find(|part| part.is_trouble()) {
        return Err(ApiError::part_down(part));
    }
    Ok(([(header::CONTENT_TYPE, "application/json")], "{\"status\":\"ok\"}\n").into_response())
}

async fn nowhere() -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, code::NOT_FOUND, "there is nothing at this path")
}
