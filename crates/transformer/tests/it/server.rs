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
    pub(crate) body: Vec<u8>,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(": ")?;
            key.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }
}

/// What to do with a request.
pub(crate) enum Act {
    /// Send this and go on with the connection.
    Answer(String),
    /// Send this and close the connection.
    Last(String),
    /// Reset the connection without an answer.
    Reset,
    /// Send this, then nothing more, but stay connected.
    Stall(String),
    /// Wait for [`Server::open_gate`], then answer this.
    Gated(String),
}

/// A reply with JSON in it.
pub(crate) fn json(status: u16, body: &str) -> String {
    reply(status, &[("content-type", "application/json")], body)
}

pub(crate) fn reply(status: u16, headers: &[(&str, &str)], body: &str) -> String {
    let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    // Such a reply has no body by its nature (RFC 9110, 8.6).
    let length = if status == 204 { String::new() } else { format!("content-length: {}\r\n", body.len()) };
    format!("HTTP/1.1 {status} X\r\n{headers}{length}\r\n{body}")
}

type Script = dyn Fn(&Request, usize) -> Act + Send + Sync;

struct Shared {
    script: Box<Script>,
    requests: Mutex<Vec<Request>>,
    count: watch::Sender<usize>,
    /// Requests that wait for their answer, and the most there were at once.
    open: Mutex<(usize, usize)>,
    gate: Semaphore,
}

/// Ends with its last connection when dropped.
pub(crate) struct Server {
    port: u16,
    shared: Arc<Shared>,
    tasks: Arc<Mutex<Vec<AbortHandle>>>,
}

impl Server {
    /// The script gets each request and how many with the same target came before it.
    pub(crate) async fn start(script: impl Fn(&Request, usize) -> Act + Send + Sync + 'static) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared {
            script: Box::new(script),
            requests: Mutex::default(),
            count: watch::Sender::new(0),
            open: Mutex::default(),
            gate: Semaphore::new(0),
        });
        let tasks: Arc<Mutex<Vec<AbortHandle>>> = Arc::default();
        let (state, spawned) = (shared.clone(), tasks.clone());
        let accept = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let task = tokio::spawn(serve(stream, state.clone()));
                spawned.lock().unwrap().push(task.abort_handle());
            }
        });
        tasks.lock().unwrap().push(accept.abort_handle());
        Server { port, shared, tasks }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.shared.requests.lock().unwrap().clone()
    }

    /// Returns when so many requests have come.
    pub(crate) async fn received(&self, count: usize) {
        self.shared.count.subscribe().wait_for(|now| *now >= count).await.unwrap();
    }

    /// The most requests that ever waited for their answer at once.
    pub(crate) fn most_at_once(&self) -> usize {
        self.shared.open.lock().unwrap().1
    }

    pub(crate) fn open_gate(&self, times: usize) {
        self.shared.gate.add_permits(times);
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
        let (all, same) = {
            let mut requests = shared.requests.lock().unwrap();
            let same = requests.iter().filter(|before| before.target == request.target).count();
            requests.push(request.clone());
            (requests.len(), same)
        };
        {
            let mut open = shared.open.lock().unwrap();
            open.0 += 1;
            open.1 = open.1.max(open.0);
        }
        let act = (shared.script)(&request, same);
        shared.count.send_if_modified(|count| {
            let is_more = all > *count;
            *count = all.max(*count);
            is_more
        });
        if !perform(act, &mut stream, &shared).await {
            return;
        }
    }
}

/// Whether the connection goes on. What cannot be written is what a client that left no longer wants.
async fn perform(act: Act, stream: &mut TcpStream, shared: &Shared) -> bool {
    if let Act::Gated(_) = act {
        shared.gate.acquire().await.unwrap().forget();
    }
    shared.open.lock().unwrap().0 -= 1;
    match act {
        Act::Answer(text) | Act::Gated(text) => stream.write_all(text.as_bytes()).await.is_ok(),
        Act::Last(text) => {
            let _ = stream.write_all(text.as_bytes()).await;
            let _ = stream.shutdown().await;
            false
        }
        Act::Reset => {
            stream.set_zero_linger().unwrap();
            false
        }
        Act::Stall(text) => {
            let _ = stream.write_all(text.as_bytes()).await;
            std::future::pending().await
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
    let mut request = Request { method, target, head, body: Vec::new() };
    if request.header("transfer-encoding").is_some() {
        let (body, used) = chunks(&buffer[end..])?;
        request.body = body;
        return Some((request, end + used));
    }
    let length: usize = request.header("content-length").map_or(0, |length| length.parse().unwrap());
    request.body = buffer.get(end..end + length)?.to_vec();
    Some((request, end + length))
}

/// A body in chunks (RFC 9112, 7.1), once its last one is there.
fn chunks(buffer: &[u8]) -> Option<(Vec<u8>, usize)> {
    let (mut body, mut at) = (Vec::new(), 0);
    loop {
        let line = buffer[at..].windows(2).position(|window| window == b"\r\n")?;
        let size = usize::from_str_radix(std::str::from_utf8(&buffer[at..at + line]).unwrap(), 16).unwrap();
        at += line + 2;
        body.extend_from_slice(buffer.get(at..at + size)?);
        buffer.get(at + size..at + size + 2)?;
        at += size + 2;
        if size == 0 {
            return Some((body, at));
        }
    }
}
