use super::*;
use event::Millis;
use journal::{Fate, NewDeadLetter, Position};
use proptest::prelude::*;

fn position(index: usize) -> Position {
    Position { request: 1, index: u32::try_from(index).unwrap() }
}

fn letter(index: usize, reason: usize) -> Change {
    Change::DeadLetter(NewDeadLetter {
        position: position(index),
        code: "c".into(),
        reason: "r".repeat(reason),
        message_id: String::new(),
        kind: String::new(),
        user: None,
        died_at: Millis(0),
    })
}

/// Parts with this many changes each, which must not be divided, and the length of their events' texts.
fn parts(sizes: &[(usize, usize)]) -> (Vec<Change>, Vec<Seam>) {
    let (mut changes, mut seams) = (Vec::new(), Vec::new());
    for (number, (size, texts)) in sizes.iter().enumerate() {
        changes.extend((0..*size).map(|_| letter(number, 0)));
        seams.push(Seam { at: changes.len(), texts: *texts });
    }
    (changes, seams)
}

#[test]
fn a_commit_is_divided_where_it_would_be_too_heavy_and_only_at_seams() {
    let (changes, seams) = parts(&[(2, 0), (2, 0), (1, 0), (9, 0), (1, 0)]);
    let lengths =
        |most| pieces(changes.clone(), &seams, most).iter().map(|piece| piece.len()).collect::<Vec<_>>();
    assert_eq!(lengths(40), [5, 9, 1]);
    assert_eq!(lengths(1), [2, 2, 1, 9, 1], "what belongs together stays together, whatever it weighs");
    assert_eq!(lengths(10_000), [15]);
    assert!(pieces(Vec::new(), &[], 40).is_empty());
    assert_eq!(pieces(changes, &[], 1).len(), 1, "nothing is divided that nobody called divisible");
}

#[test]
fn the_texts_of_the_events_count() {
    let (changes, seams) = parts(&[(1, 30), (1, 30), (1, 0), (1, 0)]);
    let lengths: Vec<usize> = pieces(changes, &seams, 40).iter().map(|piece| piece.len()).collect();
    assert_eq!(lengths, [1, 1, 2]);
}

proptest! {
    #[test]
    fn pieces_are_all_changes_in_their_order_and_light(
        sizes in proptest::collection::vec((1_usize..6, 0_usize..20), 0..60),
        most in 1_usize..200,
    ) {
        let (changes, seams) = parts(&sizes);
        let made = pieces(changes.clone(), &seams, most);
        let together: Vec<Change> = made.iter().flat_map(|piece| piece.iter().cloned()).collect();
        prop_assert_eq!(&together, &changes);
        let mut end = 0;
        for piece in &made {
            let from = end;
            end += piece.len();
            prop_assert!(seams.iter().any(|seam| seam.at == end), "it ends at a seam");
            let parts = seams.iter().filter(|seam| seam.at > from && seam.at <= end);
            let texts: usize = parts.clone().map(|seam| seam.texts).sum();
            let weight = piece.iter().map(Change::weight).sum::<usize>() + texts;
            prop_assert!(weight <= most || parts.count() == 1, "{} in one piece", weight);
        }
    }
}

#[test]
fn until_the_input_is_dealt_with_nothing_is_divided() {
    let mut effects = Effects::default();
    let fate = |index| Change::Fate(position(index), Fate::Delivered);
    effects.changes.push(fate(0));
    effects.seam(0);
    effects.changes.push(fate(1));
    effects.divide();
    effects.seam(0);
    effects.changes.push(fate(2));
    effects.seam(5 * 1_024);
    effects.changes.push(fate(3));
    effects.end_step();
    effects.changes.push(fate(4));
    effects.seam(0);
    let places: Vec<(usize, usize)> = effects.seams.iter().map(|seam| (seam.at, seam.texts)).collect();
    assert_eq!(places, [(2, 0), (3, 5), (4, 0)]);
}
