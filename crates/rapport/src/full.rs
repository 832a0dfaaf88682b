//! A start that has to wait, for room on the disk or for a cluster: until then, both ports answer that nothing can be stored.
//!
//! The console's sources are not known yet, so no write key is checked: every request is answered 503, and SDKs send
//! their events again. Only `/livez` is answered 200, because a restart does not help against that. Connections
//! to a port with TLS are closed, which has the same effect for SDKs.

use crate::failure::{Failure, code};
use crate::part::Socket;
use std::net::SocketAddr;
use std::time::Duration;
use supervise::TaskSet;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, sleep_until, timeout};

/// The time until the next try to start.
const RETRY_EVERY: Duration = Duration::from_secs(1);

/// The number of clients that are answered at a time; the others wait in the port's queue.
const AT_ONCE: usize = 64;

/// The part of a request's first line that is read.
const LINE_BYTES: usize = 256;

/// A client's request is read for this time, and up to this many bytes, so that the reply is not lost in a reset.
const HEARING: Duration = Duration::from_secs(2);
const HEARD_BYTES: u64 = 1 << 20;

const ALIVE: &str = "ok\n";

/// Why the start waits, as clients are told.
#[derive(Clone, Copy)]
pub(crate) struct Refusal {
    /// to whoever asks whether the server is ready
    unready: &'static str,
    /// to whoever sends
    refused: &'static str,
}

impl Refusal {
    pub(crate) const DISK_FULL: Refusal = Refusal {
        unready: "not ready: events cannot be stored: the disk is full\n",
        refused: "the disk of this server is full: nothing of this request was stored, send it again later\n",
    };
    pub(crate) const NO_BROKER: Refusal = Refusal {
        unready: "not ready: events cannot be stored: no broker of the cluster answers\n",
        refused: "no broker of the cluster answers: nothing of this request was stored, send it again later\n",
    };
    pub(crate) const CATCHING_UP: Refusal = Refusal {
        unready: "not ready: this node follows what the other nodes have stored\n",
        refused: "this node is not up to date yet: nothing of this request was stored, send it again later\n",
    };
}

/// A port that is not served yet: its socket, and whether it speaks without TLS.
pub(crate) type Unserved<'a> = (&'a Socket, bool);

/// Answers clients of both ports for a while that the start waits.
pub(crate) async fn refuse_a_while(ports: [Unserved<'_>; 2], refusal: Refusal) -> Result<(), Failure> {
    let lost = |error| Failure::new(code::LISTEN_FAILED, format!("a port was lost: {error}"));
    let [(public, public_plain), (admin, admin_plain)] = ports;
    let (public, admin) = (public.listener().map_err(lost)?, admin.listener().map_err(lost)?);
    let until = Instant::now() + RETRY_EVERY;
    let mut answering = TaskSet::new("refusing before the start");
    loop {
        tokio::select! {
            () = sleep_until(until) => break,
            Some(_) = answering.join_next(), if !answering.is_empty() => {}
            (accepted, plain) = next_caller(&public, public_plain, &admin, admin_plain), if answering.len() < AT_ONCE => {
                // A client that has disconnected already needs no reply.
                if let Ok((caller, _)) = accepted && plain {
                    answering.spawn(refuse(caller, refusal));
                }
            }
        }
    }
    while answering.join_next().await.is_some() {}
    Ok(())
}

/// The next client of either port, and whether that port speaks without TLS.
async fn next_caller(
    public: &TcpListener,
    public_plain: bool,
    admin: &TcpListener,
    admin_plain: bool,
) -> (std::io::Result<(TcpStream, SocketAddr)>, bool) {
    tokio::select! {
        accepted = public.accept() => (accepted, public_plain),
        accepted = admin.accept() => (accepted, admin_plain),
    }
}

/// The reply to a request with this beginning.
fn answer(line: &[u8], refusal: Refusal) -> String {
    let asks = |path: &str| {
        let rest = line.strip_prefix(b"GET ").and_then(|rest| rest.strip_prefix(path.as_bytes()));
        rest.and_then(<[u8]>::first).is_some_and(|next| matches!(next, b' ' | b'?'))
    };
    let (status, text) = match () {
        () if asks("/livez") => ("200 OK", ALIVE),
        () if asks("/readyz") => ("503 Service Unavailable", refusal.unready),
        () => ("503 Service Unavailable", refusal.refused),
    };
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: text/plain; charset=utf-8\r\naccess-control-allow-origin: *\r\n\
         cache-control: no-store\r\nretry-after: 30\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{text}",
        text.len()
    )
}

/// Answers one client. Errors are ignored, because the reply is only a courtesy.
async fn refuse(caller: TcpStream, refusal: Refusal) {
    let (mut from, mut to) = caller.into_split();
    let told = async {
        let mut line = Vec::with_capacity(LINE_BYTES);
        while line.len() < LINE_BYTES && !line.contains(&b'\n') {
            // A client whose first line is incomplete may still read the reply.
            if from.read_buf(&mut line).await? == 0 {
                break;
            }
        }
        if line.is_empty() {
            return Ok(0);
        }
        to.write_all(answer(&line, refusal).as_bytes()).await?;
        to.shutdown().await?;
        tokio::io::copy(&mut from.take(HEARD_BYTES), &mut tokio::io::sink()).await
    };
    let _ = timeout(HEARING, told).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_process_lives_and_is_not_ready_and_everybody_else_is_told_to_come_back() {
        for (line, status, text) in [
            ("GET /livez HTTP/1.1\r\n", "200 OK", ALIVE),
            ("GET /livez?verbose HTTP/1.1\r\n", "200 OK", ALIVE),
            ("GET /readyz HTTP/1.1\r\n", "503 Service Unavailable", Refusal::DISK_FULL.unready),
            ("GET /livezy HTTP/1.1\r\n", "503 Service Unavailable", Refusal::DISK_FULL.refused),
            ("GET /livez", "503 Service Unavailable", Refusal::DISK_FULL.refused),
            ("POST /livez HTTP/1.1\r\n", "503 Service Unavailable", Refusal::DISK_FULL.refused),
            ("POST /v1/batch HTTP/1.1\r\n", "503 Service Unavailable", Refusal::DISK_FULL.refused),
            ("\0\0", "503 Service Unavailable", Refusal::DISK_FULL.refused),
        ] {
            let said = answer(line.as_bytes(), Refusal::DISK_FULL);
            let (head, body) = said.split_once("\r\n\r\n").unwrap();
            assert!(head.starts_with(&format!("HTTP/1.1 {status}\r\n")), "{line}: {said}");
            assert!(head.ends_with(&format!("content-length: {}", body.len())), "{line}: {said}");
            assert_eq!(body, text, "{line}");
        }
    }
}
