use super::*;

fn refusal(change: impl FnOnce(&mut Options)) -> String {
    let mut options = Options::new(vec!["kafka-1:9092".into()], "one");
    change(&mut options);
    options.check().map_or_else(|error| error.to_string(), |()| String::new())
}

#[test]
fn options_which_cannot_be_used_are_refused_with_a_reason() {
    assert_eq!(refusal(|_| ()), "");
    assert_eq!(refusal(|options| options.brokers = vec!["[::1]:9092".into()]), "");
    assert!(refusal(|options| options.brokers.clear()).contains("at least one"));
    for broker in ["kafka-1", "kafka-1:", ":9092", "kafka-1:0", "kafka-1:99999", "a:1,b:2", "http://a:1"] {
        let text = refusal(|options| options.brokers = vec![broker.into()]);
        assert!(text.contains("host:port"), "{broker}: {text}");
    }
    for prefix in ["", "with space", "ä", &"x".repeat(201)] {
        assert!(refusal(|options| options.prefix = prefix.into()).contains("prefix"), "{prefix}");
    }
    assert!(refusal(|options| options.shards = 0).contains("shards"));
}

#[test]
fn what_is_shown_of_options_has_no_secret() {
    let mut options = Options::new(vec!["kafka-1:9092".into()], "one");
    let secret = || SecretString::from("hunter2");
    options.sasl = Some(Sasl { mechanism: Mechanism::Plain, user: "rapport".into(), password: secret() });
    let certificate = Certificate { chain: "chain".into(), key: secret() };
    options.tls = Some(Tls { authorities: None, certificate: Some(certificate) });
    assert!(!format!("{options:?}").contains("hunter2"));
}
