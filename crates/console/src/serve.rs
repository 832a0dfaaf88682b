//! The routes, and serving them.

use crate::error::{ApiError, code};
use crate::settings::{Safety, Settings, Shared};
use crate::{access, headers, metrics, openapi};
use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{StatusCode, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// The largest request body: a list of a hundred thousand numbers.
const LARGEST_BODY: usize = 1 << 20;

/// All routes. `closing` turns true when the server stops: whoever waits for something is answered then.
pub fn router(settings: Settings, closing: watch::Receiver<bool>) -> Router {
    let shared = Shared { settings: Arc::new(settings), closing, safety: Arc::new(Safety::new()) };
    let (api, description) = openapi::api();
    Router::new()
        .merge(api)
        .merge(openapi::described(description))
        .route("/health", get(health))
        .route("/metrics", get(metrics::get))
        .fallback(nowhere)
        .method_not_allowed_fallback(|| async { ApiError::wrong_method() })
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(middleware::from_fn_with_state(shared.clone(), access::guard))
        .layer(middleware::from_fn_with_state(shared.clone(), headers::add))
        .with_state(shared)
}

/// Serves until `shutdown` resolves and what is being answered is answered.
///
/// # Errors
/// Never in practice: a failing accept is repeated.
pub async fn serve(
    listener: TcpListener,
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
    axum::serve(listener, app).with_graceful_shutdown(stop).await
}

async fn health(State(shared): State<Shared>) -> Result<Response, ApiError> {
    shared.read(|journal| journal.healthy()).await?;
    Ok(([(header::CONTENT_TYPE, "application/json")], "{\"status\":\"ok\"}\n").into_response())
}

async fn nowhere() -> ApiError {
    let advice = "see the documentation of the admin API; SDKs send to the other port";
    ApiError::new(StatusCode::NOT_FOUND, code::NOT_FOUND, "there is nothing at this path", advice)
}
