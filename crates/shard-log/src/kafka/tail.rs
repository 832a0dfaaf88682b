//! Reading a shard: a consumer of one partition, on its own thread, reads ahead of its user.

use super::client::Client;
use super::explain::{Problem, code};
use super::producer::{no_shard, partition};
use super::settings::Settings;
use crate::error::TailError;
use crate::place::{Offset, Shard};
use crate::port::{Entry, Tail};
use bytes::Bytes;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{BorrowedMessage, Message};
use rdkafka::topic_partition_list::TopicPartitionList;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use supervise::{Restart, Stopping, Supervisor, Thread};
use tokio::sync::{mpsc, watch};

type Batch = Result<Vec<Entry>, TailError>;

/// How long the thread waits for records before it checks whether it was asked to stop.
const POLL: Duration = Duration::from_millis(200);

/// The pause before a failed operation is tried again.
const AGAIN: Duration = Duration::from_millis(100);

/// The pause before a batch is offered again to a reader that is slower than the log.
const OFFER: Duration = Duration::from_millis(2);

/// The limits of one batch, and how many batches may wait.
const RECORDS: usize = 1024;
const BYTES: usize = 1 << 20;
const BATCHES: usize = 4;

/// A reader of one shard.
pub(super) struct KafkaTail {
    batches: mpsc::Receiver<Batch>,
    closing: watch::Receiver<bool>,
    ended: Option<TailError>,
    _thread: Option<Thread>,
}

/// What the thread works with.
struct Reader {
    settings: Arc<Settings>,
    partition: i32,
    /// the offset of the next record that its user has not received
    next: u64,
    batches: mpsc::Sender<Batch>,
}

/// Why a consumer ends.
enum End {
    /// it was asked to stop
    Stop,
    /// another consumer continues
    Again,
    Failed(TailError),
}

impl KafkaTail {
    pub(super) fn begin(
        settings: &Arc<Settings>,
        shard: Shard,
        from: Offset,
        closing: watch::Receiver<bool>,
        supervisor: &Supervisor,
    ) -> KafkaTail {
        let (sender, batches) = mpsc::channel(BATCHES);
        let failed = |error: TailError| KafkaTail {
            batches: mpsc::channel(1).1,
            closing: closing.clone(),
            ended: Some(error),
            _thread: None,
        };
        let Some(partition) = partition(shard, settings) else {
            return failed(TailError::Unreadable(no_shard(shard)));
        };
        let settings = Arc::clone(settings);
        let mut reader = Reader { settings, partition, next: from.0, batches: sender };
        let name = format!("reader of shard {shard}");
        match supervisor.thread(name, Restart::ALWAYS, move |stopping| reader.run(stopping)) {
            Ok(thread) => KafkaTail { batches, closing, ended: None, _thread: Some(thread) },
            Err(error) => failed(TailError::Unreadable(format!("no thread can be started: {error}"))),
        }
    }

    async fn read(&mut self) -> Batch {
        if let Some(ended) = &self.ended {
            return Err(ended.clone());
        }
        let batch = tokio::select! {
            biased;
            _ = self.closing.wait_for(|closing| *closing) => Err(TailError::Closed),
            batch = self.batches.recv() => batch.unwrap_or(Err(TailError::Closed)),
        };
        self.ended = batch.as_ref().err().cloned();
        batch
    }
}

impl Tail for KafkaTail {
    fn next(&mut self) -> Pin<Box<dyn Future<Output = Batch> + Send + '_>> {
        Box::pin(self.read())
    }
}

impl Reader {
    fn run(&mut self, stopping: &Stopping) {
        loop {
            match self.consume(stopping) {
                End::Again if stopping.asked_within(AGAIN) => return,
                End::Again => {}
                End::Stop => return,
                End::Failed(error) => {
                    self.offer(Err(error), stopping);
                    // A part ends when it is asked to; until then its user gets the error.
                    while !stopping.asked_within(Duration::from_secs(3600)) {}
                    return;
                }
            }
        }
    }

    /// Reads with one consumer from the user's position.
    fn consume(&mut self, stopping: &Stopping) -> End {
        let consumer: BaseConsumer<Client> = match self.settings.tail().create_with_context(Client::default())
        {
            Ok(consumer) => consumer,
            Err(error) => return End::Failed(TailError::Unreadable(error.to_string())),
        };
        let Ok(from) = i64::try_from(self.next) else {
            let text = format!("there is no offset {}", self.next);
            return End::Failed(TailError::Unreadable(text));
        };
        let mut assignment = TopicPartitionList::new();
        let from = rdkafka::Offset::Offset(from);
        let assigned = assignment.add_partition_offset(&self.settings.topic, self.partition, from);
        if let Err(error) = assigned.and_then(|()| consumer.assign(&assignment)) {
            return End::Failed(TailError::Unreadable(error.to_string()));
        }
        loop {
            if stopping.is_asked() {
                return End::Stop;
            }
            let end = match consumer.poll(POLL) {
                None => continue,
                Some(Ok(message)) => self.pass_on(&consumer, &message, stopping),
                Some(Err(error)) => self.judge(&consumer, &error, stopping),
            };
            if let Some(end) = end {
                return end;
            }
        }
    }

    /// Passes on a record, with all records that have already arrived.
    fn pass_on(
        &mut self,
        consumer: &BaseConsumer<Client>,
        message: &BorrowedMessage<'_>,
        stopping: &Stopping,
    ) -> Option<End> {
        let mut batch = Vec::new();
        let mut bytes = self.push(message, &mut batch);
        let mut end = None;
        while batch.len() < RECORDS && bytes < BYTES && end.is_none() {
            match consumer.poll(Duration::ZERO) {
                None => break,
                Some(Ok(message)) => bytes += self.push(&message, &mut batch),
                Some(Err(error)) => end = self.judge(consumer, &error, stopping),
            }
        }
        if !batch.is_empty() && !self.offer(Ok(batch), stopping) {
            return Some(End::Stop);
        }
        end
    }

    fn push(&mut self, message: &BorrowedMessage<'_>, batch: &mut Vec<Entry>) -> usize {
        let Ok(offset) = u64::try_from(message.offset()) else { return 0 };
        if offset < self.next {
            return 0;
        }
        let record = Bytes::copy_from_slice(message.payload().unwrap_or_default());
        let bytes = record.len();
        self.next = offset + 1;
        batch.push(Entry { offset: Offset(offset), record });
        bytes
    }

    /// Waits until there is room; returns false if it was asked to stop, or its user is gone.
    fn offer(&self, mut batch: Batch, stopping: &Stopping) -> bool {
        loop {
            match self.batches.try_send(batch) {
                Ok(()) => return true,
                Err(mpsc::error::TrySendError::Closed(_)) => return false,
                Err(mpsc::error::TrySendError::Full(again)) => batch = again,
            }
            if stopping.asked_within(OFFER) {
                return false;
            }
        }
    }

    /// What an error means; `None` if librdkafka continues by itself.
    fn judge(&self, consumer: &BaseConsumer<Client>, error: &KafkaError, stopping: &Stopping) -> Option<End> {
        use RDKafkaErrorCode as Code;
        let code = code(error)?;
        let unreadable = |text: String| Some(End::Failed(TailError::Unreadable(text)));
        match code {
            Code::AutoOffsetReset | Code::OffsetOutOfRange => Some(self.compare(consumer, stopping)),
            Code::LogTruncation => Some(match self.compare(consumer, stopping) {
                End::Again => End::Failed(TailError::Unreadable(self.lost_records())),
                end => end,
            }),
            Code::UnknownTopicOrPartition | Code::UnknownTopic | Code::UnknownPartition => {
                Some(self.find_topic(consumer, code))
            }
            Code::TopicAuthorizationFailed => unreadable(Problem::from(code).text(&self.settings)),
            Code::BadMessage | Code::BadCompression | Code::InvalidMessage | Code::NotImplemented => {
                let (shard, next) = (self.partition, self.next);
                unreadable(format!(
                    "what stands in shard {shard} at offset {next} or behind it is damaged ({code})"
                ))
            }
            _ => None,
        }
    }

    /// Handles a wanted offset that the broker does not have. While the broker cannot be reached, this waits.
    fn compare(&self, consumer: &BaseConsumer<Client>, stopping: &Stopping) -> End {
        let timeout = self.settings.options.request_timeout.min(Duration::from_secs(1));
        loop {
            let kept = consumer.fetch_watermarks(&self.settings.topic, self.partition, timeout);
            let kept = kept.map(|(first, end)| (u64::try_from(first), u64::try_from(end)));
            match kept {
                Ok((Ok(first), _)) if self.next < first => {
                    return End::Failed(TailError::Trimmed { first: Offset(first) });
                }
                Ok((_, Ok(end))) if self.next > end => {
                    return End::Failed(TailError::Behind { end: Offset(end) });
                }
                Ok(_) => return End::Again,
                Err(_) if stopping.asked_within(AGAIN) => return End::Stop,
                Err(_) => {}
            }
        }
    }

    /// Whether the topic is gone. A broker that has just started may not know it yet.
    fn find_topic(&self, consumer: &BaseConsumer<Client>, code: RDKafkaErrorCode) -> End {
        let timeout = self.settings.options.request_timeout;
        let Ok(metadata) = consumer.client().fetch_metadata(None, timeout) else { return End::Again };
        let topic = metadata.topics().iter().find(|topic| topic.name() == self.settings.topic);
        let partitions = topic.map_or(0, |topic| topic.partitions().len());
        if partitions > usize::try_from(self.partition).unwrap_or_default() {
            return End::Again;
        }
        End::Failed(TailError::Unreadable(Problem::from(code).text(&self.settings)))
    }

    fn lost_records(&self) -> String {
        format!(
            "the brokers have lost records of shard {} which this node has read, before offset {}: what it made of them stands in no log. \
             Let it begin anew from a snapshot",
            self.partition, self.next
        )
    }
}
