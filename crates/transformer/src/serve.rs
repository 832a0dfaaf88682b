//! Serves the transformer's requests through its door.

use crate::reply;
use crate::transformer::Transformer;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use port::{Listener, RequestId};
use std::sync::Arc;

/// Serves until `shutdown` resolves and all running requests are answered, or its door's `drain` has passed.
pub async fn serve(
    listener: impl Into<Listener>,
    transformer: Arc<Transformer>,
    shutdown: impl Future<Output = ()>,
) {
    let door = transformer.door();
    let router = Router::new().fallback(answer).with_state(transformer);
    port::serve(door, listener, port::routed(router), shutdown).await;
}

async fn answer(State(transformer): State<Arc<Transformer>>, request: Request) -> Response<Body> {
    // rudder-server tries a request with the reply 500 again.
    let id = request.extensions().get::<RequestId>().cloned();
    let answered = supervise::guarded("transformer request", id, transformer.answer(request)).await;
    answered.unwrap_or_else(|_| {
        let fault = "the transformer has a fault; its log says where";
        reply::error(StatusCode::INTERNAL_SERVER_ERROR, fault)
    })
}
