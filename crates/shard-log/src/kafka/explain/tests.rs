//! The reasons are librdkafka's own, as a real broker led to them.

use super::*;
use crate::kafka::options::{Mechanism, Options, Sasl, Tls};
use RDKafkaErrorCode as Code;

fn settings(sasl: bool) -> Settings {
    let mut options = Options::new(vec!["kafka-1:9092".into()], "one");
    options.tls = Some(Tls::default());
    let password = "hunter2".into();
    options.sasl = sasl.then(|| Sasl { mechanism: Mechanism::ScramSha256, user: "rapport".into(), password });
    Settings::new(options)
}

fn explained(code: Code, reason: &str) -> LogError {
    Problem { code, reason: reason.into() }.explain(&settings(true))
}

#[test]
fn each_cause_has_its_own_words() {
    let cases = [
        (
            Code::Resolve,
            "kafka-1:9092/bootstrap: Failed to resolve 'kafka-1:9092': Name or service not known",
            false,
            "cannot be resolved",
        ),
        (
            Code::BrokerTransportFailure,
            "Connect to ipv4#127.0.0.1:1 failed: Connection refused",
            false,
            "does not run",
        ),
        (
            Code::BrokerTransportFailure,
            "Send failed: Broken pipe (after 0ms in state UP)",
            false,
            "no broker can be reached",
        ),
        (
            Code::SSL,
            "SSL handshake failed: error:0A00010B:SSL routines::wrong version number",
            true,
            "does not speak TLS",
        ),
        (
            Code::SSL,
            "SSL handshake failed: error:0A000086:SSL routines::certificate verify failed: broker certificate could not be verified",
            true,
            "not trusted",
        ),
        (
            Code::SSL,
            "error:0A00045C:SSL routines::tlsv13 alert certificate required",
            true,
            "this node's certificate",
        ),
        (
            Code::BrokerTransportFailure,
            "Receive failed: error:0A000412:SSL routines::sslv3 alert bad certificate: SSL alert number 42 (after 1ms in state APIVERSION_QUERY)",
            true,
            "this node's certificate",
        ),
        (
            Code::Authentication,
            "SASL authentication error: Authentication failed during authentication due to invalid credentials with SASL mechanism SCRAM-SHA-256",
            true,
            "user \"rapport\" or its password",
        ),
        (
            Code::UnsupportedSASLMechanism,
            "SASL SCRAM-SHA-256 mechanism handshake failed: Broker: Unsupported SASL mechanism",
            true,
            "does not offer",
        ),
        (Code::TopicAuthorizationFailed, "", true, "topic rapport.log"),
        (Code::GroupAuthorizationFailed, "", true, "consumer group rapport"),
        (Code::NotEnoughReplicas, "", false, "in sync"),
        (Code::AllBrokersDown, "", false, "no broker"),
    ];
    for (code, reason, lasting, words) in cases {
        let error = explained(code, reason);
        assert_eq!(matches!(error, LogError::Unusable(_)), lasting, "{reason}: {error}");
        let text = error.to_string();
        assert!(text.contains(words) && text.contains(reason), "{reason}: {text}");
        assert!(!text.contains("hunter2"), "{text}");
    }
}

#[test]
fn who_has_no_user_is_told_that_one_is_wanted() {
    let problem = Problem { code: Code::Authentication, reason: "SASL handshake".into() };
    assert!(problem.text(&settings(false)).contains("configure SASL"));
}

#[test]
fn who_is_turned_away_is_told_what_is_configured_here() {
    let (later, handshake) = ("Disconnected (in state UP)", "Disconnected (in state SSL_HANDSHAKE)");
    for (tls, sasl, reason, words) in [
        (false, false, later, Some("wants TLS, or a user and a password")),
        (false, true, later, Some("wants TLS, and")),
        (true, false, later, Some("wants a user and a password")),
        (true, true, later, None),
        (true, false, handshake, Some("does not speak TLS")),
        (true, true, handshake, Some("does not speak TLS")),
    ] {
        let mut settings = settings(sasl);
        settings.options.tls = tls.then(Tls::default);
        let told = turned_away(reason, &settings).map(|error| error.to_string());
        assert_eq!(told.is_some(), words.is_some(), "{told:?}");
        let said =
            |words| told.as_ref().is_some_and(|told| told.contains(words) && !told.contains("hunter2"));
        assert!(words.is_none_or(said), "{told:?}");
    }
}
