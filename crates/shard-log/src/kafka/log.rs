//! [`KafkaLog`] combines the parts.

use super::client::{Client, serve};
use super::explain::failure;
use super::group::take_part;
use super::health::{Health, watch};
use super::options::Options;
use super::producer::{Producer, no_shard, partition};
use super::settings::Settings;
use super::tail::KafkaTail;
use super::topic::{Standing, prepare};
use crate::error::{AppendError, LogError};
use crate::place::{Offset, Shard};
use crate::port::{Appending, Bounds, Log, Pending, Tail};
use bytes::Bytes;
use rdkafka::admin::{AdminClient, AdminOptions};
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::topic_partition_list::TopicPartitionList;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;
use supervise::{Broken, Restart, Supervisor, Thread};
use tokio::runtime::Handle;
use tokio::sync::watch;

/// The log in Kafka, as one node uses it. When it is dropped, it leaves the group in the background;
/// [`KafkaLog::close`] waits.
pub struct KafkaLog {
    settings: Arc<Settings>,
    standing: Arc<Standing>,
    /// owned by the part that checks the condition, because dropping it blocks
    asker: Weak<BaseConsumer<Client>>,
    producer: Arc<Producer>,
    health: Arc<Health>,
    hints: watch::Sender<BTreeSet<Shard>>,
    membership: watch::Sender<Result<(), LogError>>,
    closing: watch::Sender<bool>,
    supervisor: Supervisor,
    parts: Mutex<Option<[Thread; 3]>>,
}

impl KafkaLog {
    /// Connects, creates or checks the topic, and joins the group.
    ///
    /// # Errors
    /// [`LogError::Unreachable`] when no broker answers in time, and [`LogError::Unusable`] when a broker refuses this node
    /// or the topic does not have the required configuration.
    pub async fn open(options: Options, supervisor: &Supervisor) -> Result<KafkaLog, LogError> {
        options.check()?;
        let settings = Arc::new(Settings::new(options));
        let runtime = Handle::current();
        let theirs = Arc::clone(&settings);
        let prepared = supervise::blocking("the start of the log", move || Prepared::new(theirs, &runtime));
        let prepared = prepared.await.map_err(|broken| unreachable(&broken))??;
        let log = KafkaLog {
            settings,
            standing: Arc::new(prepared.standing),
            asker: Arc::downgrade(&prepared.asker),
            producer: Arc::new(prepared.producer),
            health: prepared.health,
            hints: watch::Sender::new(BTreeSet::new()),
            membership: watch::Sender::new(Ok(())),
            closing: watch::Sender::new(false),
            supervisor: supervisor.clone(),
            parts: Mutex::new(None),
        };
        let parts = log
            .begin(prepared.asker)
            .map_err(|error| LogError::Unusable(format!("no thread can be started: {error}")))?;
        *log.parts.lock().unwrap_or_else(PoisonError::into_inner) = Some(parts);
        Ok(log)
    }

    fn begin(&self, asker: Arc<BaseConsumer<Client>>) -> std::io::Result<[Thread; 3]> {
        let producer = Arc::clone(&self.producer);
        let reports =
            self.supervisor.thread("delivery reports of the log", Restart::ALWAYS, move |stopping| {
                producer.serve(stopping);
            })?;
        let (settings, hints, membership) =
            (Arc::clone(&self.settings), self.hints.clone(), self.membership.clone());
        let member = self.supervisor.thread("group of the log", Restart::ALWAYS, move |stopping| {
            take_part(&settings, &hints, &membership, stopping)
        })?;
        let settings = Arc::clone(&self.settings);
        let (standing, health) = (Arc::clone(&self.standing), Arc::clone(&self.health));
        let condition = self.supervisor.thread("condition of the log", Restart::ALWAYS, move |stopping| {
            watch(&asker, &settings, &standing, &health, stopping);
        })?;
        Ok([member, reports, condition])
    }

    /// How many brokers the cluster had at the start, and how many replicas the topic has.
    pub fn brokers_and_replicas(&self) -> (usize, usize) {
        (self.standing.brokers, self.standing.replicas)
    }

    /// What keeps this node out of the group, which assigns the shards that it should lead.
    pub fn membership(&self) -> watch::Receiver<Result<(), LogError>> {
        self.membership.subscribe()
    }

    /// Accepts no more records, leaves the group, and waits until the appends under way have their outcome.
    pub async fn close(&self) {
        self.closing.send_replace(true);
        let parts = self.parts.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(parts) = parts else { return };
        let within = self.settings.options.delivery_timeout + CLOSING;
        parts.iter().for_each(Thread::stop);
        let closed = supervise::blocking("the end of the log", move || {
            for part in parts {
                let _ = part.join_within(within);
            }
        });
        if let Err(broken) = closed.await {
            tracing::error!("the log was not closed in order: {broken}");
        }
    }

    /// Runs a request to the brokers on a thread that may block.
    fn ask<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&Asking) -> Result<T, LogError> + Send + 'static,
    ) -> Pending<Result<T, LogError>> {
        if *self.closing.borrow() {
            return Box::pin(std::future::ready(Err(LogError::Closed)));
        }
        let (settings, asker) = (Arc::clone(&self.settings), Weak::clone(&self.asker));
        Box::pin(async move {
            let asked = supervise::blocking("a question to the log", move || {
                let asker = asker.upgrade().ok_or(LogError::Closed)?;
                ask(&Asking { settings, asker })
            });
            let asked = asked.await;
            asked.map_err(|broken| unreachable(&broken))?
        })
    }
}

/// How long closing may take beyond the delivery timeout.
const CLOSING: Duration = Duration::from_secs(5);

fn unreachable(broken: &Broken) -> LogError {
    LogError::Unreachable(broken.to_string())
}

impl Log for KafkaLog {
    fn append(&self, shard: Shard, record: Bytes) -> Appending {
        if *self.closing.borrow() {
            return Box::pin(std::future::ready(Err(AppendError::Closed)));
        }
        self.producer.append(shard, &record)
    }

    fn tail(&self, shard: Shard, from: Offset) -> Box<dyn Tail> {
        let closing = self.closing.subscribe();
        Box::new(KafkaTail::begin(&self.settings, shard, from, closing, &self.supervisor))
    }

    fn bounds(&self, shard: Shard) -> Pending<Result<Bounds, LogError>> {
        self.ask(move |asking| asking.bounds(shard))
    }

    fn trim(&self, shard: Shard, before: Offset) -> Pending<Result<(), LogError>> {
        self.ask(move |asking| asking.trim(shard, before))
    }

    fn hints(&self) -> watch::Receiver<BTreeSet<Shard>> {
        self.hints.subscribe()
    }

    fn healthy(&self) -> Result<(), LogError> {
        if *self.closing.borrow() {
            return Err(LogError::Closed);
        }
        self.health.verdict()
    }
}

/// The first clients of a log. They are created, and ended if that fails, on a thread that may block.
struct Prepared {
    asker: Arc<BaseConsumer<Client>>,
    standing: Standing,
    producer: Producer,
    health: Arc<Health>,
}

impl Prepared {
    fn new(settings: Arc<Settings>, runtime: &Handle) -> Result<Prepared, LogError> {
        let asker = settings.asker().create_with_context(Client::default());
        let asker: BaseConsumer<Client> =
            asker.map_err(|error| LogError::Unusable(format!("the log cannot be opened: {error}")))?;
        let standing = prepare(&asker, &settings, runtime)?;
        let health = Arc::new(Health::new());
        let producer = Producer::new(settings, Arc::clone(&health))?;
        Ok(Prepared { asker: Arc::new(asker), standing, producer, health })
    }
}

/// Requests that block.
struct Asking {
    settings: Arc<Settings>,
    asker: Arc<BaseConsumer<Client>>,
}

impl Asking {
    fn partition(&self, shard: Shard) -> Result<i32, LogError> {
        partition(shard, &self.settings).ok_or_else(|| LogError::Unusable(no_shard(shard)))
    }

    fn bounds(&self, shard: Shard) -> Result<Bounds, LogError> {
        let partition = self.partition(shard)?;
        let timeout = self.settings.options.request_timeout;
        let kept = self.asker.fetch_watermarks(&self.settings.topic, partition, timeout);
        let (first, end) = kept.map_err(|error| failure(serve(&self.asker), &error, &self.settings))?;
        let offset = |offset: i64| {
            let odd = || LogError::Unreachable(format!("the broker told the offset {offset}"));
            u64::try_from(offset).map(Offset).map_err(|_| odd())
        };
        Ok(Bounds { first: offset(first)?, end: offset(end)? })
    }

    fn trim(&self, shard: Shard, before: Offset) -> Result<(), LogError> {
        let partition = self.partition(shard)?;
        let kept = self.bounds(shard)?;
        let before = before.min(kept.end);
        if before <= kept.first {
            return Ok(());
        }
        let broken = |error: rdkafka::error::KafkaError| failure(None, &error, &self.settings);
        let offset = i64::try_from(before.0).map_or(rdkafka::Offset::End, rdkafka::Offset::Offset);
        let mut list = TopicPartitionList::new();
        list.add_partition_offset(&self.settings.topic, partition, offset).map_err(broken)?;
        let admin: AdminClient<Client> =
            self.settings.asker().create_with_context(Client::default()).map_err(broken)?;
        let timeout = Some(self.settings.options.request_timeout);
        let options = AdminOptions::new().request_timeout(timeout).operation_timeout(timeout);
        let trimmed = Handle::current().block_on(admin.delete_records(&list, &options)).map_err(broken)?;
        trimmed.elements().iter().try_for_each(|element| element.error().map_err(broken))
    }
}
