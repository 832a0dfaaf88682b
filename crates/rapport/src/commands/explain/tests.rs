use super::*;

const IDENTIFY: &str = r#"{"type":"identify","userId":"1hKOmRA4GRlm","messageId":"m1","traits":{"email":"alex@example.com","city":"New Orleans","age":44}}"#;
const TRACK: &str = r#"{"type":"track","userId":"u","messageId":"m2","properties":{"feedbackScore":"9","url":"https://x.example/"},"integrations":{"Wootric":{"eventType":"create response"}}}"#;

fn explained(text: &str, profile: Profile) -> Explained {
    Explained::new(text, 0, profile, Millis(1_642_685_961_032))
}

fn of(text: &str) -> Result<Vec<String>, Failure> {
    events(Documents::new(text.as_bytes()), Path::new("-"))
}

fn human(text: &str) -> String {
    let mut bytes = Vec::new();
    explained(text, Profile::Native).write(&mut Out::new(&mut bytes)).unwrap();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn one_event_a_batch_or_many() {
    let batch = format!("{{\"batch\":[{IDENTIFY},{TRACK}],\"sentAt\":\"2022-01-20T13:39:21Z\"}}");
    for (text, count) in [
        (IDENTIFY.to_owned(), 1),
        (batch.clone(), 2),
        (format!("{IDENTIFY}\n{TRACK}\n"), 2),
        (format!("{batch}\n\n{IDENTIFY}"), 3),
        ("{\"batch\":{},\"type\":\"track\"}".to_owned(), 1),
    ] {
        assert_eq!(of(&text).unwrap().len(), count, "{text}");
    }
    for text in ["", "  \n", "{", "{\"batch\":[]}", "nope"] {
        assert_eq!(of(text).unwrap_err().code, code::INPUT_NOT_JSON, "{text}");
    }
}

#[test]
fn what_a_person_reads_of_an_identify() {
    let text = human(IDENTIFY);
    assert!(
        text.starts_with(
            "identify (m1) -> deliver\nintent: UpsertEndUser for external id 1hKOmRA4GRlm\ncalls:  1"
        ),
        "{text}"
    );
    let row = text.lines().find(|line| line.contains("alex@example.com")).unwrap();
    assert!(row.contains("email") && row.contains("traits.email"), "{row}");
    assert!(text.contains("properties[city]"), "{text}");
    assert!(text.contains("external_id") || text.contains("external id"), "{text}");
}

#[test]
fn what_a_program_reads_of_a_response() {
    let json = explained(TRACK, Profile::Native).json();
    for (pointer, wanted) in [
        ("/outcome", json!("deliver")),
        ("/intent", json!("CreateResponse")),
        ("/message_id", json!("m2")),
        ("/type", json!("track")),
        ("/profile", json!("native")),
        ("/who/external_id", json!("u")),
        ("/code", json!(null)),
    ] {
        assert_eq!(json.pointer(pointer), Some(&wanted), "{pointer}: {json}");
    }
    let score = json["fields"].as_array().unwrap().iter().find(|field| field["field"] == "score").unwrap();
    assert_eq!((&score["value"], &score["from"]), (&json!("9"), &json!("properties.feedbackScore")));
    assert!(json["notes"].to_string().contains("stands in for the caller's address"), "{json}");
}

#[test]
fn skips_and_dead_letters_say_why() {
    for (text, outcome, code) in [
        (r#"{"type":"page","userId":"u"}"#, "skip", "unsupported_type"),
        (r#"{"type":"identify","userId":"u","integrations":{"All":false}}"#, "skip", "integration_disabled"),
        (r#"{"userId":"u"}"#, "dead letter", "type_missing"),
        (r#"{"type":"identify","anonymousId":"a"}"#, "dead letter", "identity_missing"),
        (r#"{"type":"track","userId":"u"}"#, "skip", "not_a_survey"),
        (
            r#"{"type":"track","userId":"u","properties":{"feedbackText":"x"}}"#,
            "dead letter",
            "event_type_missing",
        ),
        (r#"{"type":"identify","userId":"undefined"}"#, "dead letter", "id_placeholder"),
        ("[]", "dead letter", "event_not_an_object"),
        (
            r#"{"type":"identify","userId":"..","traits":{"email":"a@example.com"}}"#,
            "dead letter",
            "id_unusable",
        ),
    ] {
        let json = explained(text, Profile::Native).json();
        assert_eq!((&json["outcome"], &json["code"]), (&json!(outcome), &json!(code)), "{text}: {json}");
        assert!(human(text).contains(&format!("[{code}]")), "{text}");
    }
}

#[test]
fn an_end_user_whom_inmoment_cannot_be_asked_about_gets_no_delivery() {
    let long = "x".repeat(8_000);
    for id in [".", "..", long.as_str()] {
        let text = TRACK.replace(r#""userId":"u""#, &format!(r#""userId":"{id}""#));
        let json = explained(&text, Profile::Native).json();
        let told = (&json["outcome"], &json["code"], &json["calls"], &json["intent"]);
        let wanted = (&json!("dead letter"), &json!("id_unusable"), &json!(null), &json!(null));
        assert_eq!(told, wanted, "{}", id.len());
        assert_eq!(json["other_profile"], json!([]), "neither profile delivers it");
    }
}

#[test]
fn calls_are_those_that_delivery_makes() {
    for (text, known, unknown) in [
        (IDENTIFY, "1 (none when nothing changes)", "up to 3, look-ups and the write"),
        (TRACK, "1", "up to 3, look-ups and the write; it waits while InMoment does not know the end user"),
    ] {
        let json = explained(text, Profile::Native).json();
        let wanted = json!({"end_user_known": known, "end_user_unknown": unknown});
        assert_eq!(json["calls"], wanted, "{text}");
    }
}

#[test]
fn the_profiles_stand_side_by_side() {
    let text =
        r#"{"type":"identify","userId":"u","messageId":"m","traits":{"email":"a@example.com","plan":null}}"#;
    let differences = explained(text, Profile::Native).differences();
    assert!(
        differences
            .iter()
            .any(|(what, here, there)| { what == "properties[plan]" && here == "-" && there == "\"null\"" }),
        "{differences:?}"
    );
    let swapped = explained(text, Profile::Rudderstack).differences();
    assert!(
        swapped
            .iter()
            .any(|(what, here, there)| { what == "properties[plan]" && here == "\"null\"" && there == "-" }),
        "{swapped:?}"
    );
    assert!(human(text).contains("where the profiles differ"));
}

#[test]
fn nothing_in_an_event_moves_the_cursor() {
    let text = r#"{"type":"identify","userId":"u\u001b[2Jx","messageId":"\u0007","traits":{"email":"a@example.com","k\u001bey":"\u001b[31mred"}}"#;
    let shown = human(text);
    assert!(!shown.chars().any(|c| c.is_control() && c != '\n'), "{shown:?}");
}

#[test]
fn what_a_server_would_take_for_the_same_event_is_said() {
    let other = TRACK.replace("\"9\"", "\"3\"");
    let nameless = TRACK.replace("\"messageId\":\"m2\",", "");
    let texts = [TRACK, &format!(" {TRACK}"), &other, &nameless, &nameless, IDENTIFY];
    let mut identities = Identities::default();
    let notes: Vec<String> = (1..)
        .zip(texts)
        .map(|(number, text)| {
            let explained = explained(text, Profile::Native);
            identities.note(number, explained.identity.as_ref()).unwrap_or_default()
        })
        .collect();
    let begin = |place: usize, words: &str| assert!(notes[place].starts_with(words), "{notes:?}");
    begin(1, "it is event 1 once more");
    begin(2, "its messageId is that of event 2, and it says something else");
    begin(4, "it is event 4 once more");
    for place in [0, 3, 5] {
        assert_eq!(notes[place], "", "{notes:?}");
    }
}
