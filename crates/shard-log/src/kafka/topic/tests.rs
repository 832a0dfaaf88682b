use super::*;
use crate::kafka::options::Options;

#[test]
fn the_command_makes_a_topic_that_passes_the_check() {
    let settings = Settings::new(Options::new(vec!["a:9092".into(), "b:9092".into()], "one"));
    let text = missing(&settings, 5);
    for part in [
        "kafka-topics.sh --bootstrap-server a:9092,b:9092 --create --topic rapport.log",
        "--partitions 8 --replication-factor 3",
        "--config retention.ms=-1",
        "--config min.insync.replicas=2",
    ] {
        assert!(text.contains(part), "{text}");
    }
    assert!(missing(&settings, 2).contains("--replication-factor 2"));
}

#[test]
fn limits_may_be_higher_than_wanted_and_nothing_else_may_differ() {
    assert!(suits("max.message.bytes", "20000000", "8454144"));
    assert!(!suits("max.message.bytes", "1048588", "8454144"));
    assert!(suits("min.insync.replicas", "3", "2"));
    assert!(!suits("cleanup.policy", "compact,delete", "delete"));
    assert!(!suits("retention.ms", "604800000", "-1"));
}
