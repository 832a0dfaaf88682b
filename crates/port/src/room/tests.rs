use super::*;
use proptest::prelude::*;
use std::net::Ipv4Addr;
use std::task::Waker;

fn who(nth: u8) -> Option<Peer> {
    Some(Peer::of(Ipv4Addr::new(192, 0, 2, nth).into()))
}

fn room(max_requests: usize, max_bytes: usize) -> Arc<Room> {
    Room::new(max_requests, max_bytes)
}

fn wait(slot: &mut Slot) -> Poll<Full> {
    slot.poll_given_up(&mut Context::from_waker(Waker::noop()))
}

/// A body of which this part has arrived, and the rest is awaited.
fn waiting(room: &Arc<Room>, nth: u8, bytes: usize) -> Slot {
    let mut slot = room.enter(who(nth)).unwrap();
    slot.reserve(bytes).unwrap();
    assert!(wait(&mut slot).is_pending());
    slot
}

#[tokio::test(start_paused = true)]
async fn a_place_is_free_again_when_its_slot_is_gone() {
    let room = room(2, 100);
    let first = room.enter(who(1)).unwrap();
    let _second = room.enter(who(1)).unwrap();
    assert_eq!(room.enter(who(1)).err(), Some(Full));
    assert_eq!(room.snapshot().requests, 2, "the refused one is not counted");
    drop(first);
    assert!(room.enter(who(1)).is_ok());
}

#[tokio::test(start_paused = true)]
async fn bytes_are_shared_by_all_requests_and_come_back() {
    let room = room(10, 100);
    let mut first = room.enter(who(1)).unwrap();
    let mut second = room.enter(who(2)).unwrap();
    first.reserve(60).unwrap();
    assert_eq!(second.reserve(41), Err(Full));
    second.reserve(40).unwrap();
    first.reserve(60).unwrap();
    drop(first);
    second.reserve(100).unwrap();
    drop(second);
    assert_eq!(room.snapshot(), RoomSnapshot { requests: 0, bytes: 0, given_up: 0, refused: 1 });
}

#[tokio::test(start_paused = true)]
async fn what_stands_still_makes_room_and_what_moves_does_not() {
    let room = room(10, 100);
    let mut still = waiting(&room, 1, 50);
    let mut moving = waiting(&room, 1, 50);
    let mut honest = room.enter(who(2)).unwrap();
    honest.reserve(50).unwrap_err();
    tokio::time::advance(STALL_TIMEOUT).await;
    moving.moved();
    honest.reserve(50).unwrap();
    assert!(wait(&mut still).is_ready() && wait(&mut moving).is_pending());
    assert_eq!((still.reserve(60), still.arrived()), (Err(Full), Err(Full)));
    drop(still);
    assert_eq!(room.snapshot().bytes, 100, "given back once");
    moving.arrived().unwrap();
    tokio::time::advance(STALL_TIMEOUT * 10).await;
    assert_eq!(honest.reserve(51), Err(Full), "what has arrived is not given up");
}

#[tokio::test(start_paused = true)]
async fn who_holds_most_gives_up_first() {
    let room = room(10, 100);
    let mut modest = waiting(&room, 1, 10);
    tokio::time::advance(STALL_TIMEOUT).await;
    let mut greedy = [waiting(&room, 2, 40), waiting(&room, 2, 50)];
    tokio::time::advance(STALL_TIMEOUT).await;
    let mut honest = room.enter(who(3)).unwrap();
    honest.reserve(50).unwrap();
    assert!(wait(&mut modest).is_pending(), "although it has stood still for longer");
    assert!(greedy.iter_mut().map(wait).any(|given_up| given_up.is_ready()));
}

#[tokio::test(start_paused = true)]
async fn who_holds_twice_as_much_gives_up_even_if_it_moves() {
    let room = room(10, 100);
    let mut drip = [waiting(&room, 1, 50), waiting(&room, 1, 50)];
    let mut honest = room.enter(who(2)).unwrap();
    assert_eq!(honest.reserve(50), Err(Full), "half of it is as much as others may want at once");
    honest.reserve(49).unwrap();
    assert_eq!(drip.iter_mut().map(wait).filter(|given_up| given_up.is_ready()).count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_stalled_request_gives_up_its_place_too() {
    let room = room(1, 100);
    let mut stalled = waiting(&room, 1, 1);
    assert!(room.enter(who(2)).is_err());
    tokio::time::advance(STALL_TIMEOUT).await;
    let _honest = room.enter(who(2)).unwrap();
    assert!(wait(&mut stalled).is_ready());
}

#[tokio::test(start_paused = true)]
async fn a_source_has_a_share_and_no_more() {
    let room = room(10, 100);
    let source = Holder::new(50);
    let enter = |nth| {
        let mut slot = room.enter(who(nth)).unwrap();
        slot.held_by(&source);
        slot
    };
    let (mut first, mut second) = (enter(1), enter(2));
    first.reserve(40).unwrap();
    assert_eq!(second.reserve(11), Err(Full));
    second.reserve(10).unwrap();
    let mut other = room.enter(who(3)).unwrap();
    other.reserve(50).unwrap();
    drop((first, second, other));
    assert_eq!((source.held(), room.snapshot().bytes), (0, 0));
}

proptest! {
    #[test]
    fn everything_comes_back(acts in prop::collection::vec((0_u8..6, 0_usize..4, 0_usize..80), 0..200)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let room = room(4, 100);
            let source = Holder::new(70);
            let mut slots: [Option<Slot>; 4] = Default::default();
            for (act, nth, bytes) in acts {
                let slot = &mut slots[nth];
                match (act, slot.as_mut()) {
                    (0, None) => {
                        *slot = room.enter(who(u8::try_from(nth / 2).unwrap())).ok();
                        if let Some(slot) = slot.as_mut().filter(|_| bytes % 2 == 0) {
                            slot.held_by(&source);
                        }
                    }
                    (1, Some(slot)) => drop(slot.reserve(bytes)),
                    (2, Some(slot)) => drop(wait(slot)),
                    (3, Some(slot)) => slot.moved(),
                    (4, Some(slot)) => drop(slot.arrived()),
                    (5, Some(_)) => *slot = None,
                    _ => tokio::time::advance(Duration::from_millis(700)).await,
                }
                let now = room.snapshot();
                assert!(now.bytes <= 100 && now.requests <= 4 && source.held() <= 70, "{now:?}");
            }
            slots = Default::default();
            drop(slots);
            let now = room.snapshot();
            assert_eq!((now.bytes, now.requests, source.held()), (0, 0, 0));
        });
    }
}
