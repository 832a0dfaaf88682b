//! The routes, and serving them.

use crate::connections::Bounded;
use crate::error::{ApiError, code};
use crate::settings::{Settings, Shared};
use crate::{access, alerts, headers, metrics, openapi, sampler, web};
use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{StatusCode, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::serve::{Listener, ListenerExt};
use std::net::SocketAddr;
use tokio::sync::watch;

/// The largest request body: a list of a hundred thousand numbers.
const LARGEST_BODY: usize = 1 << 20;

/// All routes. `closing` turns true when the server stops: whoever waits for something is answered then.
pub fn router(settings: Settings, closing: watch::Receiver<bool>) -> Router {
    routes(Shared::new(settings, closing))
}

fn routes(shared: Shared) -> Router {
    let (api, description) = openapi::api();
    Router::new()
        .merge(api)
        .merge(openapi::described(description))
        .route("/health", get(health))
        .route("/metrics", metrics::route(shared.now()))
        .route("/", get(web::page))
        .route("/icon.svg", get(web::icon))
        .route("/assets/{name}", get(web::asset))
        .fallback(nowhere)
        .method_not_allowed_fallback(|| async { ApiError::wrong_method() })
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(middleware::from_fn_with_state(shared.clone(), access::guard))
        .layer(middleware::from_fn_with_state(shared.clone(), headers::add))
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
    let shared = Shared::new(settings, closing);
    let watching = tokio::spawn(alerts::run(shared.clone()));
    let sampling = tokio::spawn(sampler::run(shared.clone()));
    let app = routes(shared).into_make_service_with_connect_info::<SocketAddr>();
    // Wrapped, and for nothing else: so axum takes the address of any listener (see `Connected`).
    let served = axum::serve(Bounded::new(listener).tap_io(|_| {}), app).with_graceful_shutdown(stop).await;
    // They are told the same way, and only wait for what they are doing. That one broke off is in the log by then.
    let _ = (watching.await, sampling.await);
    served
}

async fn health(State(shared): State<Shared>) -> Result<Response, ApiError> {
    shared.read(|journal| journal.healthy()).await?;
    Ok(([(header::CONTENT_TYPE, "application/json")], "{\"status\":\"ok\"}\n").into_response())
}

async fn nowhere() -> ApiError {
    let advice = "see the documentation of the admin API; SDKs send to the other port";
    ApiError::new(StatusCode::NOT_FOUND, code::NOT_FOUND, "there is nothing at this path", advice)
}
