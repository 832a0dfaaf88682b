//! The routes, and serving them.

use crate::error::{ApiError, code};
use crate::settings::{Settings, Shared};
use crate::{auth, dead_letters, destinations, metrics, status};
use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{StatusCode, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::serve::{Listener, ListenerExt};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::sync::watch;

/// The largest request body: a list of a hundred thousand numbers.
const LARGEST_BODY: usize = 1 << 20;

/// All routes. `closing` turns true when the server stops: whoever waits for something is answered then.
pub fn router(settings: Settings, closing: watch::Receiver<bool>) -> Router {
    let shared = Shared { settings: Arc::new(settings), closing };
    let api = Router::new()
        .route("/status", get(status::get))
        .route("/dead-letters", get(dead_letters::list))
        .route("/dead-letters/{id}", get(dead_letters::show))
        .route("/dead-letters/requeue", post(dead_letters::requeue))
        .route("/dead-letters/discard", post(dead_letters::discard))
        .route("/destinations/{name}/pause", post(destinations::pause))
        .route("/destinations/{name}/resume", post(destinations::resume));
    let guarded =
        Router::new().nest("/api/v1", api).layer(middleware::from_fn_with_state(shared.clone(), auth::guard));
    Router::new()
        .merge(guarded)
        .route("/health", get(health))
        .route("/metrics", get(metrics::get))
        .fallback(nowhere)
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(middleware::map_response(unsniffable))
        .with_state(shared)
}

/// Serves until `shutdown` resolves and what is being answered is answered. Who asks is there as
/// `ConnectInfo<SocketAddr>`.
///
/// # Errors
/// Never in practice: a failing accept is repeated.
pub async fn serve(
    listener: impl Listener<Addr = SocketAddr>,
    settings: Settings,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let (close, closing) = watch::channel(false);
    let stop = async move {
        shutdown.await;
        // Nobody listens when nobody waits.
        let _ = close.send(true);
    };
    let app = router(settings, closing).into_make_service_with_connect_info::<SocketAddr>();
    // Wrapped, and for nothing else: so axum takes the address of any listener (see `Connected`).
    axum::serve(listener.tap_io(|_| {}), app).with_graceful_shutdown(stop).await
}

async fn health(State(shared): State<Shared>) -> Result<Response, ApiError> {
    shared.read(|journal| journal.healthy()).await?;
    Ok(([(header::CONTENT_TYPE, "application/json")], "{\"status\":\"ok\"}\n").into_response())
}

async fn nowhere() -> ApiError {
    let advice = "see the documentation of the admin API; SDKs send to the other port";
    ApiError::new(StatusCode::NOT_FOUND, code::NOT_FOUND, "there is nothing at this path", advice)
}

async fn wrong_method() -> ApiError {
    let advice = "see the documentation of the admin API";
    ApiError::new(
        StatusCode::METHOD_NOT_ALLOWED,
        code::INVALID_REQUEST,
        "this path takes another method",
        advice,
    )
}

/// Dead letters hold what strangers sent: no browser shall keep it or take it for a page.
async fn unsniffable(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, header::HeaderValue::from_static("nosniff"));
    response
}
