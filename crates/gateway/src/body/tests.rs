use super::*;
use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use http::HeaderValue;
use http_body::Frame;
use http_body_util::StreamBody;
use port::Room;
use proptest::prelude::*;
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

const LIMIT: usize = 100_000;

fn chunked(bytes: Vec<u8>, size: usize) -> impl Body<Data = Bytes, Error = Infallible> + Unpin {
    let chunks: Vec<_> =
        bytes.chunks(size.max(1)).map(|chunk| Ok(Frame::data(Bytes::copy_from_slice(chunk)))).collect();
    StreamBody::new(futures_util::stream::iter(chunks))
}

async fn read_all(bytes: Vec<u8>, coding: Coding, size: usize) -> Result<Bytes, BodyError> {
    let room = Room::new(1, LIMIT * 4);
    let mut slot = room.enter(None).unwrap();
    read(&mut chunked(bytes, size), coding, LIMIT, &mut slot).await
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn codings_are_recognised_in_any_case_and_nothing_else_is() {
    for (value, expected) in [
        ("gzip", Coding::Gzip),
        ("GZip", Coding::Gzip),
        (" x-gzip ", Coding::Gzip),
        ("deflate", Coding::Deflate),
        ("identity", Coding::Plain),
        ("br", Coding::Plain),
        ("zstd", Coding::Plain),
        ("gzip, gzip", Coding::Plain),
        ("", Coding::Plain),
    ] {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(value));
        assert_eq!(coding(&headers), expected, "{value:?}");
    }
    assert_eq!(coding(&HeaderMap::new()), Coding::Plain);
}

proptest! {
    #[test]
    fn what_was_sent_is_read_whatever_the_coding_and_the_pieces(
        bytes in proptest::collection::vec(any::<u8>(), 0..5000),
        size in 1_usize..700,
    ) {
        block_on(async {
            prop_assert_eq!(read_all(bytes.clone(), Coding::Plain, size).await.unwrap(), bytes.clone());
            prop_assert_eq!(read_all(gzip(&bytes), Coding::Gzip, size).await.unwrap(), bytes.clone());
            prop_assert_eq!(read_all(zlib(&bytes), Coding::Deflate, size).await.unwrap(), bytes.clone());
            Ok(())
        })?;
    }

    #[test]
    fn a_cut_gzip_body_is_never_taken_for_a_whole_one(
        bytes in proptest::collection::vec(any::<u8>(), 0..2000),
        cut in 1_usize..10_000,
    ) {
        let whole = gzip(&bytes);
        let cut = cut % whole.len();
        prop_assume!(cut > 0);
        let result = block_on(read_all(whole[..cut].to_vec(), Coding::Gzip, 512));
        prop_assert_eq!(result, Err(BodyError::Unreadable));
    }

    #[test]
    fn random_bytes_as_gzip_or_deflate_never_panic(bytes in proptest::collection::vec(any::<u8>(), 1..2000)) {
        block_on(async {
            let _ = read_all(bytes.clone(), Coding::Gzip, 100).await;
            let _ = read_all(bytes.clone(), Coding::Deflate, 100).await;
            let mut headed = vec![0x1f, 0x8b, 8, 0x1f];
            headed.extend(bytes);
            let _ = read_all(headed, Coding::Gzip, 100).await;
        });
    }
}

#[test]
fn several_gzip_members_are_one_body_and_garbage_behind_them_is_an_error() {
    block_on(async {
        let mut two = gzip(b"one ");
        two.extend(gzip(b"two"));
        assert_eq!(read_all(two.clone(), Coding::Gzip, 7).await.unwrap(), "one two");
        two.extend(b"garbage behind");
        assert_eq!(read_all(two, Coding::Gzip, 7).await, Err(BodyError::Unreadable));
    });
}

#[test]
fn no_bytes_at_all_are_an_empty_body_in_every_coding() {
    for coding in [Coding::Plain, Coding::Gzip, Coding::Deflate] {
        assert_eq!(block_on(read_all(Vec::new(), coding, 1)).unwrap(), "");
    }
}

#[test]
fn the_limit_counts_decoded_bytes_to_the_byte() {
    block_on(async {
        for (coding, code) in [
            (Coding::Plain, <[u8]>::to_vec as fn(&[u8]) -> Vec<u8>),
            (Coding::Gzip, gzip),
            (Coding::Deflate, zlib),
        ] {
            let fits = read_all(code(&vec![b' '; LIMIT]), coding, 8192).await;
            assert_eq!(fits.unwrap().len(), LIMIT, "{coding:?}");
            let over = read_all(code(&vec![b' '; LIMIT + 1]), coding, 8192).await;
            assert_eq!(over, Err(BodyError::TooLarge), "{coding:?}");
        }
    });
}

#[test]
fn a_bomb_never_holds_more_than_the_limit() {
    let bomb = gzip(&vec![0; LIMIT * 100]);
    let room = Room::new(1, LIMIT * 2);
    let mut slot = room.enter(None).unwrap();
    let result = block_on(read(&mut chunked(bomb, 4096), Coding::Gzip, LIMIT, &mut slot));
    assert_eq!(
        result,
        Err(BodyError::TooLarge),
        "and not NoRoom: the decoded bytes stayed within twice the limit"
    );
}

#[test]
fn endless_input_that_decodes_to_nothing_ends_too() {
    // Empty gzip members: twenty bytes each, decoding to none.
    let empty = gzip(b"").repeat(LIMIT / 10);
    assert_eq!(block_on(read_all(empty, Coding::Gzip, 8192)), Err(BodyError::TooLarge));
}

#[test]
fn a_sender_that_stops_in_the_middle_leaves_nothing() {
    let frames: Vec<Result<Frame<Bytes>, io::Error>> =
        vec![Ok(Frame::data(Bytes::from_static(b"{\"batch\":"))), Err(io::ErrorKind::ConnectionReset.into())];
    let mut body = StreamBody::new(futures_util::stream::iter(frames));
    let room = Room::new(1, LIMIT);
    let mut slot = room.enter(None).unwrap();
    let result = block_on(read(&mut body, Coding::Plain, LIMIT, &mut slot));
    assert_eq!(result, Err(BodyError::Unreadable));
}

#[test]
fn bodies_share_the_memory_there_is() {
    let room = Room::new(2, 100_000);
    let mut first = room.enter(None).unwrap();
    block_on(read(&mut chunked(vec![b'1'; 40_000], 1000), Coding::Plain, LIMIT, &mut first)).unwrap();
    let mut second = room.enter(None).unwrap();
    let result = block_on(read(&mut chunked(vec![b'1'; 40_000], 1000), Coding::Plain, LIMIT, &mut second));
    assert_eq!(result, Err(BodyError::NoRoom));
}

#[test]
fn a_refused_body_is_thrown_away_but_not_for_ever() {
    let read = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&read);
    let mib = Bytes::from(vec![0; 1 << 20]);
    let mut body = StreamBody::new(futures_util::stream::iter((0..100).map(move |_| {
        counter.fetch_add(1, Ordering::Relaxed);
        Ok::<_, Infallible>(Frame::data(mib.clone()))
    })));
    block_on(discard(&HeaderMap::new(), &mut body));
    assert_eq!(read.load(Ordering::Relaxed), 17);
}

#[test]
fn a_caller_that_asks_before_sending_is_not_waited_for() {
    let mut headers = HeaderMap::new();
    headers.insert(EXPECT, HeaderValue::from_static("100-continue"));
    let frames = futures_util::stream::pending::<Result<Frame<Bytes>, Infallible>>();
    block_on(discard(&headers, &mut StreamBody::new(frames)));
}
