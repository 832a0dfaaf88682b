//! One connection, from its acceptance to its end.

use crate::body::{Answering, Body, ReplyBody};
use crate::certificate::ServerCertificate;
use crate::client_handle::ClientHandle;
use crate::counts::{Closed, ConnectionRefusal};
use crate::door::Door;
use crate::pace::{Direction, Pace, Phase};
use crate::paced::PacedStream;
use crate::request_id::{REQUEST_ID, RequestId};
use crate::seats::Seat;
use crate::stream::Stream;
use bytes::Bytes;
use http::{Request, Response};
use http_body::Body as HttpBody;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use std::error::Error;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::MissedTickBehavior;
use tokio_rustls::TlsAcceptor;

/// The interval in which a stopping door checks whether a connection still has a request under way.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// The data that a connection needs.
pub(crate) struct Held<H> {
    pub(crate) door: Arc<Door>,
    pub(crate) seat: Seat,
    pub(crate) handler: H,
    pub(crate) stopping: watch::Receiver<bool>,
}

impl<H, F, B, E> Held<H>
where
    H: Fn(Request<Body>, ClientHandle) -> F,
    F: Future<Output = Result<Response<B>, E>>,
    B: HttpBody<Data = Bytes, Error: Into<Box<dyn Error + Send + Sync>>> + Unpin + 'static,
    E: Into<Box<dyn Error + Send + Sync>>,
{
    /// Serves the connection until either side ends it, its time is up, or its place is needed.
    pub(crate) async fn hold(
        mut self,
        tcp: TcpStream,
        peer: SocketAddr,
        tls: Option<Arc<ServerCertificate>>,
    ) {
        let stream = match tls {
            None => Stream::plain(tcp),
            Some(identity) => match self.shake_hands(tcp, identity).await {
                Some(stream) => stream,
                None => return,
            },
        };
        let Held { door, seat, handler, mut stopping } = self;
        let (limits, pace) = (&door.limits, &seat.pace);
        let caller = ClientHandle::new(peer);
        let service = service_fn(|request: Request<Incoming>| {
            let mut request = request.map(|body| Body::new(body, Arc::clone(pace), limits));
            let id = RequestId::of(request.headers());
            let header = id.header();
            // Code that passes the request on sends this id, too, and no other id that the caller may have given.
            request.headers_mut().insert(REQUEST_ID, header.clone());
            request.extensions_mut().insert(id);
            let answering = Answering::new(&seat);
            let answer = handler(request, caller.clone());
            async move {
                let mut reply = answer.await?;
                // A reply of another server has the id which that server gave it.
                reply.headers_mut().entry(REQUEST_ID).or_insert(header);
                Ok::<_, E>(reply.map(|body| ReplyBody::new(body, answering)))
            }
        });
        let mut http = http1::Builder::new();
        // Every phase has its own limit here; hyper's limit would end idle connections and slow heads alike.
        http.header_read_timeout(None).max_header_size(limits.max_header);
        let stream = PacedStream::new(stream, Arc::clone(pace), limits, caller.clone());
        let mut connection = pin!(http.serve_connection(stream, service));
        let mut late = pin!(pace.expired(limits));
        let mut ended = pin!(pace.told_to_end());
        let mut told = false;
        let mut look = tokio::time::interval(LOOK_AGAIN);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                result = &mut connection => return note(&door, result),
                _ = stopping.changed(), if !told => {
                    told = true;
                    connection.as_mut().graceful_shutdown();
                    look.reset();
                    if pace.phase() == Phase::Head {
                        return door.counts.closed(Closed::Stopped);
                    }
                }
                // hyper closes connections that rest between two requests, and waits for those that have not sent the
                // first request yet.
                _ = look.tick(), if told => match pace.phase() {
                    Phase::Head => return door.counts.closed(Closed::Stopped),
                    Phase::Idle if pace.left(Direction::Reply).is_none() => return,
                    _ => {}
                },
                late = &mut late => return door.counts.closed(late.into()),
                () = &mut ended => return,
            }
        }
    }

    async fn shake_hands(&mut self, tcp: TcpStream, identity: Arc<ServerCertificate>) -> Option<Stream> {
        let pace: &Pace = &self.seat.pace;
        let handshake = async { TlsAcceptor::from(identity.current().await).accept(tcp).await };
        let stopping = &mut self.stopping;
        let shaken = tokio::select! {
            shaken = handshake => shaken,
            () = tokio::time::sleep(self.door.limits.handshake) => {
                self.door.counts.closed(Closed::LateHandshake);
                return None;
            }
            () = pace.told_to_end() => return None,
            _ = stopping.changed() => return None,
        };
        match shaken {
            Ok(stream) => {
                pace.enter(Phase::Idle);
                Some(Stream::tls(stream))
            }
            // The causes are scanners, and clients that do not trust the certificate: the operator can do nothing, and
            // there may be very many.
            Err(error) => {
                tracing::debug!(%error, "a TLS handshake failed");
                self.door.counts.refused(ConnectionRefusal::Handshake);
                None
            }
        }
    }
}

/// No one needs to know how a connection ended: requests that were cut off were not answered.
fn note(door: &Door, result: hyper::Result<()>) {
    match result {
        Err(error) if error.is_parse_version_h2() => door.counts.refused(ConnectionRefusal::Http2),
        Err(error) if error.is_parse() => door.counts.refused(ConnectionRefusal::Head),
        Err(error) => tracing::debug!(%error, "a connection ended early"),
        Ok(()) => {}
    }
}
