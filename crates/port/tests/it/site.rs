//! A door whose handler answers at once, late, at length, or not at all.

use bytes::Bytes;
use http::{Request, Response};
use http_body::Frame;
use http_body_util::{BodyExt, Full, StreamBody, combinators::UnsyncBoxBody};
use port::{Body, ClientHandle, Door, Limits, Listener, serve};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::Mutex;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, broadcast, watch};
use tokio::task::JoinHandle;

type Reply = Response<UnsyncBoxBody<Bytes, Infallible>>;

pub(crate) struct Site {
    pub(crate) address: SocketAddr,
    pub(crate) door: Arc<Door>,
    shared: Arc<Shared>,
    stop: watch::Sender<bool>,
    served: Mutex<Option<JoinHandle<()>>>,
}

struct Shared {
    gate: Semaphore,
    asked: Semaphore,
    live: broadcast::Sender<&'static str>,
}

impl Site {
    pub(crate) async fn start(limits: Limits) -> Site {
        let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Site::on(limits, Listener::from(tcp)).await
    }

    pub(crate) async fn on(limits: Limits, listener: Listener) -> Site {
        let address = listener.local_addr().unwrap();
        let door = Door::new("site", limits);
        let shared = Arc::new(Shared {
            gate: Semaphore::new(0),
            asked: Semaphore::new(0),
            live: broadcast::Sender::new(10),
        });
        let of_handler = Arc::clone(&shared);
        let handler = move |request: Request<Body>, _: ClientHandle| answer(Arc::clone(&of_handler), request);
        let (stop, mut stopping) = watch::channel(false);
        let stopped = async move { drop(stopping.wait_for(|stop| *stop).await.map(|_| ())) };
        let served = tokio::spawn(serve(Arc::clone(&door), listener, handler, stopped));
        Site { address, door, shared, stop, served: Mutex::new(Some(served)) }
    }

    pub(crate) async fn connect(&self) -> Wire {
        Wire { stream: TcpStream::connect(self.address).await.unwrap(), unread: Vec::new() }
    }

    /// One request on a connection of its own.
    pub(crate) async fn ask(&self, path: &str) -> u16 {
        self.connect().await.ask(&get(path)).await.expect("a reply")
    }

    pub(crate) fn say(&self, what: &'static str) {
        self.shared.live.send(what).unwrap();
    }

    pub(crate) async fn asked_for_the_gate(&self) {
        self.shared.asked.acquire().await.unwrap().forget();
    }

    pub(crate) fn open_gate(&self) {
        self.shared.gate.add_permits(1);
    }

    pub(crate) fn stop(&self) {
        self.stop.send_replace(true);
    }

    pub(crate) async fn served(&self) {
        let served = self.served.lock().unwrap().take().unwrap();
        served.await.unwrap();
    }
}

async fn answer(shared: Arc<Shared>, request: Request<Body>) -> Result<Reply, hyper::Error> {
    let path = request.uri().path().to_owned();
    let full = |bytes: Bytes| Response::new(Full::new(bytes).boxed_unsync());
    Ok(match path.as_str() {
        "/echo" => full(request.into_body().collect().await?.to_bytes()),
        "/large" => full(Bytes::from(vec![b'x'; 64 << 20])),
        "/live" => {
            let told = shared.live.subscribe();
            let events = futures_util::stream::unfold(told, |mut told| async {
                let said = told.recv().await.ok()?;
                Some((Ok(Frame::data(Bytes::from_static(said.as_bytes()))), told))
            });
            Response::new(BodyExt::boxed_unsync(StreamBody::new(Box::pin(events))))
        }
        "/gated" => {
            shared.asked.add_permits(1);
            shared.gate.acquire().await.unwrap().forget();
            full(Bytes::from_static(b"late"))
        }
        "/panic" => panic!("on purpose"),
        _ => full(Bytes::from_static(b"ok")),
    })
}

pub(crate) fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: test\r\n\r\n")
}

/// Lets the server handle everything that was sent before. It opens no connection, because that would need a place.
pub(crate) async fn turn() {
    for _ in 0..300 {
        tokio::task::yield_now().await;
    }
}

/// A connection as a client sees it.
pub(crate) struct Wire {
    pub(crate) stream: TcpStream,
    unread: Vec<u8>,
}

impl Wire {
    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.write_all(bytes.as_ref()).await.unwrap();
    }

    pub(crate) async fn try_send(&mut self, bytes: &[u8]) -> bool {
        self.stream.write_all(bytes).await.is_ok()
    }

    pub(crate) async fn ask(&mut self, request: &str) -> Option<u16> {
        self.send(request).await;
        self.status().await
    }

    /// The status of the next reply, whose body is read if its length is known; `None` if the connection ended without
    /// a reply.
    pub(crate) async fn status(&mut self) -> Option<u16> {
        let end = loop {
            if let Some(at) = self.unread.windows(4).position(|window| window == b"\r\n\r\n") {
                break at + 4;
            }
            if self.read_more().await == 0 {
                return None;
            }
        };
        let head = String::from_utf8(self.unread.drain(..end).collect()).unwrap().to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let length: usize = length.map_or(0, |length| length.parse().unwrap());
        while self.unread.len() < length {
            if self.read_more().await == 0 {
                return None;
            }
        }
        self.unread.drain(..length);
        head.split(' ').nth(1)?.parse().ok()
    }

    /// Whether the server sends this before the connection ends.
    pub(crate) async fn hears(&mut self, what: &str) -> bool {
        while !self.unread.windows(what.len()).any(|window| window == what.as_bytes()) {
            if self.read_more().await == 0 {
                return false;
            }
        }
        true
    }

    /// Resolves to true when the connection ends.
    pub(crate) async fn ends(&mut self) -> bool {
        while self.read_more().await > 0 {}
        true
    }

    async fn read_more(&mut self) -> usize {
        let mut buffer = vec![0; 64 << 10];
        let read = crate::harness::soon(self.stream.read(&mut buffer)).await.unwrap_or(0);
        self.unread.extend_from_slice(&buffer[..read]);
        read
    }
}
