//! A start on a disk without any room: the public port answers that it cannot store anything, until there is room.
//!
//! Nothing is known yet of sources that the console keeps, so nobody's key is judged: every request is answered 503, and
//! SDKs send again what they have. Callers of a port with TLS are hung up on, which has the same effect.

use crate::failure::{Failure, code};
use crate::part::Socket;
use std::time::Duration;
use supervise::TaskSet;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep_until, timeout};

/// So long until the next try to start.
const A_WHILE: Duration = Duration::from_secs(1);

/// So many are answered at a time; the others wait in the port's queue.
const AT_ONCE: usize = 64;

/// What a caller sends is read for so long, and so many bytes of it, so that the answer is not lost in a reset.
const HEARING: Duration = Duration::from_secs(2);
const HEARD_BYTES: u64 = 1 << 20;

const ANSWER: &str = "HTTP/1.1 503 Service Unavailable\r\ncontent-type: text/plain; charset=utf-8\r\n\
access-control-allow-origin: *\r\nretry-after: 30\r\nconnection: close\r\ncontent-length: 89\r\n\r\n\
the disk of this server is full: nothing of this request was stored, send it again later\n";

/// Says that there is no room, and answers callers so for a while.
pub(crate) async fn refuse_a_while(public: &Socket, plain: bool) -> Result<(), Failure> {
    tracing::error!(
        code = "journal_full",
        "the disk is full, so that the data folder cannot be opened; senders are told to try again, and the start is tried every second"
    );
    let listener = public
        .listener()
        .map_err(|error| Failure::new(code::LISTEN_FAILED, format!("the public port was lost: {error}")))?;
    let until = Instant::now() + A_WHILE;
    let mut answering = TaskSet::new("refusing on a full disk");
    loop {
        tokio::select! {
            () = sleep_until(until) => break,
            Some(_) = answering.join_next(), if !answering.is_empty() => {}
            accepted = listener.accept(), if answering.len() < AT_ONCE => {
                // One that has gone already is nobody to answer.
                if let Ok((caller, _)) = accepted && plain {
                    answering.spawn(refuse(caller));
                }
            }
        }
    }
    while answering.join_next().await.is_some() {}
    Ok(())
}

/// Answers one caller. Whoever does not listen to it misses nothing.
async fn refuse(caller: TcpStream) {
    let (mut from, mut to) = caller.into_split();
    let told = async {
        // Once something has come, it is a request; what it is does not matter.
        let mut first = [0; 1];
        from.read_exact(&mut first).await?;
        to.write_all(ANSWER.as_bytes()).await?;
        to.shutdown().await?;
        tokio::io::copy(&mut from.take(HEARD_BYTES), &mut tokio::io::sink()).await
    };
    let _ = timeout(HEARING, told).await;
}
