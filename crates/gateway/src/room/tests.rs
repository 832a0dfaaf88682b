use super::*;

#[test]
fn a_place_is_free_again_when_its_slot_is_gone() {
    let room = Room::new(2, 100);
    let first = room.enter().unwrap();
    let _second = room.enter().unwrap();
    assert_eq!(room.enter().err(), Some(NoRoom));
    assert_eq!(room.requests.load(Ordering::Relaxed), 2, "the refused one is not counted");
    drop(first);
    assert!(room.enter().is_ok());
}

#[test]
fn bytes_are_shared_by_all_requests_and_come_back() {
    let room = Room::new(10, 100);
    let mut first = room.enter().unwrap();
    let mut second = room.enter().unwrap();
    first.reserve(60).unwrap();
    assert_eq!(second.reserve(41), Err(NoRoom));
    second.reserve(40).unwrap();
    first.reserve(60).unwrap();
    drop(first);
    second.reserve(100).unwrap();
    drop(second);
    assert_eq!(room.bytes.load(Ordering::Relaxed), 0);
    assert_eq!(room.requests.load(Ordering::Relaxed), 0);
}
