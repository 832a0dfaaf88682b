use super::*;

const PLAIN: &str = r#"{"input":[{"message":{"type":"track"},"metadata":{"jobId":12345678901234567890,"destinationId":"d","workspaceId":"w"},"destination":{"ID":"d"}},null,{"message":"x"}],"destType":"wootric"}"#;

#[test]
fn a_plain_request() {
    let payload = Payload::read(PLAIN, false).unwrap();
    assert_eq!(payload.dest_type, DestType::Named("wootric".to_owned()));
    let input = payload.input.clone().unwrap();
    assert_eq!(input.len(), 3);
    let first = payload.element(&input[0], None);
    assert_eq!(first.message, r#"{"type":"track"}"#);
    assert_eq!(first.metadata(), r#"{"jobId":12345678901234567890,"destinationId":"d","workspaceId":"w"}"#);
    assert_eq!(first.destination, Ok(r#"{"ID":"d"}"#));
    let id = |key| id_in(first.metadata(), key);
    assert_eq!((id("destinationId").as_deref(), id("workspaceId").as_deref()), (Some("d"), Some("w")));
    assert_eq!((id("jobId"), id("none")), (None, None));
    for parts in &input[1..] {
        let element = payload.element(parts, None);
        assert_eq!((element.message, element.metadata()), ("{}", "{}"));
        assert_eq!(element.destination.unwrap_err().status, 500);
    }
}

#[test]
fn a_compacted_request() {
    let body = r#"{"destType":"wootric","destinations":{"d":{"ID":"d"},"n":null},"input":[{"message":{},"metadata":{"destinationId":"d"}},{"message":{},"metadata":{"destinationId":"e"}},{"metadata":{"destinationId":"n"}},{}]}"#;
    let payload = Payload::read(body, true).unwrap();
    let destinations: Vec<Result<&str, String>> = payload
        .input
        .clone()
        .unwrap()
        .iter()
        .map(|parts| payload.element(parts, None).destination.map_err(|failure| failure.text))
        .collect();
    let missing = |id: &str| Err(format!("no destination found for id {id}"));
    assert_eq!(destinations, [Ok(r#"{"ID":"d"}"#), missing("e"), missing("n"), missing("undefined")]);
}

#[test]
fn other_bodies() {
    assert_eq!(Payload::read("{", false).err(), Some(BadPayload::NotJson));
    assert_eq!(Payload::read("\"x\"", false).err(), Some(BadPayload::NotAnObjectOrList));
    for body in ["{}", "[]", r#"{"input":[]}"#, r#"{"input":{"a":1}}"#, r#"[{"input":[1]}]"#] {
        let payload = Payload::read(body, false).unwrap();
        assert!(payload.input.is_none(), "{body}");
        assert_eq!(payload.dest_type, DestType::Missing);
    }
    for (text, wanted) in [("null", "null"), ("5", "5"), ("\"\\u0077\"", "w")] {
        let body = format!(r#"{{"destType":{text}}}"#);
        assert_eq!(Payload::read(&body, false).unwrap().dest_type, DestType::Named(wanted.to_owned()));
    }
    assert!(Payload::read_processor("{}", false).unwrap().input.is_none());
    assert_eq!(Payload::read_processor("[1,{}]", false).unwrap().input.unwrap(), [Parts::default(); 2]);
    assert_eq!(Payload::read_processor("[1,{}", false).err(), Some(BadPayload::NotJson));
    let both = r#"{"input":[1],"input":[{"message":{"a":1}},2],"x":[}]}"#;
    assert_eq!(Payload::read(both, false).err(), Some(BadPayload::NotJson));
    let both = r#"{"input":[1],"input":[{"message":{"a":1}},2]}"#;
    let message = Some(r#"{"a":1}"#);
    let wanted = [Parts { message, ..Parts::default() }, Parts::default()];
    assert_eq!(Payload::read(both, false).unwrap().input.unwrap(), wanted);
}

#[test]
fn secrets_go_into_metadata() {
    let table = [
        (r#"{"a":1,"secret":null,"b":2}"#, r#"{"a":1,"secret":{"t":1},"b":2}"#),
        (r#"{"a":1}"#, r#"{"a":1,"secret":{"t":1}}"#),
        ("{}", r#"{"secret":{"t":1}}"#),
        ("5", "5"),
    ];
    for (metadata, wanted) in table {
        assert_eq!(with_secret(metadata, r#"{"t":1}"#), wanted);
    }
}

#[test]
fn one_value_that_json_has_no_number_for_costs_no_job() {
    let body = "\u{feff}{\"destType\":\"wootric\",\"input\":[{\"message\":{\"n\":NaN},\"metadata\":{\"jobId\":1,\"x\":-Infinity},\"destination\":{\"ID\":\"d\"}},{\"message\":{\"b\":2}}]}";
    for (stage, body) in
        [(Stage::Router, body), (Stage::Processor, &body[body.find('[').unwrap()..body.len() - 1])]
    {
        let plain = OnceCell::new();
        let payload = Payload::of(body, &plain, stage, false).unwrap();
        let input = payload.input.clone().unwrap();
        let first = payload.element(&input[0], None);
        assert_eq!((first.message, first.metadata()), (r#"{"n":null}"#, r#"{"jobId":1,"x":null}"#));
        assert_eq!(payload.element(&input[1], None).message, r#"{"b":2}"#);
    }
    assert_eq!(
        Payload::of("{\"input\":[NaN", &OnceCell::new(), Stage::Router, false).err(),
        Some(BadPayload::NotJson)
    );
}
