//! One event, planned in both profiles. InMoment must accept every call that the profile `native` plans.

use crate::events::envelope;
use crate::site::Site;
use event::Event;
use inmoment::{Call, CallReply, CallReplyBody, EndUserWrite, FeedbackWrite, PropertyValue, ResponseWrite};
use mapping::{
    Action, EndUserFields, FormValue, Intent, Laid, NullTraits, PlanOutcome, Profile, Properties, Settings,
};
use serde_json::Map;

/// Plans the event with this JSON text.
pub(crate) fn plan(data: &[u8]) {
    let Ok(event) = Event::read(&String::from_utf8_lossy(data), &envelope(0)) else { return };
    for (profile, null_traits) in [
        (Profile::Rudderstack, NullTraits::Ignore),
        (Profile::Native, NullTraits::Clear),
        (Profile::Native, NullTraits::Ignore),
    ] {
        let settings = Settings { profile, null_traits, ..Settings::default() };
        let whole = mapping::plan_unfiltered(&event, &settings);
        assert!(
            whole.outcome == mapping::outcome_unfiltered(&event, &settings),
            "explaining changes nothing"
        );
        let filtered = mapping::plan(&event, &settings).outcome;
        assert!(filtered == whole.outcome || matches!(filtered, PlanOutcome::Skip(_)));
        if let (Profile::Native, PlanOutcome::Deliver(intent)) = (profile, &whole.outcome) {
            deliver(intent);
        }
    }
}

/// Creates the end user, and then the answer, if the event is one. InMoment accepts both, and stores what was written.
fn deliver(intent: &Intent) {
    let mut site = Site::new();
    let giver = EndUserFields { email: Some("somebody@example.com".into()), ..EndUserFields::default() };
    let fields = match &intent.action {
        Action::UpsertEndUser(fields) => fields,
        Action::CreateResponse(_) | Action::CreateDecline(_) => &giver,
    };
    if mapping::create_refusal(Profile::Native, &intent.who, fields).is_some() {
        return;
    }
    let write = EndUserWrite {
        email: fields.email.as_ref().map(text),
        phone_number: fields.phone_number.as_ref().map(text),
        last_surveyed: fields.last_surveyed.as_ref().map(text),
        external_created_at: fields.external_created_at.as_ref().map(text),
        external_id: intent.who.external_id.clone(),
        properties: laid(&fields.properties),
    };
    let (status, created) = site.call(&Call::CreateEndUser(write.clone()));
    let Ok(CallReply { body: CallReplyBody::EndUser(user), .. }) = created else {
        panic!("the end user is answered with {status}");
    };
    assert_eq!((&user.external_id, &user.email), (&write.external_id, &write.email));
    let stored: Vec<_> = user.properties.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
    let written = fields.properties.iter().filter(|(_, value)| !value.is_null());
    let mut written: Vec<_> = written.map(|(key, value)| (key.clone(), text(value).into())).collect();
    written.sort_by(|(one, _), (other, _)| one.cmp(other));
    let mut sorted: Vec<(String, FormValue)> = stored;
    sorted.sort_by(|(one, _), (other, _)| one.cmp(other));
    assert_eq!(sorted, written, "InMoment keeps the properties as they were written");
    if let Some(call) = answer(intent, &user.id) {
        let (status, created) = site.call(&call);
        assert!(created.is_ok(), "the answer is answered with {status}");
    }
}

fn answer(intent: &Intent, end_user: &str) -> Option<Call> {
    let end_user_id = end_user.to_owned();
    match &intent.action {
        Action::UpsertEndUser(_) => None,
        Action::CreateResponse(fields) => {
            let feedback = FeedbackWrite {
                origin_url: Some(text(&fields.origin_url)),
                created_at: fields.created_at.as_ref().map(text),
                properties: laid(&fields.properties),
            };
            let write = ResponseWrite {
                score: text(&fields.score),
                ip_address: Some(text(&fields.ip_address)),
                text: fields.text.as_ref().map(text),
                feedback,
            };
            Some(Call::CreateResponse { end_user_id, write })
        }
        Action::CreateDecline(fields) => {
            let write = FeedbackWrite {
                origin_url: fields.origin_url.as_ref().map(text),
                created_at: fields.created_at.as_ref().map(text),
                properties: laid(&fields.properties),
            };
            Some(Call::CreateDecline { end_user_id, write })
        }
    }
}

fn text(value: &FormValue) -> String {
    mapping::stored_text(value)
}

/// The properties as they are written for an end user of whom none are stored.
fn laid(properties: &Properties) -> Option<Vec<(String, PropertyValue)>> {
    let laid = mapping::overlay(Profile::Native, &Map::new(), properties);
    let said = laid.into_iter().map(|(key, laid)| match laid {
        Laid::Event(text) => (key, PropertyValue::Text(text)),
        Laid::Stored(value) => (key, PropertyValue::Stored(value)),
    });
    Some(said.collect()).filter(|all: &Vec<_>| !all.is_empty())
}
