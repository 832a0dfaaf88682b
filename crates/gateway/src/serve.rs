//! Serving: accepts connections, answers their requests, stops in order.
//!
//! HTTP/1 only, because that is what SDKs speak. A stopping gateway accepts nothing more, lets idle connections go, waits
//! for the requests being worked on (each is either stored and answered, or not answered at all), and leaves after
//! `drain_timeout` in any case.

use crate::gateway::Gateway;
use crate::pace::{Limits, Pace, PacedBody, PacedStream, Phase};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use port::{Listener, Stream};
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// The pause after a failed accept that is not about one connection: file descriptors come back in their time.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves until `shutdown` resolves and the requests being worked on are answered.
pub async fn serve(listener: impl Into<Listener>, gateway: Arc<Gateway>, shutdown: impl Future<Output = ()>) {
    let mut listener = listener.into();
    let (stop, stopping) = watch::channel(false);
    let mut connections = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    loop {
        let full = connections.len() >= gateway.settings.max_connections;
        tokio::select! {
            () = &mut shutdown => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept(), if !full => match accepted {
                Ok((stream, peer)) => {
                    connections.spawn(hold(Arc::clone(&gateway), stream, peer, stopping.clone()));
                }
                Err(error) => pause_after(&error).await,
            },
        }
    }
    // New callers hear at once that nobody is there, instead of waiting in the queue of a socket that nobody reads.
    drop(listener);
    // Nobody listening means that every connection has ended already.
    let _ = stop.send(true);
    let drained = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(gateway.settings.drain_timeout, drained).await.is_err() {
        let left = connections.len();
        tracing::warn!(left, "some requests were not answered in time; their senders will send them again");
        connections.shutdown().await;
    }
}

async fn pause_after(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionReset, Interrupted};
    if matches!(error.kind(), ConnectionAborted | ConnectionReset | Interrupted) {
        return;
    }
    tracing::warn!(%error, "a connection could not be accepted; trying again");
    tokio::time::sleep(ACCEPT_PAUSE).await;
}

/// One connection, from beginning to end.
async fn hold(gateway: Arc<Gateway>, stream: Stream, peer: SocketAddr, mut stopping: watch::Receiver<bool>) {
    let counters = gateway.counters();
    let _gauge = counters.connection();
    let settings = &gateway.settings;
    let limits =
        Limits { idle: settings.idle_timeout, head: settings.head_timeout, body: settings.body_timeout };
    let pace = Pace::new();
    let service = service_fn(|request: hyper::Request<hyper::body::Incoming>| {
        let pace = Arc::clone(&pace);
        let gateway = &gateway;
        async move {
            let request = request.map(|body| PacedBody::new(body, Arc::clone(&pace)));
            let reply = gateway.answer(request, peer.ip()).await;
            pace.enter(Phase::Idle);
            Ok::<_, Infallible>(reply)
        }
    });
    let mut http = http1::Builder::new();
    // Every phase has its own limit in `pace`; hyper's own would end idle connections together with slow heads.
    http.header_read_timeout(None).max_header_size(settings.max_header_bytes);
    let stream = PacedStream::new(stream, Arc::clone(&pace));
    let mut connection = pin!(http.serve_connection(stream, service));
    let mut late = pin!(pace.expired(limits));
    let mut told = false;
    loop {
        tokio::select! {
            // However it ended, there is nobody left to tell: requests it cut short were not answered.
            _ = &mut connection => return,
            _ = stopping.changed(), if !told => {
                told = true;
                connection.as_mut().graceful_shutdown();
            }
            () = &mut late => return,
        }
    }
}
