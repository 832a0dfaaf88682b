//! The lines are librdkafka's own, as real brokers led to them.

use super::*;

const ONE: &str = "one:9092/bootstrap";
const TWO: &str = "two:9092/bootstrap";
const CLOSED: &str =
    "Disconnected: connection closed by peer: receive 0 after POLLIN (after 2ms in state APIVERSION_QUERY)";
const CLOSED_LATER: &str = "Disconnected: connection closed by peer: POLLHUP (after 0ms in state UP)";
const NOT_SENT: &str = "Send failed: Broken pipe (after 0ms in state UP)";
const REFUSED: &str =
    "Connect to ipv4#127.0.0.1:9092 failed: Connection refused (after 0ms in state CONNECT)";
const NO_TLS: &str = "SSL handshake failed: Disconnected: SSL connection closed by peer: connecting to a PLAINTEXT broker listener? (after 4ms in state SSL_HANDSHAKE)";

/// What a client takes these failed connections for.
fn after(lines: &[(&str, &str)]) -> Option<String> {
    let client = Client::default();
    for (broker, line) in lines {
        client.log(RDKafkaLogLevel::Info, "FAIL", &format!("[thrd:{broker}]: {broker}: {line}"));
    }
    client.turned_away(Duration::ZERO)
}

#[test]
fn who_closes_every_connection_at_once_turns_away() {
    assert!(after(&[(ONE, CLOSED)]).unwrap().contains(CLOSED));
    assert!(after(&[(ONE, CLOSED_LATER)]).is_some());
    assert!(after(&[(ONE, NO_TLS)]).is_some());
    assert!(after(&[(ONE, NOT_SENT), (ONE, CLOSED_LATER)]).unwrap().contains(NOT_SENT));
    assert!(after(&[(ONE, CLOSED), (TWO, REFUSED)]).is_some());
}

#[test]
fn who_died_or_begins_turns_nobody_away() {
    assert_eq!(after(&[(ONE, REFUSED)]), None);
    assert_eq!(after(&[(ONE, CLOSED), (ONE, REFUSED)]), None);
    assert!(after(&[(ONE, REFUSED), (ONE, CLOSED)]).is_some());
}

#[test]
fn it_takes_a_while_until_a_closed_connection_says_more_than_itself() {
    let client = Client::default();
    client.log(RDKafkaLogLevel::Info, "FAIL", &format!("{ONE}: {CLOSED}"));
    assert_eq!(client.turned_away(Duration::from_secs(3600)), None);
}

#[test]
fn who_has_answered_once_turns_nobody_away() {
    let client = Client::default();
    client.forget();
    client.log(RDKafkaLogLevel::Info, "FAIL", &format!("{ONE}: {CLOSED}"));
    assert_eq!(client.turned_away(Duration::ZERO), None);
}

#[test]
fn that_all_brokers_are_down_does_not_hide_why() {
    let client = Client::default();
    let error = |code, reason: &str| client.error(KafkaError::Global(code), reason);
    error(RDKafkaErrorCode::AllBrokersDown, "1/1 brokers are down");
    error(RDKafkaErrorCode::BrokerTransportFailure, REFUSED);
    error(RDKafkaErrorCode::AllBrokersDown, "1/1 brokers are down");
    assert_eq!(client.last().map(|problem| problem.reason), Some(REFUSED.to_owned()));
    client.forget();
    assert_eq!(client.last(), None);
}
