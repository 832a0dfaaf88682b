use super::*;
use proptest::prelude::*;
use serde_json::{Value, json};

const TRACK: RequestShape = RequestShape::Single(EventKind::Track);

/// The number of events, and the rejected ones with their reasons.
type Found<L> = Result<(u32, L), ScanError>;

fn codes(body: &str, shape: RequestShape) -> Found<Vec<(u32, &'static str)>> {
    let found = scan(body.as_bytes(), shape)?;
    Ok((found.events, found.rejects.iter().map(|reject| (reject.index, reject.code.as_str())).collect()))
}

/// docs/facts/gateway.md#check-14..22, #replies, #order-of-checks, #enrichment, #odd-inputs.
#[test]
fn bodies() {
    use ScanError::*;
    type Rejected = &'static [(u32, &'static str)];
    const NO_IDS: &str = "event_without_ids";
    const NO_OBJECT: &str = "event_not_an_object";
    let table: &[(&str, RequestShape, Found<Rejected>)] = &[
        ("", TRACK, Err(InvalidJson)),
        ("", RequestShape::Batch, Err(InvalidJson)),
        ("  ", RequestShape::Batch, Err(InvalidJson)),
        (r#"{"userId":"u"} x"#, TRACK, Err(InvalidJson)),
        (r#"[{"userId":"u"}] x"#, TRACK, Err(InvalidJson)),
        (r#"[{"userId":"u"}]"#, TRACK, Err(NotAnEvent)),
        ("5", TRACK, Err(NotAnEvent)),
        ("null", TRACK, Err(NotAnEvent)),
        (r#"{"userId":"u"}"#, TRACK, Ok((1, &[]))),
        ("{}", TRACK, Ok((1, &[(0, NO_IDS)]))),
        (r#"{"type":"extract"}"#, TRACK, Ok((1, &[(0, NO_IDS)]))),
        ("{}", RequestShape::Batch, Err(EmptyBatch)),
        ("[]", RequestShape::Batch, Err(EmptyBatch)),
        ("5", RequestShape::Batch, Err(EmptyBatch)),
        (r#"{"batch":[]}"#, RequestShape::Batch, Err(EmptyBatch)),
        (r#"{"batch":null}"#, RequestShape::Batch, Err(EmptyBatch)),
        (r#"{"batch":nul}"#, RequestShape::Batch, Err(InvalidJson)),
        (r#"{"batch":5}"#, RequestShape::Batch, Err(NotAnEvent)),
        (r#"{"batch":"x"}"#, RequestShape::Batch, Err(NotAnEvent)),
        (r#"{"batch":false}"#, RequestShape::Batch, Err(NotAnEvent)),
        (r#"{"batch":5"#, RequestShape::Batch, Err(InvalidJson)),
        (r#"{"batch":[[1]]}"#, RequestShape::Batch, Ok((1, &[(0, NO_OBJECT)]))),
        (r#"{"batch":{"userId":"u","type":"track"}}"#, RequestShape::Batch, Ok((1, &[]))),
        (r#"{"batch":{}}"#, RequestShape::Batch, Ok((1, &[(0, NO_IDS)]))),
        (
            r#"{"batch":[{"userId":"u"},{},5,{"anonymousId":"a"},null,"x"]}"#,
            RequestShape::Batch,
            Ok((6, &[(1, NO_IDS), (2, NO_OBJECT), (4, NO_OBJECT), (5, NO_OBJECT)])),
        ),
        (r#"{"batch":[5],"batch":[{"userId":"u"}]}"#, RequestShape::Batch, Ok((1, &[]))),
        (r#"{"batch":[{"userId":"u"}],"batch":null}"#, RequestShape::Batch, Err(EmptyBatch)),
        (r#"{"batch":5,"b\u0061tch":[{"userId":"u"}]}"#, RequestShape::Batch, Ok((1, &[]))),
        (r#"{"x":[{}],"batch":[{"userId":"u"}],"sentAt":"now"}"#, RequestShape::Batch, Ok((1, &[]))),
        // Words for no number count as null in every position, and a byte order mark is skipped.
        (r#"{"userId":"u","x":NaN}"#, TRACK, Ok((1, &[]))),
        ("\u{feff}{\"userId\":\"u\"}", TRACK, Ok((1, &[]))),
        (r#"{"userId":NaN,"anonymousId":-Infinity}"#, TRACK, Ok((1, &[(0, NO_IDS)]))),
        (
            r#"{"batch":[{"userId":NaN},NaN,{"userId":"u","traits":{"n":[-Infinity]}}],"z":Infinity}"#,
            RequestShape::Batch,
            Ok((3, &[(0, NO_IDS), (1, NO_OBJECT)])),
        ),
        (r#"{"batch":NaN}"#, RequestShape::Batch, Err(EmptyBatch)),
        ("NaN", TRACK, Err(NotAnEvent)),
        (r#"{"userId":"u"}"#, RequestShape::Batch, Err(EmptyBatch)),
        (r#"{"userId":"u","x":nonsense}"#, TRACK, Err(InvalidJson)),
    ];
    for (body, shape, wanted) in table {
        let wanted = (*wanted).map(|(events, rejects)| (events, rejects.to_vec()));
        assert_eq!(codes(body, *shape), wanted, "{body} {shape:?}");
    }
}

/// docs/facts/gateway.md#enrichment, #check-19..21.
#[test]
fn who_is_identifiable() {
    let good = [
        r#""userId":456"#,
        r#""userId":0"#,
        r#""userId":false"#,
        r#""userId":{}"#,
        r#""userId":[]"#,
        r#""userId":" u ""#,
        r#""userId":null,"anonymousId":"a""#,
        r#""userId":"","anonymousId":1"#,
        r#""userId":"","userId":"u""#,
        r#""user\u0049d":"u""#,
        r#""userId":"\u0075""#,
        r#""userId":"\ud800""#,
        r#""userId":"é""#,
        r#""type":"extract""#,
        r#""type":"record""#,
        r#""type":"rec\u006frd""#,
        r#""type":"track","type":"record""#,
    ];
    let bad = [
        r#""userId":null"#,
        r#""userId":"","anonymousId":null"#,
        r#""userId":"  ""#,
        r#""userId":"\u200b\u00a0\t""#,
        "\"userId\":\"\u{200b} \u{feff}\u{3164}\"",
        r#""userId":"u","userId":null"#,
        r#""userid":"u""#,
        r#""context":{"traits":{"userId":"u"},"anonymousId":"a"}"#,
        r#""type":"Extract""#,
        r#""type":" record""#,
        r#""type":"record","type":"track""#,
        r#""type":["record"]"#,
        r#""type":"identify""#,
    ];
    for (members, rejected) in good.iter().map(|m| (m, false)).chain(bad.iter().map(|m| (m, true))) {
        let body = format!("{{\"batch\":[{{{members}}}]}}");
        assert_eq!(scan(body.as_bytes(), RequestShape::Batch).unwrap().all_rejected(), rejected, "{members}");
    }
}

#[test]
fn the_good_ones_are_counted() {
    let found = scan(br#"{"batch":[{"userId":"u"},5]}"#, RequestShape::Batch).unwrap();
    assert_eq!((found.good(), found.all_rejected()), (1, false));
    let found = scan(br#"{"batch":[{},5]}"#, RequestShape::Batch).unwrap();
    assert_eq!((found.good(), found.all_rejected()), (0, true));
}

#[test]
fn codes_are_words() {
    for code in [RejectCode::NotAnObject, RejectCode::NoIdentity] {
        assert_eq!(code.as_str().parse(), Ok(code));
        assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
    }
    assert_eq!("".parse::<RejectCode>(), Err(UnknownRejectCode));
}

#[test]
fn nesting_is_no_matter_here() {
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let body = format!(r#"{{"batch":[{{"userId":"u","x":{deep}}},{deep}],"y":{deep}}}"#);
    assert_eq!(codes(&body, RequestShape::Batch), Ok((2, vec![(1, "event_not_an_object")])));
}

#[test]
fn what_is_not_utf8_is_read_around() {
    let body = b"{\"batch\":[{\"userId\":\"u\xff\",\"x\":\"\xe9\"},{\"userId\":\"v\"}]}";
    assert_eq!(scan(body, RequestShape::Batch).unwrap().events, 2);
    let events = split(body, RequestShape::Batch).unwrap();
    assert_eq!(events, ["{\"userId\":\"u\u{fffd}\",\"x\":\"\u{fffd}\"}", "{\"userId\":\"v\"}"]);
    assert_eq!(scan(b"\xff", RequestShape::Batch), Err(ScanError::InvalidJson));
}

#[test]
fn events_are_cut_out_verbatim() {
    let body = br#" { "sentAt":1, "batch" : [ {"userId" : "\u0075", "n":1.50e+2 } , 5,null , [ 1 ]] } "#;
    let events = split(body, RequestShape::Batch).unwrap();
    assert_eq!(events, [r#"{"userId" : "\u0075", "n":1.50e+2 }"#, "5", "null", "[ 1 ]"]);
    assert!(events.iter().all(|event| matches!(event, Cow::Borrowed(_))));
    assert_eq!(event_at(body, RequestShape::Batch, 1).unwrap().unwrap(), "5");
    assert_eq!(event_at(body, RequestShape::Batch, 4), Ok(None));
    assert_eq!(split(b" {\"a\": 1}\n", TRACK).unwrap(), ["{\"a\": 1}"]);
    assert_eq!(split(br#"{"batch":[1],"batch":{"a":1}}"#, RequestShape::Batch).unwrap(), ["{\"a\":1}"]);
    assert_eq!(split(br#"{"batch":[]}"#, RequestShape::Batch), Err(ScanError::EmptyBatch));
}

/// The same rules, applied slowly to a tree of values.
fn oracle(body: &[u8], shape: RequestShape) -> Result<Scan, ScanError> {
    let text = String::from_utf8_lossy(body);
    let value: Value = serde_json::from_str(&text).map_err(|_| ScanError::InvalidJson)?;
    let events = match (shape, &value) {
        (RequestShape::Single(_), Value::Object(_)) => vec![value],
        (RequestShape::Single(_), _) => return Err(ScanError::NotAnEvent),
        (RequestShape::Batch, value) => match value.get("batch") {
            None | Some(Value::Null) => vec![],
            Some(Value::Array(events)) => events.clone(),
            Some(Value::Object(_)) => vec![value["batch"].clone()],
            Some(_) => return Err(ScanError::NotAnEvent),
        },
    };
    if events.is_empty() {
        return Err(ScanError::EmptyBatch);
    }
    let says = |value: Option<&Value>| match value {
        None | Some(Value::Null) => false,
        Some(Value::String(text)) => !identity::clean(text).is_empty(),
        Some(_) => true,
    };
    let verdict = |event: &Value| {
        let Value::Object(event) = event else { return Some(RejectCode::NotAnObject) };
        let exempt = shape == RequestShape::Batch
            && matches!(event.get("type").and_then(Value::as_str), Some("extract" | "record"));
        (!exempt && !says(event.get("userId")) && !says(event.get("anonymousId")))
            .then_some(RejectCode::NoIdentity)
    };
    let rejects = events
        .iter()
        .zip(0..)
        .filter_map(|(event, index)| verdict(event).map(|code| Reject { index, code }))
        .collect();
    Ok(Scan { events: u32::try_from(events.len()).unwrap(), rejects })
}

fn event() -> impl Strategy<Value = String> {
    let id = prop::sample::select(vec![
        "\"u\"",
        "\"\"",
        "null",
        "456",
        "\" \"",
        "\"\\u200b\"",
        "\"\u{200b}x\"",
        "{}",
        "[1]",
        "true",
        "\"\\n\"",
        "\"é\"",
    ]);
    let member = prop_oneof![
        ("userId|anonymousId|user\\\\u0049d|context|x", id)
            .prop_map(|(key, value)| format!("\"{key}\":{value}")),
        "extract|record|track|Record".prop_map(|kind| format!("\"type\":\"{kind}\"")),
    ];
    prop_oneof![
        8 => prop::collection::vec(member, 0..5).prop_map(|members| format!("{{{}}}", members.join(", "))),
        1 => prop::sample::select(vec!["5", "null", "[{}]", "\"s\"", "tru"]).prop_map(str::to_owned),
    ]
}

fn body() -> impl Strategy<Value = String> {
    let list = || prop::collection::vec(event(), 0..6).prop_map(|events| format!("[{}]", events.join(",")));
    let batch = prop_oneof![4 => list(), 1 => event(), 1 => Just("null".to_owned())];
    prop_oneof![
        prop::collection::vec(batch, 0..3).prop_map(|batches| {
            let members: Vec<_> = batches.iter().map(|batch| format!("\"batch\":{batch}")).collect();
            format!("{{{}}}", members.join(","))
        }),
        event(),
        list(),
    ]
}

proptest! {
    #[test]
    fn agrees_with_the_slow_reading(body in body(), single in any::<bool>()) {
        let shape = if single { TRACK } else { RequestShape::Batch };
        prop_assert_eq!(scan(body.as_bytes(), shape), oracle(body.as_bytes(), shape), "{}", body);
    }

    #[test]
    fn splitting_finds_the_events_that_were_counted(body in body(), single in any::<bool>()) {
        let shape = if single { TRACK } else { RequestShape::Batch };
        let (found, events) = (scan(body.as_bytes(), shape), split(body.as_bytes(), shape));
        match (found, events) {
            (Ok(found), Ok(events)) => {
                prop_assert_eq!(found.events as usize, events.len());
                for (event, index) in events.iter().zip(0..) {
                    prop_assert_eq!(&event_at(body.as_bytes(), shape, index).unwrap().unwrap(), event);
                }
            }
            (Err(a), Err(b)) => prop_assert_eq!(a, b),
            (a, b) => prop_assert!(false, "{:?} {:?}", a, b),
        }
    }

    #[test]
    fn never_panics(body in prop::collection::vec(any::<u8>(), 0..60), prefix in "(\\{\"batch\":)?\\[?(\\{\"userId\":\")?") {
        let mut bytes = prefix.into_bytes();
        bytes.extend(body);
        for shape in [TRACK, RequestShape::Batch] {
            prop_assert_eq!(scan(&bytes, shape), oracle(&bytes, shape));
        }
    }
}

#[test]
fn the_oracle_can_tell_right_from_wrong() {
    let body = json!({ "batch": [{ "userId": "u" }, {}] }).to_string();
    assert_eq!(oracle(body.as_bytes(), RequestShape::Batch).unwrap().rejects.len(), 1);
}

#[test]
fn a_cut_has_the_same_events_as_a_split() {
    let bodies: [(&[u8], RequestShape); 6] = [
        (br#"{"batch":[{"a":NaN},{"b":"NaN"},-Infinity],"sentAt":"x"}"#, RequestShape::Batch),
        (br#"{"batch":[{"a":1}, 2,"x" ,{"b":[3]}],"sentAt":"x"}"#, RequestShape::Batch),
        (br#"{"batch":[1],"batch":{"b":2}}"#, RequestShape::Batch),
        (b"{\"batch\":[{\"a\":\"\xff\"},{\"b\":2}]}", RequestShape::Batch),
        (br#" {"userId":"u"} "#, RequestShape::Single(EventKind::Track)),
        (br#"{"batch":[]}"#, RequestShape::Batch),
    ];
    for (body, shape) in bodies {
        let texts = split(body, shape);
        let cut = Cut::new(body.to_vec(), shape);
        assert_eq!(texts.as_ref().err(), cut.as_ref().err());
        let (Ok(texts), Ok(cut)) = (texts, cut) else { continue };
        for (index, text) in (0..).zip(&texts) {
            assert_eq!(cut.event(index), Some(text.as_ref()));
        }
        assert_eq!(cut.event(u32::try_from(texts.len()).unwrap()), None);
    }
}

#[test]
fn what_is_cut_out_is_json_whatever_stood_for_no_number() {
    let body = "\u{feff}{\"batch\":[{\"a\":NaN, \"n\":1.50},{\"b\":2}, {\"c\":[Infinity,\"NaN\"]}]}";
    let texts = split(body.as_bytes(), RequestShape::Batch).unwrap();
    assert_eq!(texts, [r#"{"a":null, "n":1.50}"#, r#"{"b":2}"#, r#"{"c":[null,"NaN"]}"#]);
    assert!(matches!(texts[1], Cow::Borrowed(_)), "what is JSON already is not copied");
    let damaged = [body.as_bytes(), b"\xff"].concat();
    assert_eq!(split(&damaged, RequestShape::Batch), Err(ScanError::InvalidJson));
    let lossy = b"{\"batch\":[{\"a\":\"\xff\",\"b\":NaN}]}";
    assert_eq!(split(lossy, RequestShape::Batch).unwrap(), ["{\"a\":\"\u{fffd}\",\"b\":null}"]);
}
