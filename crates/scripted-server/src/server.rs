//! The server: its connections, what it has noted of them, and its check at the end.

use crate::request::read;
use crate::script::Script;
use crate::{Act, Request, grant};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::AbortHandle;

/// How long a token is good for which the server grants by itself.
const GRANTED_SECS: u32 = 7_200;

struct Shared {
    script: Mutex<Script>,
    requests: Mutex<Vec<Request>>,
    connections: Mutex<usize>,
    count: watch::Sender<usize>,
    /// Requests that wait for their answer, and the most there were at once.
    open: Mutex<(usize, usize)>,
    gate: Semaphore,
    /// Replies that wait for the gate.
    gated: Mutex<usize>,
    /// Whether the script panicked, or a request could not be read.
    panicked: AtomicBool,
}

/// Notes that a connection's task panics.
struct Watched<'a>(&'a Shared);

impl Drop for Watched<'_> {
    fn drop(&mut self) {
        self.0.panicked.fetch_or(std::thread::panicking(), Ordering::SeqCst);
    }
}

/// Ends with its last connection when dropped.
pub struct Server {
    port: u16,
    shared: Arc<Shared>,
    tasks: Arc<Mutex<Vec<AbortHandle>>>,
}

impl Server {
    /// The script gets each request and how many with the same target came before it; where it says `None`, the request
    /// was not expected.
    pub async fn start<R: Into<Option<Act>>>(
        script: impl Fn(&Request, usize) -> R + Send + Sync + 'static,
    ) -> Server {
        Server::over(script, |_, _| None).await
    }

    /// The same, over another script which answers whatever the first one leaves to it. Nothing of that needs to be used.
    pub async fn over<R: Into<Option<Act>>>(
        script: impl Fn(&Request, usize) -> R + Send + Sync + 'static,
        otherwise: impl Fn(&Request, usize) -> Option<Act> + Send + Sync + 'static,
    ) -> Server {
        let script = move |request: &Request, before| script(request, before).into();
        Server::with(Script::each(Box::new(script), Box::new(otherwise))).await
    }

    /// Grants the tokens `planted-t1`, `planted-t2`, … for two hours and does with everything else what the script says.
    pub async fn granting<R: Into<Option<Act>>>(
        script: impl Fn(&Request, usize) -> R + Send + Sync + 'static,
    ) -> Server {
        let granted = AtomicUsize::new(0);
        Server::over(
            move |request, before| if request.is_token() { None } else { script(request, before).into() },
            move |request, _| {
                request.is_token().then(|| {
                    let number = granted.fetch_add(1, Ordering::SeqCst) + 1;
                    Act::Answer(grant(&format!("planted-t{number}"), GRANTED_SECS))
                })
            },
        )
        .await
    }

    /// Expects as many requests as the list has entries, and does this with them, one after the other.
    pub async fn in_turn(acts: impl IntoIterator<Item = Act>) -> Server {
        Server::with(Script::in_turn(acts)).await
    }

    /// Answers like this if it is asked; nothing of it needs to be used.
    pub async fn if_asked(
        answers: impl Fn(&Request, usize) -> Option<Act> + Send + Sync + 'static,
    ) -> Server {
        Server::with(Script::otherwise(Box::new(answers))).await
    }

    /// Expects no request.
    pub async fn unasked() -> Server {
        Server::if_asked(|_, _| None).await
    }

    async fn with(script: Script) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared {
            script: Mutex::new(script),
            requests: Mutex::default(),
            connections: Mutex::default(),
            count: watch::Sender::new(0),
            open: Mutex::default(),
            gate: Semaphore::new(0),
            gated: Mutex::default(),
            panicked: AtomicBool::new(false),
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

    /// Where it listens, as a URL without a path.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Every request so far.
    pub fn requests(&self) -> Vec<Request> {
        self.shared.requests.lock().unwrap().clone()
    }

    /// The requests that are not for a token.
    pub fn resource_requests(&self) -> Vec<Request> {
        self.requests().into_iter().filter(|request| !request.is_token()).collect()
    }

    /// How many connections were made.
    pub fn connections(&self) -> usize {
        *self.shared.connections.lock().unwrap()
    }

    /// Returns when so many requests have come.
    pub async fn received(&self, count: usize) {
        self.shared.count.subscribe().wait_for(|now| *now >= count).await.unwrap();
    }

    /// The most requests that ever waited for their answer at once.
    pub fn most_at_once(&self) -> usize {
        self.shared.open.lock().unwrap().1
    }

    /// Lets so many replies out that wait for the gate, or will.
    pub fn open_gate(&self, times: usize) {
        self.shared.gate.add_permits(times);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.tasks.lock().unwrap().iter().for_each(AbortHandle::abort);
        if std::thread::panicking() {
            return;
        }
        assert!(
            !self.shared.panicked.load(Ordering::SeqCst),
            "the script panicked, or a request is unreadable"
        );
        let trouble = self.shared.script.lock().unwrap().trouble();
        assert_eq!(trouble, None, "after {} requests", self.shared.requests.lock().unwrap().len());
        let (gated, permits) = (*self.shared.gated.lock().unwrap(), self.shared.gate.available_permits());
        assert_eq!((gated, permits), (0, 0), "replies that wait for the gate, and how many more it lets out");
    }
}

async fn serve(mut stream: TcpStream, shared: Arc<Shared>) {
    let _watched = Watched(&shared);
    let mut buffer = Vec::new();
    while let Some(request) = read(&mut stream, &mut buffer).await {
        let (all, before) = {
            let mut requests = shared.requests.lock().unwrap();
            let before = requests.iter().filter(|earlier| earlier.target == request.target).count();
            requests.push(request.clone());
            (requests.len(), before)
        };
        {
            let mut open = shared.open.lock().unwrap();
            open.0 += 1;
            open.1 = open.1.max(open.0);
        }
        let act = shared.script.lock().unwrap().act(&request, before);
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
        *shared.gated.lock().unwrap() += 1;
        shared.gate.acquire().await.unwrap().forget();
        *shared.gated.lock().unwrap() -= 1;
    }
    shared.open.lock().unwrap().0 -= 1;
    match act {
        Act::Answer(text) | Act::Gated(text) => stream.write_all(text.as_bytes()).await.is_ok(),
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
