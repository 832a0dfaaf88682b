use super::*;

#[test]
fn a_backlog_takes_the_calls_its_events_have_taken_lately() {
    for (pending, made_lately, delivered_lately, calls) in [
        (500, 300, 200, 750),
        (500, 300, 0, 500),
        (500, 0, 0, 500),
        (500, 100, 200, 250),
        (3, 1, 2, 2),
        (3, 0, 200, 1),
        (0, 300, 200, 0),
        (u64::MAX, u64::MAX, 1, u64::MAX),
    ] {
        let pace = Calls { pending, made_lately, delivered_lately };
        assert_eq!(pace.needed(), calls, "{pace:?}");
    }
}
