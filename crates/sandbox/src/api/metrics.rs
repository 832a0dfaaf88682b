//! `nps_summary`, `segments`, `survey_templates` (docs/facts/inmoment-api.md#metrics).

use serde_json::{Value, json};

use super::call::{ApiResult, Call};
use super::feedback::of_score;
use crate::dates::{day, stamp};
use crate::exchange::Reply;
use crate::params::ParamReader;
use crate::properties;
use crate::route::NpsClass;
use crate::store::FeedbackKind;

/// `metrics.nps_summary`: both ends inclusive in the account's zone, 30 days back to today by default
/// (docs/facts/inmoment-api.md#q27); answers that are excluded from calculations do not count
/// (docs/facts/inmoment-api.md#q28).
pub(super) fn nps_summary(call: &Call<'_>) -> ApiResult {
    let mut reader = ParamReader::new(call.params);
    let (start, end) = (reader.day("date", "start"), reader.day("date", "end"));
    reader.finish()?;
    let start = start.unwrap_or_else(|| day(call.now.saturating_sub(30 * 86_400)));
    let end = end.unwrap_or_else(|| day(call.now));
    let within = |at: i64| (start..=end).contains(&day(at));

    let (mut promoters, mut passives, mut detractors) = (0, 0, 0);
    for row in call.store.all_feedback(FeedbackKind::Response).filter(|row| within(row.created_at)) {
        match &row.answer {
            Some(answer) if !answer.excluded_from_calculations => match of_score(answer.score) {
                NpsClass::Promoters => promoters += 1,
                NpsClass::Passives => passives += 1,
                NpsClass::Detractors => detractors += 1,
            },
            _ => {}
        }
    }
    let declines =
        call.store.all_feedback(FeedbackKind::Decline).filter(|row| within(row.created_at)).count();
    let declines = i64::try_from(declines).unwrap_or(i64::MAX);
    let responses = promoters + passives + detractors;
    Ok(Reply::json(
        200,
        &json!({
            "nps": percent(promoters - detractors, responses),
            "responses": responses,
            "detractors": detractors,
            "passives": passives,
            "promoters": promoters,
            "response_rate": percent(responses, responses + declines),
            // Nothing is ever sent by e-mail here.
            "email_response_rate": 0,
        }),
    ))
}

/// A share in percent, rounded half away from zero: 46, 24 and 5 of 75 give the NPS 55
/// (docs/facts/inmoment-api.md#nps-rounding).
fn percent(part: i64, whole: i64) -> i64 {
    if whole == 0 { 0 } else { (200 * part + part.signum() * whole) / (2 * whole) }
}

/// `segments.list`
pub(super) fn segments(call: &Call<'_>) -> Reply {
    let shown: Vec<Value> = call
        .store
        .segments()
        .iter()
        .map(|(name, since)| {
            json!({"name": name, "data_type": properties::data_type(name), "created_at": stamp(*since)})
        })
        .collect();
    Reply::json(200, &Value::Array(shown))
}

/// `survey_templates.list`: one template, the sample of the card.
pub(super) fn survey_templates() -> Reply {
    Reply::json(
        200,
        &json!({
            "default_survey_template_id": 11,
            "survey_templates": [{
                "id": 11,
                "name": "Default NPS",
                "default_language": "en",
                "languages": [{"code": "en", "name": "English"}],
                "non_configured_language_count": 0,
                "custom_samplings": [],
            }],
        }),
    )
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn shares_round_half_away_from_zero() {
        let cases =
            [(46 - 5, 75, 55), (1, 2, 50), (1, 200, 1), (-1, 200, -1), (1, 201, 0), (0, 0, 0), (-3, 3, -100)];
        for (part, whole, expected) in cases {
            assert_eq!(percent(part, whole), expected, "{part}/{whole}");
        }
    }
}
