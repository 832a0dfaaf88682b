use super::*;
use std::net::Ipv4Addr;
use tokio::time::advance;

fn peer(nth: u8) -> Peer {
    Peer::of(Ipv4Addr::new(192, 0, 2, nth).into())
}

fn seats(max_connections: usize, max_per_address: usize) -> Arc<Seats> {
    Seats::new(Limits { max_per_address, ..Limits::new(max_connections) })
}

fn sit(seats: &Arc<Seats>, nth: u8, phase: Phase) -> Seat {
    match seats.ask(peer(nth), phase, |_| {}) {
        Asked::Seat(seat) => seat,
        asked => panic!("{asked:?}"),
    }
}

/// Which connection is closed for a new one.
fn evicted(seats: &Arc<Seats>, nth: u8) -> Option<Phase> {
    let mut gone = None;
    let asked = seats.ask(peer(nth), Phase::Idle, |phase| gone = Some(phase));
    assert!(matches!(asked, Asked::Wait), "{asked:?}");
    gone
}

fn is_over(seat: &Seat) -> bool {
    seat.pace.phase() == Phase::Over
}

#[tokio::test(start_paused = true)]
async fn the_idlest_makes_room_and_only_one_at_a_time() {
    let seats = seats(3, 3);
    let first = sit(&seats, 1, Phase::Idle);
    advance(Duration::from_millis(5)).await;
    let rest = [sit(&seats, 2, Phase::Idle), sit(&seats, 3, Phase::Answer)];
    assert_eq!(evicted(&seats, 4), Some(Phase::Idle));
    assert!(is_over(&first) && !rest.iter().any(is_over));
    assert_eq!(evicted(&seats, 4), None, "one is on its way out");
    drop(first);
    seats.freed().await;
    let _fourth = sit(&seats, 4, Phase::Answer);
    assert_eq!(seats.count(), (3, 1));
}

#[tokio::test(start_paused = true)]
async fn who_holds_most_makes_room_before_who_is_idlest() {
    let seats = seats(3, 3);
    let honest = sit(&seats, 1, Phase::Idle);
    advance(Duration::from_secs(60)).await;
    let greedy = [sit(&seats, 2, Phase::Idle), sit(&seats, 2, Phase::Idle)];
    assert_eq!(evicted(&seats, 3), Some(Phase::Idle));
    assert!(!is_over(&honest) && greedy.iter().filter(|seat| is_over(seat)).count() == 1);
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_heads_is_given_less_time() {
    for (heads, gone) in [(2, Some(Phase::Head)), (1, None)] {
        let seats = seats(3, 3);
        let _busy: Vec<Seat> = (heads..3).map(|_| sit(&seats, 1, Phase::Answer)).collect();
        let _heads: Vec<Seat> = (0..heads).map(|_| sit(&seats, 2, Phase::Head)).collect();
        advance(SLOW_IN_A_FLOOD).await;
        assert_eq!(evicted(&seats, 3), gone, "{heads} of 3");
    }
}

#[tokio::test(start_paused = true)]
async fn slow_heads_go_before_idle_connections_and_answers_never() {
    let seats = seats(2, 2);
    let _idle = sit(&seats, 1, Phase::Idle);
    let head = sit(&seats, 2, Phase::Head);
    advance(SLOW).await;
    assert_eq!(evicted(&seats, 3), Some(Phase::Head));
    assert!(is_over(&head));

    let seats = self::seats(2, 2);
    let _busy = [sit(&seats, 1, Phase::Answer), sit(&seats, 1, Phase::Body)];
    advance(Duration::from_secs(60)).await;
    assert_eq!(evicted(&seats, 3), None);
}

#[tokio::test(start_paused = true)]
async fn a_body_or_a_reply_that_stands_still_makes_room_when_nothing_else_can() {
    for (way, phase) in
        [(Direction::Body, Phase::Body), (Direction::Reply, Phase::Answer), (Direction::Reply, Phase::Idle)]
    {
        let seats = seats(1, 1);
        let slow = sit(&seats, 1, phase);
        slow.pace.wait(way, 20_000);
        assert_eq!(evicted(&seats, 2), None, "it has waited for a moment only");
        advance(STALL_TIMEOUT).await;
        assert_eq!(evicted(&seats, 2), Some(phase));
    }
}

#[tokio::test(start_paused = true)]
async fn an_address_has_its_share_and_this_machine_all() {
    let seats = seats(10, 2);
    let (idle, _busy) = (sit(&seats, 1, Phase::Idle), sit(&seats, 1, Phase::Answer));
    assert_eq!(evicted(&seats, 1), Some(Phase::Idle), "its own");
    assert_eq!(evicted(&seats, 1), None);
    drop(idle);
    let _second = sit(&seats, 1, Phase::Answer);
    let mut gone = 0;
    let asked = seats.ask(peer(1), Phase::Idle, |_| gone += 1);
    assert!(matches!(asked, Asked::AddressLimit) && gone == 0, "{asked:?}");
    let _other = sit(&seats, 2, Phase::Idle);
    let here = Peer::of(Ipv4Addr::LOCALHOST.into());
    let all: Vec<Asked> = (0..7).map(|_| seats.ask(here, Phase::Answer, |_| {})).collect();
    assert!(all.iter().all(|asked| matches!(asked, Asked::Seat(_))));
}

#[tokio::test(start_paused = true)]
async fn without_a_limit_for_an_address_a_proxy_may_have_all() {
    let seats = seats(100, 100);
    let all: Vec<Seat> = (0..100).map(|_| sit(&seats, 1, Phase::Answer)).collect();
    assert_eq!(seats.count(), (100, 0));
    drop(all);
    assert_eq!(seats.count(), (0, 0));
    assert!(seats.lock().by_peer.is_empty() && seats.lock().ending == 0);
}

#[tokio::test(start_paused = true)]
async fn who_waits_hears_of_a_connection_that_becomes_idle() {
    let seats = seats(1, 1);
    let seat = sit(&seats, 1, Phase::Answer);
    assert_eq!(evicted(&seats, 2), None);
    seat.pace.enter(Phase::Idle);
    seats.rests();
    seats.freed().await;
    assert_eq!(evicted(&seats, 2), Some(Phase::Idle));
}
