//! A server that reads whole HTTP/1.1 requests, keeps them, and does with each what the test's script says.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::AbortHandle;

/// A request as it was received.
#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) target: String,
    /// The whole head, as sent.
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Request {
    pub(crate) fn is_token(&self) -> bool {
        self.target.starts_with("/oauth/token")
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(": ")?;
            key.eq_ignore_ascii_case(name).then_some(value)
        })
    }
}

/// What to do with a request.
pub(crate) enum Act {
    /// Send this and go on with the connection.
    Answer(String),
    /// Send this and close the connection.
    Last(String),
    /// Close the connection without an answer.
    Close,
    /// Reset the connection without an answer.
    Reset,
    /// Send this, then nothing more, but stay connected.
    Stall(String),
    /// Send this head, then blanks for ever.
    Flood(String),
    /// Wait for [`Server::open_gate`], then answer this.
    Gated(String),
}

pub(crate) fn json(status: u16, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}")
}

pub(crate) fn token(access: &str, expires_in: u32) -> String {
    let body = format!(
        r#"{{"access_token":"{access}","token_type":"Bearer","expires_in":{expires_in},"refresh_token":"planted-{access}-refresh"}}"#
    );
    json(200, &body)
}

type Script = dyn Fn(&Request, usize) -> Act + Send + Sync;

struct Shared {
    script: Box<Script>,
    requests: Mutex<Vec<Request>>,
    connections: Mutex<usize>,
    count: watch::Sender<usize>,
    gate: Semaphore,
}

/// Ends with its last connection when dropped.
pub(crate) struct Server {
    port: u16,
    shared: Arc<Shared>,
    tasks: Arc<Mutex<Vec<AbortHandle>>>,
}

impl Server {
    /// The script gets each request and how many came before it.
    pub(crate) async fn start(script: impl Fn(&Request, usize) -> Act + Send + Sync + 'static) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared {
            script: Box::new(script),
            requests: Mutex::default(),
            connections: Mutex::default(),
            count: watch::Sender::new(0),
            gate: Semaphore::new(0),
        });
        let tasks: Arc<Mutex<Vec<AbortHandle>>> = Arc::default();
        let (state, spawned) = (shared.clone(), tasks.clone());
        let accept = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                *state.connections.lock().unwrap() += 1;
                let task = tokio::spawn(serve(stream, state.clone()));
                spawned.lock().unwrap().push(task.abort_handle());
            }
        });
        tasks.lock().unwrap().push(accept.abort_handle());
        Server { port, shared, tasks }
    }

    /// Grants `t1`, `t2`, … for two hours and does with everything else what the script says.
    pub(crate) async fn granting(script: impl Fn(&Request, usize) -> Act + Send + Sync + 'static) -> Server {
        let granted = Mutex::new(0);
        Server::start(move |request, before| {
            if !request.is_token() {
                return script(request, before);
            }
            let mut granted = granted.lock().unwrap();
            *granted += 1;
            Act::Answer(token(&format!("planted-t{granted}"), 7_200))
        })
        .await
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.shared.requests.lock().unwrap().clone()
    }

    /// The requests that are not for a token.
    pub(crate) fn resource_requests(&self) -> Vec<Request> {
        self.requests().into_iter().filter(|request| !request.is_token()).collect()
    }

    pub(crate) fn connections(&self) -> usize {
        *self.shared.connections.lock().unwrap()
    }

    /// Returns when so many requests have come.
    pub(crate) async fn received(&self, count: usize) {
        self.shared.count.subscribe().wait_for(|now| *now >= count).await.unwrap();
    }

    pub(crate) fn open_gate(&self) {
        self.shared.gate.add_permits(1);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.tasks.lock().unwrap().iter().for_each(AbortHandle::abort);
    }
}

async fn serve(mut stream: TcpStream, shared: Arc<Shared>) {
    let mut buffer = Vec::new();
    while let Some(request) = read(&mut stream, &mut buffer).await {
        let before = {
            let mut requests = shared.requests.lock().unwrap();
            requests.push(request.clone());
            requests.len() - 1
        };
        let act = (shared.script)(&request, before);
        shared.count.send_replace(before + 1);
        if !perform(act, &mut stream, &shared).await {
            return;
        }
    }
}

/// Whether the connection goes on. What cannot be written is what a client that left no longer wants.
async fn perform(act: Act, stream: &mut TcpStream, shared: &Shared) -> bool {
    match act {
        Act::Answer(text) => stream.write_all(text.as_bytes()).await.is_ok(),
        Act::Gated(text) => {
            shared.gate.acquire().await.unwrap().forget();
            stream.write_all(text.as_bytes()).await.is_ok()
        }
        Act::Last(text) => {
            let _ = stream.write_all(text.as_bytes()).await;
            let _ = stream.shutdown().await;
            false
        }
        Act::Close => false,
        Act::Reset => {
            stream.set_zero_linger().unwrap();
            false
        }
        Act::Stall(text) => {
            let _ = stream.write_all(text.as_bytes()).await;
            std::future::pending().await
        }
        Act::Flood(head) => {
            let _ = stream.write_all(head.as_bytes()).await;
            while stream.write_all(&[b' '; 8_192]).await.is_ok() {}
            false
        }
    }
}

async fn read(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<Request> {
    loop {
        if let Some((request, used)) = parse(buffer) {
            buffer.drain(..used);
            return Some(request);
        }
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
}

fn parse(buffer: &[u8]) -> Option<(Request, usize)> {
    let end = buffer.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let head = String::from_utf8(buffer[..end].to_vec()).unwrap();
    let mut first = head.split(' ');
    let (method, target) = (first.next().unwrap().to_owned(), first.next().unwrap().to_owned());
    let mut request = Request { method, target, head, body: String::new() };
    let length: usize = request.header("content-length").map_or(0, |length| length.parse().unwrap());
    let body = buffer.get(end..end + length)?;
    request.body = String::from_utf8(body.to_vec()).unwrap();
    Some((request, end + length))
}
