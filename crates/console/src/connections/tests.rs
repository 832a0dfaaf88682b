use super::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::time::advance;

/// A port that somebody connects to whenever it asks.
struct Endless;

impl Listener for Endless {
    type Io = DuplexStream;
    type Addr = ();

    async fn accept(&mut self) -> (DuplexStream, ()) {
        (duplex(8).1, ())
    }

    fn local_addr(&self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn who_comes_when_all_places_are_taken_waits() {
    let mut port = Bounded::of(Endless, 2, SILENCE);
    let (first, ()) = port.accept().await;
    let _second = port.accept().await;
    tokio::select! {
        biased;
        _ = port.accept() => panic!("there was no place"),
        () = tokio::task::yield_now() => {}
    }
    drop(first);
    port.accept().await;
}

fn connection() -> (DuplexStream, Connection<DuplexStream>) {
    let (client, io) = duplex(8);
    let silent = Box::pin(tokio::time::sleep(SILENCE));
    (client, Connection { io, silent, silence: SILENCE, _place: None })
}

#[tokio::test(start_paused = true)]
async fn a_trickle_does_not_hold_a_connection_and_an_answer_does() {
    let (mut client, mut connection) = connection();
    let mut trickled = Ok(b'?');
    for quarter in 1..=7 {
        client.write_all(b"x").await.unwrap();
        trickled = connection.read_u8().await;
        if quarter == 4 {
            connection.write_all(b"y").await.unwrap();
        }
        assert!(trickled.is_ok(), "in quarter {quarter}");
        advance(SILENCE / 4).await;
    }
    assert_eq!(trickled.unwrap(), b'x');
    client.write_all(b"x").await.unwrap();
    assert_eq!(connection.read_u8().await.unwrap_err().kind(), io::ErrorKind::TimedOut);
}

#[tokio::test(start_paused = true)]
async fn who_does_not_read_the_answer_loses_it() {
    let (_client, mut connection) = connection();
    let error = connection.write_all(&[b'y'; 100]).await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::TimedOut);
}
