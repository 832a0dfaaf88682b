//! Appending: one idempotent producer, and the thread that receives the delivery reports of its records.

use super::client::Client;
use super::explain::failure;
use super::health::Health;
use super::outcome::{not_delivered, not_queued};
use super::settings::{MAX_RECORD, Settings};
use crate::error::{AppendError, LogError};
use crate::place::{Offset, Shard};
use crate::port::Appending;
use bytes::Bytes;
use rdkafka::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::KafkaError;
use rdkafka::message::{DeliveryResult, Message};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _, ProducerContext};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;
use supervise::Stopping;
use tokio::sync::oneshot;

type Native = BaseProducer<Reports>;
type Reply = oneshot::Sender<Result<Offset, AppendError>>;

/// How long the thread waits for reports before it checks whether it was asked to stop. It handles a report as soon as it
/// arrives.
const SERVE: Duration = Duration::from_millis(50);

/// The pause before the next try after a producer could not be created.
const RENEW: Duration = Duration::from_secs(1);

/// Receives the outcome of records.
struct Reports {
    client: Client,
    settings: Arc<Settings>,
    health: Arc<Health>,
}

/// The producer, which is replaced after a fatal error.
pub(super) struct Producer {
    settings: Arc<Settings>,
    health: Arc<Health>,
    slot: RwLock<Slot>,
}

enum Slot {
    Open(Arc<Native>),
    /// whether the last producer can no longer send
    Renewing,
    Closed,
}

impl Producer {
    pub(super) fn new(settings: Arc<Settings>, health: Arc<Health>) -> Result<Producer, LogError> {
        let slot = RwLock::new(Slot::Renewing);
        let producer = Producer { settings, health, slot };
        producer.open()?;
        Ok(producer)
    }

    pub(super) fn append(&self, shard: Shard, record: &Bytes) -> Appending {
        match self.queue(shard, record) {
            Ok(outcome) => Box::pin(async move {
                let lost =
                    || AppendError::Unknown("the producer ended before the broker had answered".into());
                outcome.await.unwrap_or_else(|_| Err(lost()))
            }),
            Err(error) => Box::pin(std::future::ready(Err(error))),
        }
    }

    /// Queues the record before this returns.
    fn queue(
        &self,
        shard: Shard,
        record: &Bytes,
    ) -> Result<oneshot::Receiver<Result<Offset, AppendError>>, AppendError> {
        let Some(partition) = partition(shard, &self.settings) else {
            return Err(AppendError::Refused(no_shard(shard)));
        };
        if record.len() > MAX_RECORD {
            let length = record.len();
            let text = format!("a record of {length} bytes is too large: {MAX_RECORD} are the most");
            return Err(AppendError::Refused(text));
        }
        let slot = self.read();
        let native = match &*slot {
            Slot::Open(native) => native,
            Slot::Renewing => {
                let text = "the producer is being replaced after a fatal error".into();
                return Err(AppendError::Refused(text));
            }
            Slot::Closed => return Err(AppendError::Closed),
        };
        let (reply, outcome) = oneshot::channel();
        let record: BaseRecord<'_, (), [u8], Box<Reply>> =
            BaseRecord::with_opaque_to(&self.settings.topic, Box::new(reply))
                .partition(partition)
                .payload(&record[..]);
        match native.send(record) {
            Ok(()) => Ok(outcome),
            Err((error, _)) => Err(not_queued(&error, &self.settings)),
        }
    }

    /// Handles delivery reports until it is asked to stop; then waits for the records under way, at most for the delivery
    /// timeout.
    pub(super) fn serve(&self, stopping: &Stopping) {
        loop {
            let Some(native) = self.current() else {
                if stopping.asked_within(Duration::ZERO) || !self.renew(stopping) {
                    *self.write() = Slot::Closed;
                    return;
                }
                continue;
            };
            native.poll(SERVE);
            if stopping.is_asked() {
                *self.write() = Slot::Closed;
                let _ = native.flush(self.settings.options.delivery_timeout);
                return;
            }
            if let Some((_, reason)) = native.client().fatal_error() {
                tracing::error!("the producer met a fatal error and is replaced: {reason}");
                *self.write() = Slot::Renewing;
                // It is dropped here, so that all its records have their outcome before another producer is created.
                drop(native);
            }
        }
    }

    /// Creates another producer; returns false if it was asked to stop.
    fn renew(&self, stopping: &Stopping) -> bool {
        while let Err(error) = self.open() {
            tracing::error!("no producer can be made: {error}");
            if stopping.asked_within(RENEW) {
                return false;
            }
        }
        true
    }

    fn open(&self) -> Result<(), LogError> {
        let (settings, health) = (Arc::clone(&self.settings), Arc::clone(&self.health));
        let reports = Reports { client: Client::default(), settings, health };
        let native: Native = self
            .settings
            .producer()
            .create_with_context(reports)
            .map_err(|error| LogError::Unusable(error.to_string()))?;
        *self.write() = Slot::Open(Arc::new(native));
        Ok(())
    }

    fn current(&self) -> Option<Arc<Native>> {
        match &*self.read() {
            Slot::Open(native) => Some(Arc::clone(native)),
            Slot::Renewing | Slot::Closed => None,
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, Slot> {
        self.slot.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Slot> {
        self.slot.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The partition of a shard, if there is one.
pub(super) fn partition(shard: Shard, settings: &Settings) -> Option<i32> {
    (shard.0 < settings.options.shards).then(|| i32::try_from(shard.0).ok()).flatten()
}

pub(super) fn no_shard(shard: Shard) -> String {
    format!("there is no shard {shard}")
}

impl ClientContext for Reports {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        self.client.log(level, facility, message);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        self.client.error(error, reason);
    }
}

impl ProducerContext for Reports {
    type DeliveryOpaque = Box<Reply>;

    fn delivery(&self, delivery: &DeliveryResult<'_>, reply: Box<Reply>) {
        let outcome = match delivery {
            Ok(message) => {
                self.client.forget();
                self.health.delivered();
                let offset = u64::try_from(message.offset());
                offset.map(Offset).map_err(|_| AppendError::Unknown("the broker told no offset".into()))
            }
            Err((error, _)) => {
                let outcome = not_delivered(error, &self.settings);
                if matches!(outcome, AppendError::Unknown(_)) {
                    self.health.not_delivered(failure(self.client.last(), error, &self.settings));
                }
                Err(outcome)
            }
        };
        // The caller of `append` may no longer wait.
        let _ = reply.send(outcome);
    }
}

#[cfg(test)]
mod tests;
