//! One measured figure: its runs, their median and range, its target.

use serde::Serialize;

/// Which side of the target is good.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Target {
    AtLeast(f64),
    AtMost(f64),
}

impl Target {
    fn is_met(self, median: f64) -> bool {
        match self {
            Target::AtLeast(value) => median >= value,
            Target::AtMost(value) => median <= value,
        }
    }
}

/// A figure. The median is compared with the target.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Figure {
    pub(crate) name: String,
    what: String,
    unit: &'static str,
    runs: Vec<f64>,
    median: f64,
    min: f64,
    max: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<Target>,
    #[serde(skip_serializing_if = "Option::is_none")]
    met: Option<bool>,
    /// The percentage of the processors that other programs used during the whole scenario, which is noise.
    others_cpu_percent: f64,
}

impl Figure {
    /// A figure without a target. `runs` is not empty.
    pub(crate) fn new(name: &str, what: impl Into<String>, unit: &'static str, runs: Vec<f64>) -> Figure {
        let runs: Vec<f64> = runs.into_iter().map(rounded).collect();
        let sorted = sorted(&runs);
        Figure {
            name: name.to_owned(),
            what: what.into(),
            unit,
            median: rounded(median(&sorted)),
            min: sorted.first().copied().unwrap_or_default(),
            max: sorted.last().copied().unwrap_or_default(),
            runs,
            target: None,
            met: None,
            others_cpu_percent: 0.0,
        }
    }

    pub(crate) fn target(mut self, target: Target) -> Figure {
        self.target = Some(target);
        self.met = Some(target.is_met(self.median));
        self
    }

    /// Sets the percentage of the processors that other programs used.
    pub(crate) fn beside(self, others_cpu_percent: f64) -> Figure {
        Figure { others_cpu_percent, ..self }
    }

    /// The figure for people.
    pub(crate) fn line(&self) -> String {
        let met = match (self.target, self.met) {
            (Some(Target::AtLeast(value)), Some(met)) => format!(" (at least {value}: {})", word(met)),
            (Some(Target::AtMost(value)), Some(met)) => format!(" (at most {value}: {})", word(met)),
            _ => String::new(),
        };
        let Figure { name, median, min, max, unit, .. } = self;
        format!("{name}: {median} {unit} [{min} .. {max}]{met}")
    }
}

fn word(met: bool) -> &'static str {
    if met { "met" } else { "MISSED" }
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values
}

/// The median of sorted values; for an even number of them, the mean of the two in the middle.
fn median(sorted: &[f64]) -> f64 {
    let half = sorted.len() / 2;
    match (sorted.get(half.wrapping_sub(1)), sorted.get(half)) {
        (Some(below), Some(above)) if sorted.len().is_multiple_of(2) => f64::midpoint(*below, *above),
        (_, Some(middle)) => *middle,
        _ => 0.0,
    }
}

/// The value that this percentage of all values does not exceed.
pub(crate) fn percentile(values: &[f64], percent: usize) -> f64 {
    let sorted = sorted(values);
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().unwrap_or_default()
}

/// Three decimals for small values, none for large ones, because more digits would be noise.
fn rounded(value: f64) -> f64 {
    if value.abs() >= 1_000.0 { value.round() } else { (value * 1_000.0).round() / 1_000.0 }
}

#[cfg(test)]
mod tests;
