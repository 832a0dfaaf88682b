use super::*;
use proptest::prelude::*;

const DOORS: [Places; 3] = [
    Places { most: 10_000, weight: 6, header: 64 << 10 },
    Places { most: 512, weight: 1, header: 64 << 10 },
    Places { most: 2_000, weight: 3, header: 64 << 10 },
];

fn shares(descriptors: u64, memory: u64) -> Vec<usize> {
    Shares::new(HostResources { descriptors, memory }, 16).connections(&DOORS)
}

#[test]
fn a_large_machine_gives_everybody_what_they_want() {
    assert_eq!(shares(1 << 20, 64 << 30), [10_000, 512, 2_000]);
}

#[test]
fn at_the_usual_limit_each_door_has_a_share_and_a_reserve_is_left() {
    assert_eq!(shares(1_024, 8 << 30), [451, 75, 225]);
}

#[test]
fn what_one_does_not_want_the_others_have() {
    let doors = [Places { most: 10, ..DOORS[0] }, DOORS[1], DOORS[2]];
    let given = Shares::new(HostResources { descriptors: 1_024, memory: 8 << 30 }, 16).connections(&doors);
    assert_eq!(given, [10, 185, 556]);
}

#[test]
fn little_memory_gives_few_places() {
    let given = shares(1 << 20, 256 << 20);
    assert_eq!(given, [351, 58, 175]);
    let shares = Shares::new(HostResources { descriptors: 1_024, memory: 256 << 20 }, 16);
    assert_eq!((shares.bodies(512 << 20), shares.bodies(1)), (64 << 20, 1));
}

#[test]
fn the_least_of_one_door_is_taken_from_the_shares_of_the_others() {
    assert_eq!(shares(64, 40 << 20), [16, 8, 8]);
}

proptest! {
    #[test]
    fn never_more_than_there_is(descriptors in 64_u64..2_000_000, calls in 0_u64..100_000, memory in 0_u64..1 << 40) {
        let given = Shares::new(HostResources { descriptors, memory }, calls).connections(&DOORS);
        let all: usize = given.iter().sum();
        let kept = RESERVE.saturating_add(calls).min(descriptors / 2);
        prop_assert!(u64::try_from(all).unwrap() + kept <= descriptors.max(kept + 3 * LEAST));
        prop_assert!(given.iter().all(|places| *places >= 8));
        prop_assert!(given.iter().zip(DOORS).all(|(places, door)| u64::try_from(*places).unwrap() <= door.most));
    }
}
