//! Serves the gateway's port through its door, and stops in order.
//!
//! HTTP/1 only, because that is what SDKs speak. A stopping gateway accepts nothing more and waits for the requests
//! being worked on: each is either stored and answered, or not answered at all. The crate `port` has the door's limits.

use crate::gateway::Gateway;
use port::Listener;
use std::convert::Infallible;
use std::sync::Arc;

/// Serves until `shutdown` resolves and the requests being worked on are answered.
pub async fn serve(listener: impl Into<Listener>, gateway: Arc<Gateway>, shutdown: impl Future<Output = ()>) {
    let door = gateway.door();
    let handler = move |request, caller: port::ClientHandle| {
        let gateway = Arc::clone(&gateway);
        async move { Ok::<_, Infallible>(gateway.answer(request, caller.address().ip()).await) }
    };
    port::serve(door, listener, handler, shutdown).await;
}
