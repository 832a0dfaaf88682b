use super::*;
use proptest::prelude::*;

const HOUR: i64 = 3_600_000;
const DAY: Duration = Duration::from_secs(86_400);
const YEAR: i64 = 365 * 24 * HOUR;

/// A world with a true time, a wall clock that is set at will, and boots.
struct World {
    truth: i64,
    /// wall clock less true time
    offset: i64,
    boot: u32,
    booted: i64,
    timeline: Timeline,
    /// the true time of each stamp made
    stamps: Vec<(i64, i64)>,
}

impl World {
    fn new() -> World {
        let timeline = Timeline::new(Millis(0), Elapsed { run: "0".to_owned(), millis: 0 }, None);
        World { truth: 0, offset: 0, boot: 0, booted: 0, timeline, stamps: Vec::new() }
    }

    fn wall(&self) -> Millis {
        Millis(self.truth + self.offset)
    }

    fn look(&mut self) -> Option<Step> {
        let elapsed = Elapsed { run: self.boot.to_string(), millis: self.truth - self.booted };
        self.timeline.observe(self.wall(), elapsed)
    }

    fn stamp(&mut self) {
        self.stamps.push((self.wall().0, self.truth));
    }

    /// Time passes, with a look each minute.
    fn run(&mut self, minutes: i64) {
        for _ in 0..minutes {
            self.truth += 60_000;
            self.look();
        }
    }

    /// The machine is off for so long.
    fn boot(&mut self, off: i64) {
        self.truth += off;
        self.boot += 1;
        self.booted = self.truth;
    }

    fn removed(&self, age: Duration) -> Vec<(i64, i64)> {
        let spans = self.timeline.older_than(age);
        let inside = |stamp: i64| spans.iter().any(|(from, to)| (*from..=*to).contains(&stamp));
        self.stamps.iter().copied().filter(|(stamp, _)| inside(*stamp)).collect()
    }
}

#[test]
fn with_an_honest_clock_what_is_older_goes_and_nothing_else() {
    let mut world = World::new();
    for _ in 0..72 {
        world.stamp();
        world.run(60);
    }
    let removed = world.removed(DAY);
    assert_eq!(removed.last().unwrap().1, 47 * HOUR, "a minute of tolerance keeps the one of exactly a day");
    assert_eq!(removed.len(), 48);
    assert!(!world.timeline.parted_within(DAY));
}

#[test]
fn what_a_clock_stamped_that_nobody_noted_is_not_old_where_nothing_was_stored_before() {
    let mut world = World::new();
    world.run(60);
    // A process began with this clock, stamped something, and died before it could note it.
    world.offset = -2 * YEAR;
    world.stamp();
    world.offset = 0;
    world.boot(0);
    world.run(60);
    assert_eq!(world.removed(DAY), Vec::new());
    world.run(25 * 60);
    assert_eq!(world.removed(DAY).len(), 1, "in time it goes");
}

#[test]
fn a_minute_of_a_clock_two_years_ahead_removes_nothing_and_what_was_stamped_in_it_goes_in_time() {
    let mut world = World::new();
    world.stamp();
    world.run(60);
    world.offset = 2 * YEAR;
    assert_eq!(world.look(), Some(Step { by: 2 * YEAR, restarted: false }));
    world.stamp();
    assert_eq!(world.removed(DAY), []);
    assert!(world.timeline.parted_within(DAY));
    world.run(1);
    world.offset = 0;
    assert_eq!(world.look(), Some(Step { by: -2 * YEAR, restarted: false }));
    world.stamp();
    assert_eq!(world.removed(DAY), []);
    assert_eq!(world.timeline.steps(), 2);
    world.run(23 * 60);
    assert_eq!(world.removed(DAY).len(), 1, "the first is a day old");
    world.run(60);
    world.run(15);
    assert_eq!(world.removed(DAY).len(), 3, "those stamped meanwhile too");
    assert!(!world.timeline.parted_within(DAY));
}

#[test]
fn a_clock_that_stays_ahead_is_no_reason_to_remove_what_is_young() {
    let mut world = World::new();
    world.stamp();
    world.offset = 2 * YEAR;
    world.run(23 * 60);
    assert_eq!(world.removed(DAY), []);
    world.run(62);
    assert_eq!(world.removed(DAY).len(), 1);
}

#[test]
fn a_machine_that_was_off_keeps_what_was_stored_before_for_one_more_age_and_the_rest_no_longer() {
    let mut world = World::new();
    world.stamp();
    world.run(60);
    world.boot(YEAR);
    assert_eq!(world.look(), Some(Step { by: YEAR, restarted: true }));
    assert_eq!(world.timeline.steps(), 0, "nobody set a clock");
    world.stamp();
    assert_eq!(world.removed(DAY), []);
    world.run(23 * 60 + 2);
    assert_eq!(world.removed(DAY).len(), 1);
    world.run(60);
    assert_eq!(world.removed(DAY).len(), 2);
}

#[test]
fn a_restart_in_the_same_boot_counts_exactly() {
    let mut world = World::new();
    world.stamp();
    // The process was away for two days, and its timeline was kept.
    world.truth += 48 * HOUR;
    let kept = serde_json::to_string(&world.timeline).unwrap();
    world.timeline = serde_json::from_str(&kept).unwrap();
    assert_eq!(world.look(), None);
    assert_eq!(world.removed(DAY).len(), 1);
}

#[test]
fn a_first_start_measures_the_clock_against_what_is_stored() {
    let elapsed = Elapsed { run: "0".to_owned(), millis: 5 };
    let newest = 1_000 * HOUR;
    let timeline = Timeline::new(Millis(newest + 2 * YEAR), elapsed, Some(Millis(newest)));
    let spans = timeline.older_than(DAY);
    assert_eq!(spans, [(i64::MIN, newest - 24 * HOUR - TOLERANCE)]);
}

#[test]
fn two_clocks_that_part_slowly_are_no_step() {
    let mut world = World::new();
    for _ in 0..30 * 24 * 60 {
        world.truth += 60_000;
        world.offset += 12;
        assert_eq!(world.look(), None);
    }
    assert!(world.timeline.stretches.len() > 2);
    world.timeline.forget(DAY);
    assert!(world.timeline.stretches.len() <= 2);
}

#[test]
fn an_age_is_told_to_the_millisecond_with_an_honest_clock_and_not_beyond_a_boot() {
    let mut world = World::new();
    world.run(5);
    world.stamp();
    let stamp = Millis(world.stamps[0].0);
    world.run(90);
    assert_eq!(world.timeline.age(stamp), Some(90 * 60_000));
    // The clock is set back to where it was then: the stamp is an hour and a half old all the same.
    world.offset = -90 * 60_000;
    world.look();
    assert_eq!(world.timeline.age(stamp), Some(90 * 60_000));
    assert_eq!(world.timeline.age(Millis(-HOUR)), None, "no clock of ours showed that");
    world.run(200);
    world.stamp();
    assert_eq!(world.timeline.age(Millis(world.stamps[1].0)), Some(0));
    let kept = serde_json::to_string(&world.timeline).unwrap().replace(",\"booted\":false", "");
    world.timeline = serde_json::from_str(&kept).unwrap();
    assert_eq!(world.timeline.age(stamp), None, "an older version did not say where it was started");
    world.boot(HOUR);
    world.look();
    assert_eq!(world.timeline.age(Millis(world.stamps[1].0)), None);
}

#[derive(Debug, Clone)]
enum Act {
    Run(i64),
    Set(i64),
    Off(i64),
    Stamp,
}

fn act() -> impl Strategy<Value = Act> {
    let far = prop_oneof![-3 * YEAR..3 * YEAR, -3 * HOUR..3 * HOUR, Just(0_i64)];
    prop_oneof![
        4 => (1_i64..600).prop_map(Act::Run),
        2 => far.prop_map(Act::Set),
        1 => (0..YEAR).prop_map(Act::Off),
        4 => Just(Act::Stamp),
    ]
}

proptest! {
    #[test]
    fn nothing_younger_than_its_age_is_ever_removed(acts in prop::collection::vec(act(), 1..80)) {
        let mut world = World::new();
        for act in acts {
            match act {
                Act::Run(minutes) => world.run(minutes),
                Act::Set(offset) => { world.offset = offset; world.look(); }
                Act::Off(off) => { world.boot(off); world.look(); }
                Act::Stamp => world.stamp(),
            }
            for age in [DAY / 24, DAY] {
                for (stamp, made) in world.removed(age) {
                    let true_age = world.truth - made;
                    prop_assert!(true_age >= millis(age), "stamp {stamp} is {true_age} ms old");
                }
            }
        }
        for (stamp, made) in &world.stamps {
            let age = world.timeline.age(Millis(*stamp));
            let true_age = world.truth - made;
            prop_assert!(age.is_none_or(|age| age + TOLERANCE >= true_age), "{age:?}, and it is {true_age} ms old");
        }
        // Once the clocks agree again for an age (and no stamp lies under a stretch of today), what is old goes.
        world.offset += 10 * YEAR;
        world.look();
        world.run(26 * 60);
        let removed = world.removed(DAY).len();
        prop_assert_eq!(removed, world.stamps.len());
        world.timeline.forget(DAY);
        prop_assert_eq!(world.removed(DAY).len(), removed);
        prop_assert!(world.timeline.stretches.len() <= 2);
    }
}
