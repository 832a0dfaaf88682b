#![allow(clippy::disallowed_methods, reason = "a test starts tasks of its own, and awaits them")]

use super::*;
use crate::error::JournalError;

#[test]
fn a_result_that_is_there_is_there_at_once() {
    assert_eq!(Receipt::ready(Ok(1)).now(), Some(Ok(1)));
    assert_eq!(Receipt::<u8>::ready(Err(JournalError::Full)).wait(), Err(JournalError::Full));
    assert_eq!(Receipt::deferred(async { Ok(2) }).now(), Some(Ok(2)));
    let (sender, receiver) = oneshot::channel();
    sender.send(Ok(3)).unwrap();
    assert_eq!(Receipt::waiting(receiver).now(), Some(Ok(3)));
}

#[test]
fn a_result_that_is_not_there_is_waited_for() {
    let (sender, receiver) = oneshot::channel::<Result<u8, _>>();
    assert_eq!(Receipt::waiting(receiver).now(), None);
    assert!(sender.is_closed());
    let (sender, receiver) = oneshot::channel();
    let receipt = Receipt::deferred(async move { receiver.await.unwrap() });
    let waiting = std::thread::spawn(move || receipt.wait());
    sender.send(Ok(4)).unwrap();
    assert_eq!(waiting.join().unwrap(), Ok(4));
}

#[test]
fn nobody_left_to_answer_is_an_answer() {
    let (sender, receiver) = oneshot::channel::<Result<u8, _>>();
    drop(sender);
    assert_eq!(Receipt::waiting(receiver).wait(), Err(JournalError::Closed));
}
