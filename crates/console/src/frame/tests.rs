use super::*;
use proptest::prelude::*;

fn frame(from: i64, to: i64, points: u32) -> Frame {
    Frame::new(Millis(from * MINUTE_MS), Millis(to * MINUTE_MS), points)
}

#[test]
fn frames_cover_what_is_asked_for_in_lengths_that_read_well() {
    for (from, to, points, start, step, count) in [
        (0, 60, 120, 0, 1, 60),
        (0, 60, 60, 0, 1, 60),
        (0, 61, 60, 0, 2, 31),
        (7, 67, 10, 0, 10, 7),
        (0, 0, 120, 0, 1, 1),
        (0, 1_440, 600, 0, 3, 480),
        (-3, 3, 2, 0, 2, 2),
        (30, 30 * 1_440 + 30, 31, 0, 1_440, 31),
        (0, 400 * 1_440, 3, 0, 5 * 40_320, 3),
    ] {
        let found = frame(from, to, points);
        let found = (found.start / MINUTE_MS, found.step / MINUTE_MS, found.count);
        assert_eq!(found, (start, step, count), "{from} to {to} in {points}");
    }
}

#[test]
fn a_time_has_one_bucket() {
    let frame = frame(10, 12, 2);
    let at = |minutes: i64, more: i64| Millis(minutes * MINUTE_MS + more);
    for (time, of, of_end) in [
        (at(10, -1), None, None),
        (at(10, 0), Some(0), None),
        (at(10, 1), Some(0), Some(0)),
        (at(11, 0), Some(1), Some(0)),
        (at(12, -1), Some(1), Some(1)),
        (at(12, 0), None, Some(1)),
        (at(12, 1), None, None),
        (Millis(i64::MIN), None, None),
        (Millis(i64::MAX), None, None),
    ] {
        assert_eq!((frame.of(time), frame.of_end(time)), (of, of_end), "{time:?}");
    }
}

proptest! {
    #[test]
    fn any_frame_holds_its_span(from in -1_000_000_000_000i64..4_000_000_000_000, span in 0i64..1_000_000_000_000, points in 1u32..=600) {
        let to = from + span;
        let frame = Frame::new(Millis(from), Millis(to), points);
        prop_assert!(frame.start <= from.max(0) && frame.end() >= to);
        prop_assert!(frame.count >= 1 && frame.count <= points as usize);
        prop_assert_eq!((frame.step % MINUTE_MS, frame.start.rem_euclid(frame.step)), (0, 0));
    }
}
