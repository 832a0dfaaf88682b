use super::*;
use inmoment::{CallReply, EndUser, Executed, RateHeaders};

fn failed(class: FailureClass, code: &'static str) -> CallOutcome {
    let message = String::new();
    let rate = RateHeaders::default();
    Err(CallError { class, executed: Executed::No, status: None, code, message, rate })
}

fn answered(body: CallReplyBody) -> CallOutcome {
    Ok(CallReply { body, rate: RateHeaders::default() })
}

#[test]
fn every_outcome_has_its_word() {
    let nobody = EndUser {
        id: "7".to_owned(),
        external_id: None,
        email: None,
        phone_number: None,
        last_surveyed: None,
        external_created_at: None,
        properties: serde_json::Map::new(),
    };
    let rows = [
        (answered(CallReplyBody::Done), "ok"),
        (answered(CallReplyBody::EndUser(nobody)), "ok"),
        (answered(CallReplyBody::Feedback(Vec::new())), "ok"),
        (answered(CallReplyBody::NotFound), "unknown"),
        (failed(FailureClass::Reject, "rejected"), "refused"),
        (failed(FailureClass::Reject, "email_taken"), "refused"),
        (failed(FailureClass::Reject, "id_unusable"), "refused"),
        (failed(FailureClass::Wait, "rate_limited"), "throttled"),
        (failed(FailureClass::Halt, "credentials_refused"), "credentials"),
        (failed(FailureClass::Halt, "account_token_unknown"), "credentials"),
        (failed(FailureClass::Halt, "permission_denied"), "credentials"),
        (failed(FailureClass::Refresh, "token_refused"), "credentials"),
        (failed(FailureClass::Halt, "redirected"), "redirected"),
        (failed(FailureClass::Wait, "server_error"), "outage"),
        (failed(FailureClass::Wait, "connection"), "outage"),
        (failed(FailureClass::Wait, "timeout"), "timeout"),
        (failed(FailureClass::Wait, "unreadable_reply"), "unreadable"),
    ];
    let mut words: Vec<&str> = rows.iter().map(|(_, word)| *word).collect();
    words.dedup();
    assert_eq!(
        words,
        [
            "ok",
            "unknown",
            "refused",
            "throttled",
            "credentials",
            "redirected",
            "outage",
            "timeout",
            "unreadable"
        ]
    );
    for (outcome, word) in rows {
        assert_eq!(result_word(&outcome), word, "{outcome:?}");
    }
}
