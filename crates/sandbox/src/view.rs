//! Records as InMoment returns them: the objects of docs/facts/inmoment-api.md#endpoint-cards, with the same fields in
//! the same order.

use serde_json::{Map, Value, json};

use crate::dates::stamp;
use crate::store::{ChannelSettings, EndUser, Feedback, FeedbackKind, Store};

/// `EU`
pub(crate) fn end_user(store: &Store, user: &EndUser) -> Value {
    json!({
        "id": user.id,
        "created_at": stamp(user.created_at),
        "updated_at": stamp(user.updated_at),
        "email": user.email,
        "last_surveyed": user.last_surveyed.map(stamp),
        "external_created_at": user.external_created_at,
        "last_seen_at": null,
        "properties": *user.properties,
        "phone_number": user.phone_number,
        "external_id": user.external_id,
        "last_response": store.newest(FeedbackKind::Response, user).map(last_response),
        "settings": flags(&user.settings),
    })
}

fn last_response(row: &Feedback) -> Value {
    // A response that came through the API has no channel of its own; the samples show `web`.
    json!({
        "id": row.id,
        "score": row.answer.as_ref().map(|answer| answer.score),
        "text": row.answer.as_ref().and_then(|answer| answer.text.as_deref()),
        "survey": {"channel": "web"},
    })
}

fn flags(settings: &ChannelSettings) -> Map<String, Value> {
    Map::from_iter([
        ("email_nps".to_owned(), json!(settings.email_nps)),
        ("mobile_nps".to_owned(), json!(settings.mobile_nps)),
        ("web_nps".to_owned(), json!(settings.web_nps)),
        ("force_mobile_survey".to_owned(), json!(settings.force_mobile_survey)),
        ("force_web_survey".to_owned(), json!(settings.force_web_survey)),
        ("surveys_disabled_by_end_user".to_owned(), json!(settings.surveys_disabled_by_end_user)),
    ])
}

/// `SETTINGS`
pub(crate) fn settings(user: &EndUser) -> Value {
    let mut shown = Map::from_iter([
        ("id".to_owned(), json!(user.settings.id)),
        ("end_user_id".to_owned(), json!(user.id)),
        ("created_at".to_owned(), json!(stamp(user.created_at))),
        ("updated_at".to_owned(), json!(stamp(user.settings.updated_at))),
    ]);
    shown.extend(flags(&user.settings));
    Value::Object(shown)
}

/// `RESP` or `DECL`
pub(crate) fn feedback(store: &Store, row: &Feedback) -> Value {
    match &row.answer {
        Some(answer) => json!({
            "id": row.id,
            "end_user_id": row.end_user_id,
            "survey_id": row.survey_id,
            "score": answer.score,
            "text": answer.text,
            "completed": answer.completed,
            "excluded_from_calculations": answer.excluded_from_calculations,
            "ip_address": row.ip_address,
            "origin_url": row.origin_url,
            "created_at": stamp(row.created_at),
            "updated_at": stamp(row.updated_at),
            "tags": [],
            "notes": [],
            "end_user": {
                "email": store.user(row.end_user_id).and_then(|user| user.email.as_deref()),
                "properties": *row.properties,
            },
        }),
        None => json!({
            "id": row.id,
            "end_user_id": row.end_user_id,
            "survey_id": row.survey_id,
            "ip_address": row.ip_address,
            "origin_url": row.origin_url,
            "created_at": stamp(row.created_at),
            "updated_at": stamp(row.updated_at),
            "end_user": {"properties": *row.properties},
        }),
    }
}
