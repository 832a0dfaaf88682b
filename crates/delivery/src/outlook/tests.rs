use super::*;
use event::{Envelope, Event, SourceKind};

fn looked(text: &str) -> Result<Outlook, DeadReason> {
    let envelope = Envelope {
        source: None,
        source_kind: SourceKind::Server,
        received_at: Millis(0),
        request_ip: Some("127.0.0.1".to_owned()),
        forced: None,
        request_id: [0; 16],
        index: 0,
    };
    let settings = mapping::Settings::default();
    match mapping::plan(&Event::read(text, &envelope).unwrap(), &settings).outcome {
        Planned::Deliver(intent) => outlook(&intent, &settings),
        other => panic!("{other:?}"),
    }
}

const ANSWER: &str = r#"{"type":"track","userId":"u","properties":{"feedbackScore":"9","url":"https://x.example/"},"integrations":{"Wootric":{"eventType":"create response"}}}"#;

#[test]
fn an_identify_of_somebody_unknown_is_looked_up_and_written() {
    let text = r#"{"type":"identify","userId":"u","traits":{"email":"a@b.c","city":"Rome"}}"#;
    let wanted = Outlook {
        kinds: vec!["get_end_user", "create_end_user", "update_end_user"],
        known: 1,
        unknown: 3,
        look_ups: 2,
        waits: false,
        none_if_same: true,
    };
    assert_eq!(looked(text), Ok(wanted));
}

#[test]
fn an_answer_waits_for_its_end_user_and_is_looked_for_before_it_is_sent_again() {
    let wanted = Outlook {
        kinds: vec!["get_end_user", "list_responses", "create_response"],
        known: 1,
        unknown: 3,
        look_ups: 1,
        waits: true,
        none_if_same: false,
    };
    assert_eq!(looked(ANSWER), Ok(wanted));
    let decline = ANSWER.replace("create response", "create decline");
    assert_eq!(looked(&decline).unwrap().kinds, ["get_end_user", "list_declines", "create_decline"]);
}

#[test]
fn whom_inmoment_cannot_be_asked_about_is_never_delivered_to() {
    let long = "x".repeat(8_000);
    for id in [".", "..", long.as_str()] {
        let identify = format!(r#"{{"type":"identify","userId":"{id}","traits":{{"email":"a@b.c"}}}}"#);
        for text in [identify, ANSWER.replace(r#""u""#, &format!(r#""{id}""#))] {
            assert_eq!(looked(&text).unwrap_err().code, "id_unusable", "{}", id.len());
        }
    }
}
