//! A track creates a survey response or a survey decline (docs/facts/mapping.md#track, docs/facts/transformer.md#track).

use crate::explain::{Conversion, EventMapper};
use crate::integrations::{SurveyEvent, survey_event};
use crate::plan::{Action, DeadReason, DeclineFields, FormValue, ResponseFields};
use crate::{dates, js, properties};
use event::identity::tidy;
use event::number::decimal;
use serde_json::{Number, Value};
use std::str::FromStr;

const SCORE: &str = "properties.feedbackScore";
const IP: [&str; 3] = ["context.ip", "request_ip", "properties.ip"];
const ORIGIN_URL: [&str; 2] = ["context.page.url", "properties.url"];
const TEXT: [&str; 1] = ["properties.feedbackText"];

/// InMoment's best score; the worst is 0.
const MAX_SCORE: f64 = 10.0;

pub(crate) fn action(reader: &mut EventMapper<'_>) -> Result<Action, DeadReason> {
    let (survey_event, path) = survey_event(reader.event, reader.switches)?;
    let what = match survey_event {
        SurveyEvent::Response => "response",
        SurveyEvent::Decline => "decline",
    };
    if reader.explains {
        reader.note(format!("`{path}` requests a {what}."));
    }
    let action = match survey_event {
        SurveyEvent::Response => Action::CreateResponse(response(reader)?),
        SurveyEvent::Decline => Action::CreateDecline(decline(reader)?),
    };
    if reader.explains {
        reader.note(format!(
            "A second {what} of an end user within 24 hours does not create a new one: InMoment updates the last one."
        ));
    }
    reader.note(
        "If InMoment does not know the end user, the event waits for an identify (unknown_user_wait); \
         if none comes, it becomes a dead letter, end_user_unknown.",
    );
    if reader.event.message_id_generated {
        reader
            .note("The event has no messageId: if the SDK sends it again, the repetition is not recognised.");
    }
    Ok(action)
}

/// Missing fields are reported in this order, and a bad score last, as rudder-transformer does.
fn response(reader: &mut EventMapper<'_>) -> Result<ResponseFields, DeadReason> {
    let switches = reader.switches;
    let score = score(reader)?;
    let ips = if switches.survey_properties { &IP[..] } else { &IP[..2] };
    let ip_address = reader
        .field("ip_address", ips, Conversion::Plain)?
        .ok_or_else(|| DeadReason::ip_missing(switches))?;
    let origin_url = reader
        .field("origin_url", &ORIGIN_URL, Conversion::Plain)?
        .ok_or_else(|| DeadReason::origin_url_missing(switches))?;
    let text = reader.field("text", &TEXT, Conversion::Words)?;
    let (created_at, event_time) = dates::answered(reader)?;
    let properties = properties::read(reader, "end_user[properties]")?;
    let score = score.ok_or_else(DeadReason::score_invalid)?;
    Ok(ResponseFields { score, ip_address, origin_url, text, created_at, event_time, properties })
}

fn decline(reader: &mut EventMapper<'_>) -> Result<DeclineFields, DeadReason> {
    let origin_url = reader.field("origin_url", &ORIGIN_URL, Conversion::Plain)?;
    let (created_at, event_time) = dates::answered(reader)?;
    let properties = properties::read(reader, "end_user[properties]")?;
    Ok(DeclineFields { origin_url, created_at, event_time, properties })
}

/// The score; the inner `None` means that the event has a score that is not valid.
fn score(reader: &mut EventMapper<'_>) -> Result<Option<FormValue>, DeadReason> {
    let value = reader.at(SCORE);
    let is_given = match value {
        None | Some(Value::Null) => false,
        Some(Value::String(text)) if reader.switches.integer_score => !tidy(text).is_empty(),
        Some(value) => js::is_usable(value),
    };
    let Some(value) = value.filter(|_| is_given) else {
        reader.record("score", None, None, format!("nothing in {SCORE}"));
        return Err(DeadReason::score_missing());
    };
    let (score, wanted) = if reader.switches.integer_score {
        (integer_score(value).map(Value::String), "an integer from 0 to 10")
    } else {
        let number = js::number(value)?;
        let is_within = (0.0..=MAX_SCORE).contains(&number);
        (is_within.then(|| js::json(value)), "what compares within 0 to 10")
    };
    match &score {
        Some(score) => reader.record("score", Some(SCORE), Some(score), wanted),
        // The note about the value says more than that no value is sent.
        None => reader.record("score", Some(SCORE), Some(value), format!("not usable: it is not {wanted}")),
    }
    Ok(score)
}

/// `9`, `9.0` and `"9"` are 9.
fn integer_score(value: &Value) -> Option<String> {
    let number = match value {
        Value::Number(number) => number.clone(),
        Value::String(text) => Number::from_str(&tidy(text)).ok()?,
        _ => return None,
    };
    let score = decimal(&number);
    score.parse::<u8>().ok().filter(|score| f64::from(*score) <= MAX_SCORE).map(|_| score)
}
