//! `POST /v1/email_survey` (docs/facts/inmoment-api.md#email-survey), as far as it changes the sandbox's data: missing
//! end users are created, their properties are set, and no e-mail is sent. The reply is not documented.

use serde_json::{Value, json};

use super::call::{ApiResult, Call};
use super::end_users::ensure;
use crate::exchange::{Problem, Reply};
use crate::params::{ParamReader, scalar};

/// The documented largest number of e-mails in one request.
const MAX_EMAILS: usize = 100;
/// The documented longest delay, in days.
const MAX_DELAY: i64 = 31;

/// `email_survey`
pub(super) fn create(call: &mut Call<'_>) -> ApiResult {
    let mut reader = ParamReader::new(call.params);
    let emails = words(&mut reader, call, "emails");
    let external_ids = words(&mut reader, call, "external_ids");
    reader.boolean("survey_immediately");
    match reader.integer("delay") {
        Some(Some(days)) if !(1..=MAX_DELAY).contains(&days) => reader.reject(Problem::bad_value("delay")),
        _ => {}
    }
    match emails.len() {
        0 if reader.is_fine("emails") => reader.reject(Problem::missing("emails")),
        0..=MAX_EMAILS => {}
        _ => reader.reject(Problem::bad_value("emails")),
    }
    let properties = reader.end_user_properties();
    reader.finish()?;
    let asked = emails.len();
    let mut external_ids = external_ids.into_iter();
    for email in emails {
        let id = ensure(call, email, external_ids.next())?;
        let Some(given) = properties.clone() else { continue };
        let Some(old) = call.store.user(id).map(|user| user.properties.clone()) else { continue };
        let written = call.written(&old, Some(given));
        let now = call.now;
        if let Some(user) = call.store.user_mut(id) {
            user.properties = written;
            user.updated_at = now;
        }
    }
    Ok(Reply::json(200, &json!({"emails": asked})))
}

/// A list of texts, each of which may have several values joined by commas, as in a documented example.
fn words(reader: &mut ParamReader<'_>, call: &Call<'_>, name: &str) -> Vec<String> {
    let elements: Vec<&Value> = match call.params.get(name) {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(list)) => list.iter().collect(),
        Some(one) => vec![one],
    };
    let texts: Option<Vec<String>> = elements.into_iter().map(scalar).collect();
    let Some(texts) = texts else {
        reader.reject(Problem::invalid(name));
        return Vec::new();
    };
    reader.note(texts.iter().any(|text| text.contains('\0')));
    let words = texts.iter().flat_map(|text| text.split(',')).map(str::trim);
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}
