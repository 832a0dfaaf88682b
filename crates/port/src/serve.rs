//! The one loop that accepts connections.

use crate::body::Body;
use crate::client_handle::ClientHandle;
use crate::connection::Held;
use crate::counts::Closed;
use crate::door::Door;
use crate::listener::Listener;
use crate::pace::Phase;
use crate::peer::Peer;
use bytes::Bytes;
use http::{Request, Response};
use http_body::Body as HttpBody;
use std::error::Error;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use supervise::TaskSet;
use tokio::sync::watch;
use tokio::time::MissedTickBehavior;

/// The interval in which the door checks whether a logged episode is over.
const LOOK_BACK: Duration = Duration::from_secs(10);

/// Serves until `shutdown` resolves and the requests being answered are answered, or the door's `drain` has passed. If
/// the handler returns an error, its connection ends without a reply.
pub async fn serve<H, F, B, E>(
    door: Arc<Door>,
    listener: impl Into<Listener>,
    handler: H,
    shutdown: impl Future<Output = ()>,
) where
    H: Fn(Request<Body>, ClientHandle) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Result<Response<B>, E>> + Send + 'static,
    B: HttpBody<Data = Bytes, Error: Into<Box<dyn Error + Send + Sync>>> + Send + Unpin + 'static,
    E: Into<Box<dyn Error + Send + Sync>> + 'static,
{
    let Listener { tcp, tls } = listener.into();
    let phase = if tls.is_some() { Phase::Handshake } else { Phase::Idle };
    let (stop, stopping) = watch::channel(false);
    let mut connections = TaskSet::new(door.name);
    let mut shutdown = pin!(shutdown);
    let mut failures = 0;
    let mut look_back = tokio::time::interval(LOOK_BACK);
    look_back.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let accepted = tokio::select! {
            () = &mut shutdown => break,
            Some(_) = connections.join_next() => continue,
            _ = look_back.tick() => {
                door.look_back();
                continue;
            }
            accepted = tcp.accept() => accepted,
        };
        let (stream, address) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                let pause = door.accept_failed(&error, failures);
                failures += 1;
                tokio::select! {
                    () = &mut shutdown => break,
                    () = tokio::time::sleep(pause) => continue,
                }
            }
        };
        failures = 0;
        let admitted = tokio::select! {
            () = &mut shutdown => break,
            admitted = door.admit(Peer::of(address.ip()), phase) => admitted,
        };
        let Some(seat) = admitted else { continue };
        // Replies are complete, so waiting to fill a packet only adds delay. If this fails, replies are only slower.
        let _ = stream.set_nodelay(true);
        let (door, handler, stopping) = (Arc::clone(&door), handler.clone(), stopping.clone());
        connections.spawn(Held { door, seat, handler, stopping }.hold(stream, address, tls.clone()));
    }
    // New clients are refused at once, instead of waiting in the queue of a socket that is not read.
    drop(tcp);
    // If no receiver is left, every connection has ended already.
    let _ = stop.send(true);
    drain(&door, connections).await;
}

async fn drain(door: &Door, mut connections: TaskSet<()>) {
    let drained = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(door.limits.drain, drained).await.is_err() {
        let left = connections.len();
        if door.limits.drain.is_zero() {
            return connections.shutdown().await;
        }
        for _ in 0..left {
            door.counts.closed(Closed::Stopped);
        }
        tracing::warn!(
            door = door.name,
            left,
            "some requests were not answered in time; their senders will send them again"
        );
        connections.shutdown().await;
    }
}
