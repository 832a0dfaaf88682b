use super::*;
use crate::change::Change;
use crate::error::JournalError;
use crate::port::Appended;
use crate::records::{DestinationId, NewRequest, SourceId};
use crate::sqlite::cuts::Sources;
use bytes::Bytes;
use event::{Millis, RequestShape};
use std::task::{Context, Poll, Waker};

fn body(bytes: usize) -> Packed {
    Packed { bytes: Bytes::from(vec![b' '; bytes]), length: None }
}

fn request() -> NewRequest {
    NewRequest {
        source: SourceId(1),
        shape: RequestShape::Batch,
        request_id: [0; 16],
        received_at: Millis(0),
        request_ip: None,
        events: 1,
        rejected: Vec::new(),
        destinations: [].into(),
        body: Bytes::new(),
    }
}

fn append(queue: &Queue, bytes: usize) -> oneshot::Receiver<Result<Appended, JournalError>> {
    let body = body(bytes);
    let room = queue.room(&body).unwrap().expect("there should be room");
    let (job, answer) = Job::new(Work::Append { request: request(), body });
    queue.push(job.with_room(room));
    answer
}

fn commit(queue: &Queue) {
    commit_of(queue, Vec::new());
}

fn commit_of(queue: &Queue, changes: Vec<Change>) {
    let sources = Sources::new();
    let commit = Work::Commit { destination: DestinationId(1), changes: changes.into(), sources };
    queue.push(Job::new::<()>(commit).0);
}

#[test]
fn a_group_is_what_has_queued_up_to_its_bytes() {
    let queue = Queue::new();
    let _answers: Vec<_> = (0..5).map(|_| append(&queue, GROUP_BYTES / 2)).collect();
    commit(&queue);
    assert_eq!(queue.take().unwrap().len(), 2);
    assert_eq!(queue.take().unwrap().len(), 2);
    assert_eq!(queue.take().unwrap().len(), 2);
}

#[test]
fn a_group_is_what_has_queued_up_to_its_number() {
    let queue = Queue::new();
    (0..=GROUP_JOBS).for_each(|_| commit(&queue));
    assert_eq!(queue.take().unwrap().len(), GROUP_JOBS);
    assert_eq!(queue.take().unwrap().len(), 1);
}

#[test]
fn a_heavy_commit_does_not_join_a_group_that_is_heavy_already() {
    let queue = Queue::new();
    let heavy = || (0..GROUP_WEIGHT / 2).map(|_| Change::Paused(Some(Millis(5)))).collect();
    let _answer = append(&queue, 10);
    commit_of(&queue, heavy());
    commit_of(&queue, heavy());
    queue.close();
    let lengths: Vec<usize> = std::iter::from_fn(|| queue.take()).map(|group| group.len()).collect();
    assert_eq!(lengths, [2, 1], "an append waits for one commit at most, and none is left behind");
}

#[test]
fn appends_wait_for_room_and_get_it_when_a_group_is_done() {
    let queue = Queue::new();
    let big = body(ROOM_KIB * 1024 * 2);
    let _answer = append(&queue, 10);
    assert!(queue.room(&big).unwrap().is_none(), "it needs all of the room");
    let mut waiting = std::pin::pin!(queue.wait_for_room(&big));
    let mut context = Context::from_waker(Waker::noop());
    assert!(waiting.as_mut().poll(&mut context).is_pending());
    assert!(queue.room(&body(0)).unwrap().is_none(), "nobody overtakes who waits");
    drop(queue.take());
    let Poll::Ready(Ok(room)) = waiting.as_mut().poll(&mut context) else { panic!("it should have room") };
    assert!(queue.room(&body(0)).unwrap().is_none());
    drop(room);
    assert!(queue.room(&body(0)).unwrap().is_some());
}

#[test]
fn small_appends_are_bounded_in_number() {
    let queue = Queue::new();
    let _answers: Vec<_> = (0..ROOM_KIB).map(|_| append(&queue, 0)).collect();
    assert!(queue.room(&body(0)).unwrap().is_none());
    commit(&queue);
    let mut jobs = 0;
    queue.close();
    while let Some(group) = queue.take() {
        jobs += group.len();
    }
    assert_eq!(jobs, ROOM_KIB + 1, "what is in is written, and a commit is always let in");
}

#[test]
fn a_closed_queue_lets_nothing_in() {
    let queue = Queue::new();
    let mut waiting = std::pin::pin!(queue.wait_for_room(&body(0)));
    let held = queue.room(&body(ROOM_KIB * 1024)).unwrap().unwrap();
    let mut context = Context::from_waker(Waker::noop());
    assert!(waiting.as_mut().poll(&mut context).is_pending());
    queue.close();
    assert!(matches!(waiting.as_mut().poll(&mut context), Poll::Ready(Err(JournalError::Closed))));
    assert_eq!(queue.room(&body(0)).err(), Some(JournalError::Closed));
    drop(held);
    commit(&queue);
    assert!(queue.take().is_none());
}
