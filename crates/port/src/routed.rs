//! Requests that axum's routers answer.

use crate::body::Body;
use crate::client_handle::ClientHandle;
use axum::Router;
use axum::extract::ConnectInfo;
use http::{Request, Response};
use std::convert::Infallible;
use tower::ServiceExt;

/// A handler for [`crate::serve`] that passes requests to these routes. The client's address is available as
/// `ConnectInfo<SocketAddr>`.
pub fn routed(
    router: Router,
) -> impl Fn(Request<Body>, ClientHandle) -> RoutedFuture + Clone + Send + Sync + 'static {
    // This is done once for all requests, not for each.
    let router = router.with_state(());
    move |request, caller| {
        let mut request = request.map(axum::body::Body::new);
        request.extensions_mut().insert(ConnectInfo(caller.address()));
        let router = router.clone();
        Box::pin(async move { router.oneshot(request).await })
    }
}

type RoutedFuture =
    std::pin::Pin<Box<dyn Future<Output = Result<Response<axum::body::Body>, Infallible>> + Send>>;
