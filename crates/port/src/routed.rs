//! Requests answered by axum's routers.

use crate::body::Body;
use crate::client_handle::ClientHandle;
use axum::Router;
use axum::extract::ConnectInfo;
use http::{Request, Response};
use std::convert::Infallible;
use tower::ServiceExt;

/// A handler for [`crate::serve`] that hands requests to these routes. Who asks is there as `ConnectInfo<SocketAddr>`.
pub fn routed(
    router: Router,
) -> impl Fn(Request<Body>, ClientHandle) -> RoutedFuture + Clone + Send + Sync + 'static {
    // Once for all requests, not once for each.
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
