use super::*;
use proptest::prelude::*;

fn zone(name: &str) -> TimeZone {
    crate::parameters::zone(Some(name)).unwrap()
}

fn at(text: &str) -> Millis {
    Millis(text.parse::<Timestamp>().unwrap().as_millisecond())
}

fn parts(from: &str, to: &str, most: u32, name: &str) -> Parts {
    Parts::new(at(from), at(to), most, &zone(name))
}

/// How long each part is, in hours.
fn hours(parts: &Parts) -> Vec<i64> {
    parts.edges.windows(2).map(|edges| (edges[1].0 - edges[0].0) / HOUR_MS).collect()
}

#[test]
fn days_are_those_of_the_time_zone_and_as_long_as_they_are_there() {
    for (name, from, to, wanted) in [
        // The clocks go forward on 29 March 2026 and back on 25 October.
        ("Europe/Berlin", "2026-03-27T23:00:00Z", "2026-03-30T22:00:00Z", vec![24, 23, 24]),
        ("Europe/Berlin", "2026-10-23T22:00:00Z", "2026-10-26T23:00:00Z", vec![24, 25, 24]),
        ("America/New_York", "2026-03-07T05:00:00Z", "2026-03-09T04:00:00Z", vec![24, 23]),
        ("Asia/Kathmandu", "2026-03-07T18:15:00Z", "2026-03-09T18:15:00Z", vec![24, 24]),
        ("UTC", "2026-03-07T00:00:00Z", "2026-03-09T00:00:00Z", vec![24, 24]),
        // In Cuba and Lebanon the hour that is left out begins with the day.
        ("America/Havana", "2026-03-07T05:00:00Z", "2026-03-09T04:00:00Z", vec![24, 23]),
        // Samoa had no 30 December 2011.
        ("Pacific/Apia", "2011-12-29T10:00:00Z", "2012-01-01T10:00:00Z", vec![24, 24, 24]),
        // The span is kept exactly: it neither begins nor ends with a day.
        ("Europe/Berlin", "2026-06-01T12:00:00Z", "2026-06-03T02:00:00Z", vec![10, 24, 4]),
    ] {
        let found = parts(from, to, 3, name);
        assert_eq!((found.step, hours(&found)), (Step::Day, wanted), "{name} {from}");
        assert_eq!((found.edges[0], *found.edges.last().unwrap()), (at(from), at(to)));
    }
}

#[test]
fn steps_are_the_shortest_of_which_there_are_not_too_many() {
    for (from, to, most, step, count) in [
        ("2026-01-01T00:00:00Z", "2026-01-01T01:00:00Z", 60, "minute", 60),
        ("2026-01-01T00:00:00Z", "2026-01-01T01:00:00.001Z", 60, "5 minutes", 13),
        ("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", 24, "hour", 24),
        ("2026-01-01T00:00:00Z", "2026-01-08T00:00:00Z", 29, "6 hours", 28),
        ("2026-01-01T00:00:00Z", "2026-01-31T00:00:00Z", 31, "day", 30),
        ("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z", 54, "week", 53),
        ("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z", 12, "month", 12),
        ("2026-02-01T00:00:00Z", "2027-01-01T00:00:00Z", 4, "quarter", 4),
        ("2020-01-01T00:00:00Z", "2027-01-01T00:00:00Z", 7, "year", 7),
        ("2001-01-01T00:00:00Z", "2027-01-01T00:00:00Z", 7, "10 years", 3),
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", 1, "minute", 1),
        ("-009998-01-02T00:00:00Z", "9999-12-01T00:00:00Z", 1, "the whole time", 1),
        ("-009998-01-02T00:00:00Z", "9999-12-01T00:00:00Z", 600, "100 years", 200),
    ] {
        let found = parts(from, to, most, "UTC");
        assert_eq!((found.step.words().as_str(), found.count()), (step, count), "{from} {to} {most}");
    }
}

#[test]
fn hours_of_the_clock_and_minutes_hold_on_days_when_clocks_are_changed() {
    let found = parts("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", 4, "Europe/Berlin");
    assert_eq!((found.step, hours(&found)), (Step::Hours(6), vec![5, 6, 6, 6]));
    let found = parts("2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", 25, "Europe/Berlin");
    assert_eq!((found.step, found.count()), (Step::Minutes(60), 25));
    // On Lord Howe Island the clocks are changed by half an hour: the last hour of the day is a half.
    let found = parts("2026-10-03T13:30:00Z", "2026-10-04T13:00:00Z", 24, "Australia/Lord_Howe");
    let lengths: Vec<i64> =
        found.edges.windows(2).map(|edges| (edges[1].0 - edges[0].0) / MINUTE_MS).collect();
    assert_eq!((found.count(), lengths[22], lengths[23]), (24, 60, 30));
}

const ZONES: [&str; 8] = [
    "UTC",
    "Europe/Berlin",
    "America/St_Johns",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "America/Havana",
    "Africa/Cairo",
];

proptest! {
    #[test]
    fn parts_ascend_cover_the_span_and_are_not_too_many(
        from in 0..4_000_000_000_000_i64, span in 0..400_000_000_000_i64, most in 1..=600_u32, nth in 0..ZONES.len(),
    ) {
        let zone = zone(ZONES[nth]);
        let parts = Parts::new(Millis(from), Millis(from + span), most, &zone);
        prop_assert_eq!((parts.edges[0].0, parts.edges.last().unwrap().0), (from, from + span));
        prop_assert!((1..=most as usize).contains(&parts.count()));
        prop_assert!(parts.edges.windows(2).all(|edges| edges[0] < edges[1] || span == 0));
        // Except for the first and the last, a part of one day begins with the day.
        if parts.step == Step::Day {
            for edge in &parts.edges[1..parts.count()] {
                let begin = Timestamp::from_millisecond(edge.0).unwrap().to_zoned_datetime(zone.clone());
                prop_assert_eq!(begin.start_of_day().unwrap(), begin);
            }
        }
    }
}
