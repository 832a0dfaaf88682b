use super::*;
use proptest::prelude::*;

fn entry(count: u64) -> LiveEntry {
    LiveEntry::Missed { destination: "x".into(), count }
}

fn filled(capacity: usize, pushed: u64) -> Ring {
    let mut ring = Ring::new(capacity);
    (1..=pushed).for_each(|count| ring.push(entry(count)));
    ring
}

#[test]
fn what_is_there_is_read_in_order_and_what_is_not_is_counted() {
    let ring = filled(3, 5);
    let read = |after, limit| {
        let Read { missed, entries } = ring.read(after, limit);
        (missed, entries.into_iter().map(|(number, _)| number).collect::<Vec<_>>())
    };
    assert_eq!(ring.last(), 5);
    assert_eq!(read(5, 9), (0, vec![]));
    assert_eq!(read(4, 9), (0, vec![5]));
    assert_eq!(read(2, 9), (0, vec![3, 4, 5]));
    assert_eq!(read(2, 2), (0, vec![3, 4]));
    assert_eq!(read(0, 9), (2, vec![3, 4, 5]));
    assert_eq!(read(9, 9), (0, vec![]));
    assert_eq!(read(u64::MAX, 9), (0, vec![]));
    assert_eq!(Ring::new(3).read(0, 9), Read { missed: 0, entries: vec![] });
}

proptest! {
    #[test]
    fn read_bit_by_bit_everything_comes_once_or_is_counted(capacity in 1usize..20, pushed in 0u64..60, after in 0u64..60, limit in 1usize..7) {
        let ring = filled(capacity, pushed);
        let (mut place, mut missed, mut read) = (after.min(pushed), 0, 0);
        let start = place;
        loop {
            let part = ring.read(place, limit);
            missed += part.missed;
            for (number, found) in &part.entries {
                prop_assert_eq!(found, &entry(*number));
                read += 1;
            }
            let Some((number, _)) = part.entries.last() else { break };
            place = *number;
        }
        prop_assert_eq!(missed + read, pushed - start);
        prop_assert!(read <= capacity as u64);
    }
}
