//! The listener.

use crate::reply;
use crate::transformer::Transformer;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::serve::ListenerExt;
use std::sync::Arc;
use tokio::net::TcpListener;

/// Serves until `shutdown` resolves and what is being answered is answered.
///
/// # Errors
/// Never in practice: a failing accept is repeated.
pub async fn serve(
    listener: TcpListener,
    transformer: Arc<Transformer>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let router = Router::new().fallback(answer).with_state(transformer);
    // Replies are written in pieces; waiting to fill a packet only adds delay. Should it fail, they are a bit later.
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    axum::serve(listener, router).with_graceful_shutdown(shutdown).await
}

async fn answer(State(transformer): State<Arc<Transformer>>, request: Request) -> Response<Body> {
    // rudder-server tries again what is answered 500.
    let answered = supervise::guarded("transformer request", transformer.answer(request)).await;
    answered.unwrap_or_else(|_| {
        let fault = "the transformer has a fault; its log says where";
        reply::error(StatusCode::INTERNAL_SERVER_ERROR, fault)
    })
}
