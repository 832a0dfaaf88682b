use super::*;

/// What is read of a text: a value as `line:text`, a bad line as `line!`.
fn read(text: &[u8]) -> Vec<String> {
    read_within(MAX_LENGTH, text)
}

fn read_within(longest: usize, text: &[u8]) -> Vec<String> {
    // A buffer of a few bytes shows what depends on where one ends.
    let mut documents = Documents { longest, ..Documents::new(BufReader::with_capacity(3, text)) };
    let mut found = Vec::new();
    while let Some(next) = documents.next().unwrap() {
        found.push(match next {
            Ok(Document { line, text }) => format!("{line}:{}", text.trim()),
            Err(NotJson { line, .. }) => format!("{line}!"),
        });
    }
    found
}

#[test]
fn values_are_read_wherever_they_begin_and_end() {
    for (text, wanted) in [
        ("", &[][..]),
        (" \n\r\n", &[]),
        ("{}", &["1:{}"]),
        ("{}\n\n[1]\r\n", &["1:{}", "3:[1]"]),
        ("{} {}\n3", &["1:{}", "1:{}", "2:3"]),
        ("{\n \"a\":\n 1}\n{}", &["1:{\n \"a\":\n 1}", "4:{}"]),
        ("{\n} {} {\n}\n", &["1:{\n}", "2:{}", "2:{\n}"]),
        ("{\"a\":\"}\\\"\"}\n", &["1:{\"a\":\"}\\\"\"}"]),
        (
            "\u{feff}{\"a\":NaN}\n{\"b\":\n[-Infinity,\"NaN\"]}",
            &["1:{\"a\":null}", "2:{\"b\":\n[null,\"NaN\"]}"],
        ),
        ("{\"a\":\"\\ud800\",\"n\":1e999}", &["1:{\"a\":\"\\ud800\",\"n\":1e999}"]),
    ] {
        assert_eq!(read(text.as_bytes()), wanted, "{text:?}");
    }
    assert_eq!(read(b"{\"a\":\"\xff\"}"), ["1:{\"a\":\"\u{fffd}\"}"]);
}

#[test]
fn only_the_line_that_is_no_json_is_to_blame() {
    for (text, wanted) in [
        ("nope\n{}", &["1!", "2:{}"][..]),
        ("{}\nnope nope\n{}", &["1:{}", "2!", "3:{}"]),
        // Broken off, and the next line does not go on with it.
        ("{\"a\":1,\n{\"b\":2}\n{\"c\":3}\n", &["1!", "2:{\"b\":2}", "3:{\"c\":3}"]),
        ("{\"a\":\"x\n{\"b\":2}\n", &["1!", "2:{\"b\":2}"]),
        (
            "{\"a\":[\n{\"b\":2}\n{\"c\":3}\n{\"d\":\n4}",
            &["1!", "2:{\"b\":2}", "3:{\"c\":3}", "4:{\"d\":\n4}"],
        ),
        ("{\"a\":{\n{\"b\":\n2}\n}", &["1!", "2:{\"b\":\n2}", "4!"]),
        // What was read ahead for the first one is not all that the third one needs.
        ("[\n{}\n{\"a\":\n1}\n{}", &["1!", "2:{}", "3:{\"a\":\n1}", "5:{}"]),
        ("[\n{}\n{\"a\":\nnope\n{}", &["1!", "2:{}", "3!", "4!", "5:{}"]),
        // What was read ahead for the first one is more than the second one needs.
        ("[\n[\n{}\n{}\n{}", &["1!", "2!", "3:{}", "4:{}", "5:{}"]),
        // Broken off at the end of the file.
        ("{}\n{\"a\":", &["1:{}", "2!"]),
        ("{}\n{\"a\":\n\n", &["1:{}", "2!"]),
        ("{} x\n{}", &["1:{}", "1!", "2:{}"]),
    ] {
        assert_eq!(read(text.as_bytes()), wanted, "{text:?}");
    }
}

#[test]
fn where_it_stops_being_json_is_said() {
    let mut documents = Documents::new(&b"{}\n{\"a\":\n nope}"[..]);
    documents.next().unwrap();
    let error = documents.next().unwrap().unwrap().err().unwrap();
    assert_eq!(error, NotJson { line: 2, what: "this is not JSON, at line 3, character 3".to_owned() });
}

#[test]
fn a_line_that_is_too_long_is_passed_over() {
    let long = " ".repeat(20);
    let text = format!("{long}\n{{}}\n{{\"a\":\n{long}\n{{}}");
    assert_eq!(read_within(16, text.as_bytes()), ["1!", "2:{}", "3!", "4!", "5:{}"]);
    // A value of many short lines is one value.
    let text = "[\n".repeat(10) + "{}";
    assert_eq!(read_within(16, text.as_bytes()), ["1!", "9!", "10!", "11:{}"]);
}

#[test]
fn batches_and_payloads_are_told_from_events() {
    let texts = |text| batch(text).map(|events| events.iter().map(ToString::to_string).collect::<Vec<_>>());
    assert_eq!(texts(r#"{"batch":[{"a":1}, 2],"sentAt":"x"}"#), Some(vec![r#"{"a":1}"#.into(), "2".into()]));
    assert_eq!(texts(r#"{"batch":[]}"#), Some(vec![]));
    assert_eq!(texts(r#"{"batch":{},"type":"track"}"#), None);
    assert_eq!(texts(r#"{"properties":{"batch":[1]}}"#), None);

    let payload = |text| router_payload(text).map(|payload| (payload.destination_type, payload.messages));
    let plain = r#"{"input":[{"message":{"a":1},"metadata":{"jobId":1},"destination":{}},{"metadata":{}}, 5],"destType":"wootric"}"#;
    assert_eq!(payload(plain), Some((Some("wootric".into()), vec![Some(r#"{"a":1}"#), None, None])));
    let compacted =
        r#"{"destType":"WOOTRIC","input":[{"metadata":{},"message":[]}],"destinations":{},"connections":{}}"#;
    assert_eq!(payload(compacted), Some((Some("WOOTRIC".into()), vec![Some("[]")])));
    assert_eq!(payload(r#"{"input":[]}"#), Some((None, vec![])));
    assert_eq!(payload(r#"{"input":{},"type":"track"}"#), None);
    assert_eq!(payload(r#"{"input":[1],"type":"track"}"#), None);
    assert_eq!(payload(r#"{"properties":{"input":[1]}}"#), None);
}
