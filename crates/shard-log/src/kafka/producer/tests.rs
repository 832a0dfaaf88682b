//! A producer with librdkafka's mock broker, which gives the answers that a test sets.

use super::*;
use crate::kafka::options::Options;
use crate::kafka::tail::KafkaTail;
use crate::port::Tail;
use rdkafka::mocking::MockCluster;
use rdkafka::producer::DefaultProducerContext;
use rdkafka::types::{RDKafkaApiKey, RDKafkaRespErr};
use supervise::{Restart, Supervisor};

const SHARD: Shard = Shard(0);

struct Site {
    broker: MockCluster<'static, DefaultProducerContext>,
    settings: Arc<Settings>,
    producer: Arc<Producer>,
    supervisor: Supervisor,
    _served: supervise::Thread,
}

impl Site {
    fn new() -> Site {
        let broker = MockCluster::new(1).unwrap();
        let settings = Arc::new(Settings::new(Options::new(vec![broker.bootstrap_servers()], "one")));
        broker.create_topic(&settings.topic, 8, 1).unwrap();
        let producer = Arc::new(Producer::new(Arc::clone(&settings), Arc::new(Health::new())).unwrap());
        let (supervisor, serving) = (Supervisor::new(), Arc::clone(&producer));
        let served = supervisor.thread("reports", Restart::ALWAYS, move |stopping| serving.serve(stopping));
        Site { broker, settings, producer, supervisor, _served: served.unwrap() }
    }

    fn append(&self, text: &str) -> Appending {
        self.producer.append(SHARD, &Bytes::copy_from_slice(text.as_bytes()))
    }

    /// The next records of which one is to be this one.
    async fn read_until(&self, last: &str) -> Vec<Bytes> {
        let closing = tokio::sync::watch::Sender::new(false);
        let mut tail =
            KafkaTail::begin(&self.settings, SHARD, Offset(0), closing.subscribe(), &self.supervisor);
        let mut met = Vec::new();
        while !met.iter().any(|record| record == last) {
            met.extend(tail.next().await.unwrap().into_iter().map(|entry| entry.record));
        }
        met
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_fatal_error_another_producer_goes_on_in_order() {
    let site = Site::new();
    site.append("first").await.unwrap();
    let lost = RDKafkaRespErr::RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER;
    site.broker.request_errors(RDKafkaApiKey::Produce, &[lost]);

    let mut texts = vec!["first".to_owned()];
    let unlucky = site.append("unlucky").await;
    texts.push("unlucky".to_owned());
    assert!(matches!(&unlucky, Err(AppendError::Unknown(_))), "{unlucky:?}");
    let mut refused = 0;
    loop {
        let text = format!("after {}", texts.len());
        texts.push(text.clone());
        match site.append(&text).await {
            Ok(_) => break,
            Err(AppendError::Refused(_)) => refused += 1,
            Err(other) => panic!("{other}"),
        }
    }
    assert!(refused > 0, "between the two producers no record is accepted");
    let met = site.read_until(texts.last().unwrap()).await;
    assert_eq!(met[0], "first");
    let places = met.iter().map(|record| texts.iter().position(|text| text == record));
    assert!(places.is_sorted_by(|one, next| one.is_some() && one < next), "{met:?} of {texts:?}");
    assert!(site.producer.current().unwrap().client().fatal_error().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_producer_holds_has_an_outcome_before_the_next_one_begins() {
    let site = Site::new();
    site.append("first").await.unwrap();
    site.broker.broker_round_trip_time(-1, Duration::from_millis(500)).unwrap();
    let lost = RDKafkaRespErr::RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER;
    site.broker.request_errors(RDKafkaApiKey::Produce, &[lost]);
    let texts: Vec<String> = (0..50).map(|number| number.to_string()).collect();
    let appends: Vec<Appending> = texts.iter().map(|text| site.append(text)).collect();
    let mut known = Vec::new();
    for (text, append) in texts.iter().zip(appends) {
        match append.await {
            Ok(_) => known.push(text),
            Err(AppendError::Unknown(_)) => {}
            Err(other) => panic!("{other}"),
        }
    }
    while site.append("last").await.is_err() {}
    let met = site.read_until("last").await;
    let places: Vec<_> =
        known.iter().map(|text| met.iter().position(|record| record == text.as_str())).collect();
    assert!(places.iter().is_sorted_by(|one, next| one.is_some() && one < next), "{places:?} in {met:?}");
}
