use super::*;
use proptest::prelude::*;

fn figure(runs: &[f64]) -> Figure {
    Figure::new("name", "what", "unit", runs.to_vec())
}

#[test]
fn the_median_is_the_middle() {
    for (runs, median) in
        [(&[3.0][..], 3.0), (&[9.0, 1.0, 2.0], 2.0), (&[4.0, 1.0], 2.5), (&[1.0, 100.0, 3.0, 2.0], 2.5)]
    {
        assert_eq!(figure(runs).median, median, "{runs:?}");
    }
}

#[test]
fn the_target_is_held_against_the_median() {
    let runs = [90.0, 100.0, 500.0];
    assert_eq!(figure(&runs).target(Target::AtLeast(100.0)).met, Some(true));
    assert_eq!(figure(&runs).target(Target::AtLeast(101.0)).met, Some(false));
    assert_eq!(figure(&runs).target(Target::AtMost(100.0)).met, Some(true));
    assert_eq!(figure(&runs).target(Target::AtMost(99.0)).met, Some(false));
}

#[test]
fn percentiles_by_nearest_rank() {
    let values: Vec<f64> = (1..=200).rev().map(f64::from).collect();
    for (percent, value) in [(50, 100.0), (99, 198.0), (100, 200.0), (0, 1.0)] {
        assert_eq!(percentile(&values, percent), value, "{percent}");
    }
    assert_eq!(percentile(&[7.0], 99), 7.0);
}

#[test]
fn the_document_says_what_was_measured_and_whether_it_is_enough() {
    let figure = figure(&[1.0, 2.0, 3.0004]).target(Target::AtMost(1.5)).beside(2.5);
    assert_eq!(
        serde_json::to_value(&figure).unwrap(),
        serde_json::json!({
            "name": "name", "what": "what", "unit": "unit", "runs": [1.0, 2.0, 3.0],
            "median": 2.0, "min": 1.0, "max": 3.0, "target": {"at_most": 1.5}, "met": false, "others_cpu_percent": 2.5,
        })
    );
    assert!(figure.line().contains("MISSED"));
}

proptest! {
    #[test]
    fn the_median_lies_within_the_range(runs in prop::collection::vec(-1e6..1e6_f64, 1..20)) {
        let figure = figure(&runs);
        prop_assert!(figure.min <= figure.median && figure.median <= figure.max);
        let below = figure.runs.iter().filter(|run| **run < figure.median).count();
        let above = figure.runs.iter().filter(|run| **run > figure.median).count();
        prop_assert!(below <= runs.len() / 2 && above <= runs.len() / 2);
    }
}
