use super::*;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use supervise::PartState;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Notify;

/// Long enough for everything that happens at all.
const TEST_TIMEOUT: Duration = Duration::from_secs(20);

async fn socket() -> Arc<Socket> {
    Socket::new(TcpListener::bind("127.0.0.1:0").await.unwrap()).unwrap()
}

async fn asked(at: SocketAddr) -> io::Result<u8> {
    TcpStream::connect(at).await?.read_u8().await
}

/// Answers with the number of its run; the first run panics at the first client.
fn answering(supervisor: &Supervisor, socket: &Arc<Socket>) -> Task {
    let runs = Arc::new(AtomicU32::new(0));
    serve(supervisor, "door", Arc::clone(socket), move |listener, mut stopped| {
        let number = runs.fetch_add(1, Ordering::Relaxed);
        async move {
            loop {
                tokio::select! {
                    () = &mut stopped => return Ok(()),
                    accepted = listener.accept() => {
                        let (mut stream, _) = accepted?;
                        assert!(number > 0, "the first run");
                        stream.write_u8(u8::try_from(number).unwrap()).await?;
                    }
                }
            }
        }
    })
}

#[tokio::test]
async fn a_port_whose_task_dies_is_served_again_at_the_same_address() {
    let supervisor = Supervisor::new();
    let socket = socket().await;
    let task = answering(&supervisor, &socket);
    assert!(asked(socket.addr()).await.is_err(), "the caller that met the panic");
    // This client connects while the port is not served, and waits.
    let answer = tokio::time::timeout(TEST_TIMEOUT, asked(socket.addr())).await.unwrap();
    assert_eq!(answer.unwrap(), 1);
    let report = supervisor.snapshot().remove(0);
    assert_eq!((report.state, report.restarts), (PartState::Running, 1));
    assert!(report.last_words.unwrap().ends_with("the first run"));
    assert!(task.shutdown(TEST_TIMEOUT).await);
    assert!(TcpStream::connect(socket.addr()).await.is_err(), "nobody is there");
}

#[tokio::test]
async fn nobody_can_connect_while_a_stopping_port_answers_what_it_has() {
    let supervisor = Supervisor::new();
    let socket = socket().await;
    let (closed, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (told, wait) = (Arc::clone(&closed), Arc::clone(&go_on));
    let task = serve(&supervisor, "door", Arc::clone(&socket), move |listener, stopped| {
        let (told, wait) = (Arc::clone(&told), Arc::clone(&wait));
        async move {
            stopped.await;
            drop(listener);
            told.notify_one();
            wait.notified().await;
            Ok(())
        }
    });
    task.stop();
    closed.notified().await;
    assert!(TcpStream::connect(socket.addr()).await.is_err());
    go_on.notify_one();
    task.ended().await;
}

#[tokio::test(start_paused = true)]
async fn a_port_that_cannot_be_served_ends_the_process() {
    let supervisor = Supervisor::new();
    let _task = serve(&supervisor, "door", socket().await, |_, _| async { Err(io::Error::other("no luck")) });
    let failed = supervisor.failed().await;
    assert_eq!(
        failed.to_string(),
        "the part \"door\" has ended and does not start again: it failed: no luck"
    );
}
