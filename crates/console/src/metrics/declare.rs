//! Declaring metrics and setting their values.

use crate::observations::Durations;
use prometheus_client::encoding::text::{encode_eof, encode_registry};
use prometheus_client::encoding::{EncodeMetric, MetricEncoder, NoLabelSet};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::{MetricType, TypedMetric};
use prometheus_client::registry::Registry;
use std::fmt::Debug;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError};

pub(super) type Labels = Vec<(&'static str, String)>;

/// A gauge with fractions.
type Measure = Gauge<f64, AtomicU64>;

/// A histogram whose counts come from elsewhere.
#[derive(Debug, Clone, Default)]
struct CountedElsewhere(Arc<Mutex<Durations>>);

impl EncodeMetric for CountedElsewhere {
    fn encode(&self, mut encoder: MetricEncoder) -> Result<(), std::fmt::Error> {
        let Durations { counts, sum } = &*self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.iter().map(|(_, count)| count).sum();
        encoder.encode_histogram::<NoLabelSet>(*sum, count, counts, None)
    }

    fn metric_type(&self) -> MetricType {
        Self::TYPE
    }
}

impl TypedMetric for CountedElsewhere {
    const TYPE: MetricType = MetricType::Histogram;
}

/// Declares metrics. Each method returns a function that sets the metric's value.
pub(super) struct Metrics(Registry);

/// Writes all metrics as text (OpenMetrics).
pub(super) fn text(all: &[Metrics]) -> String {
    let mut text = String::new();
    for Metrics(registry) in all {
        // Writing to a String does not fail.
        let _ = encode_registry(&mut text, registry);
    }
    let _ = encode_eof(&mut text);
    text
}

impl Metrics {
    /// Metrics whose names begin with this word.
    pub(super) fn named(prefix: &str) -> Metrics {
        Metrics(Registry::with_prefix(prefix))
    }

    /// A value that only grows. `_total` is added to its name.
    pub(super) fn counter(&mut self, name: &str, help: &str) -> impl Fn(Labels, u64) + use<> {
        let family = Family::<Labels, Counter>::default();
        self.register(name, help, family.clone());
        move |labels, value| {
            family.get_or_create(&labels).inc_by(value);
        }
    }

    /// A value that rises and falls.
    pub(super) fn gauge(&mut self, name: &str, help: &str) -> impl Fn(Labels, i64) + use<> {
        let family = Family::<Labels, Gauge>::default();
        self.register(name, help, family.clone());
        move |labels, value| {
            family.get_or_create(&labels).set(value);
        }
    }

    /// A value that rises and falls and has fractions.
    pub(super) fn measure(&mut self, name: &str, help: &str) -> impl Fn(Labels, f64) + use<> {
        let family = Family::<Labels, Measure>::default();
        self.register(name, help, family.clone());
        move |labels, value| {
            family.get_or_create(&labels).set(value);
        }
    }

    /// A histogram: how many measurements lay between bounds.
    pub(super) fn histogram(&mut self, name: &str, help: &str) -> impl Fn(Labels, Durations) + use<> {
        let family = Family::<Labels, CountedElsewhere>::default();
        self.register(name, help, family.clone());
        move |labels, durations| {
            *family.get_or_create(&labels).0.lock().unwrap_or_else(PoisonError::into_inner) = durations;
        }
    }

    /// A histogram without labels.
    pub(super) fn times(&mut self, name: &str, help: &str, durations: Durations) {
        self.register(name, help, CountedElsewhere(Arc::new(Mutex::new(durations))));
    }

    /// A counter without labels.
    pub(super) fn total(&mut self, name: &str, help: &str, value: u64) {
        let counter = Counter::<u64>::default();
        counter.inc_by(value);
        self.register(name, help, counter);
    }

    /// A counter of seconds without labels.
    pub(super) fn seconds(&mut self, name: &str, help: &str, value: f64) {
        let counter = Counter::<f64, AtomicU64>::default();
        counter.inc_by(value);
        self.register(name, help, counter);
    }

    /// A gauge without labels.
    pub(super) fn level(&mut self, name: &str, help: &str, value: i64) {
        let gauge = Gauge::<i64>::default();
        gauge.set(value);
        self.register(name, help, gauge);
    }

    /// A gauge without labels and with fractions.
    pub(super) fn share(&mut self, name: &str, help: &str, value: f64) {
        let gauge = Measure::default();
        gauge.set(value);
        self.register(name, help, gauge);
    }

    fn register(
        &mut self,
        name: &str,
        help: &str,
        metric: impl EncodeMetric + Debug + Send + Sync + 'static,
    ) {
        self.0.register(name, help, metric);
    }
}
