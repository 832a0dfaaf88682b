use super::*;
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::StreamExt;
use http::HeaderValue;
use port::Room;
use std::io::Write;
use std::sync::Arc;

async fn read_with(
    coding: Option<&'static str>,
    body: Vec<u8>,
    limit: usize,
    room: &Arc<Room>,
) -> Result<String, BodyError> {
    let mut headers = HeaderMap::new();
    if let Some(coding) = coding {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    read(&headers, Body::from(body), limit, room.enter(None).unwrap()).await.map(|received| received.text)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn a_body_is_bounded_as_it_is_decoded() {
    let room = Room::new(10, 1 << 20);
    let bomb = gzip(&vec![b' '; 300_000]);
    assert!(bomb.len() < 1_000);
    assert_eq!(read_with(Some("gzip"), bomb.clone(), 100_000, &room).await, Err(BodyError::TooLarge));
    assert_eq!(read_with(Some("GZIP"), bomb, 300_000, &room).await.unwrap().len(), 300_000);
    assert_eq!(read_with(None, vec![b'x'; 11], 10, &room).await, Err(BodyError::TooLarge));
    assert_eq!(read_with(None, vec![b'x'; 10], 10, &room).await.unwrap(), "xxxxxxxxxx");
    // Whatever their results were, all memory is free again.
    assert_eq!(room.snapshot().bytes, 0);
}

#[tokio::test]
async fn all_bodies_together_are_bounded() {
    let room = Room::new(10, 100_000);
    let bomb = gzip(&vec![b' '; 300_000]);
    assert_eq!(read_with(Some("gzip"), bomb, 1 << 20, &room).await, Err(BodyError::NoRoom));
    let held = read(&HeaderMap::new(), Body::from(vec![b'x'; 40_000]), 1 << 20, room.enter(None).unwrap())
        .await
        .unwrap();
    let other = read_with(None, vec![b'x'; 70_000], 1 << 20, &room).await;
    assert_eq!(other.map(|text| text.len()), Err(BodyError::NoRoom));
    drop(held);
    assert!(read_with(None, vec![b'x'; 70_000], 1 << 20, &room).await.is_ok());
}

#[tokio::test]
async fn codings_that_are_none() {
    let room = Room::new(10, 1 << 20);
    for coding in ["zstd", "gzip, br", "compress"] {
        assert_eq!(read_with(Some(coding), b"{}".to_vec(), 100, &room).await, Err(BodyError::UnknownCoding));
    }
    for coding in ["gzip", "deflate", "br"] {
        assert_eq!(
            read_with(Some(coding), b"{\"not\":1}".to_vec(), 100, &room).await,
            Err(BodyError::Unreadable),
            "{coding}"
        );
    }
    assert_eq!(read_with(Some("identity"), b"\xff{}".to_vec(), 100, &room).await.unwrap(), "\u{fffd}{}");
}

/// The clock is tokio's, and advances only if no task can run.
#[tokio::test(start_paused = true)]
async fn a_body_that_never_ends_is_given_up() {
    let room = Room::new(10, 1_000);
    let endless = futures_util::stream::once(async { Ok::<_, std::io::Error>("[1,") })
        .chain(futures_util::stream::pending());
    let read = read(&HeaderMap::new(), Body::from_stream(endless), 100, room.enter(None).unwrap()).await;
    assert_eq!(read.err(), Some(BodyError::Unreadable));
    assert_eq!(room.snapshot().bytes, 0);
}
