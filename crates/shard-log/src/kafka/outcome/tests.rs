use super::*;
use crate::kafka::options::Options;
use RDKafkaErrorCode as Code;

fn refused(code: Code, queued: bool) -> bool {
    let settings = Settings::new(Options::new(vec!["kafka-1:9092".into()], "one"));
    let error = KafkaError::MessageProduction(code);
    let outcome = if queued { not_delivered(&error, &settings) } else { not_queued(&error, &settings) };
    matches!(outcome, AppendError::Refused(_))
}

#[test]
fn a_record_that_may_have_been_sent_is_unknown() {
    for code in [
        Code::MessageTimedOut,
        Code::PurgeInflight,
        Code::PurgeQueue,
        Code::NotEnoughReplicasAfterAppend,
        Code::NotEnoughReplicas,
        Code::TopicAuthorizationFailed,
        Code::Fatal,
    ] {
        assert!(!refused(code, true), "{code}");
    }
}

#[test]
fn a_record_that_cannot_be_stored_is_refused() {
    assert!(refused(Code::MessageSizeTooLarge, true));
    assert!(refused(Code::QueueFull, false));
    assert!(refused(Code::Fatal, false));
}
