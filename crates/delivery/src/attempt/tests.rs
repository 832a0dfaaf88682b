use super::*;
use inmoment::{CallReply, EndUser, Executed, RateHeaders};

fn failed(class: Class, code: &'static str) -> CallOutcome {
    let message = String::new();
    let rate = RateHeaders::default();
    Err(CallError { class, executed: Executed::No, status: None, code, message, rate })
}

fn answered(body: ReplyBody) -> CallOutcome {
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
        (answered(ReplyBody::Done), "ok"),
        (answered(ReplyBody::EndUser(nobody)), "ok"),
        (answered(ReplyBody::Feedback(Vec::new())), "ok"),
        (answered(ReplyBody::NotFound), "unknown"),
        (failed(Class::Reject, "rejected"), "refused"),
        (failed(Class::Reject, "email_taken"), "refused"),
        (failed(Class::Reject, "id_unusable"), "refused"),
        (failed(Class::Wait, "rate_limited"), "throttled"),
        (failed(Class::Halt, "credentials_refused"), "credentials"),
        (failed(Class::Halt, "account_token_unknown"), "credentials"),
        (failed(Class::Halt, "permission_denied"), "credentials"),
        (failed(Class::Refresh, "token_refused"), "credentials"),
        (failed(Class::Halt, "redirected"), "redirected"),
        (failed(Class::Wait, "server_error"), "outage"),
        (failed(Class::Wait, "connection"), "outage"),
        (failed(Class::Wait, "timeout"), "timeout"),
        (failed(Class::Wait, "unreadable_reply"), "unreadable"),
    ];
    let mut words: Vec<&str> = rows.iter().map(|(_, word)| *word).collect();
    words.dedup();
    assert_eq!(words, RESULT_WORDS);
    for (outcome, word) in rows {
        assert_eq!(result_word(&outcome), word, "{outcome:?}");
    }
}
