//! InMoment's own error texts about a refused call, in any shape (docs/facts/inmoment-api.md#error-bodies).
//!
//! Known shapes: `{"type":"error_list","errors":[{"status","message","field"}]}`, `{"error":"…"}`, `{"error":"…",
//! "status":404}`, `{"error","error_description"}`. Because most of them were seen once or only guessed, `error` may
//! also be an object or a list, `errors` a list of texts or an object of field -> texts, and the whole body a text.
//! Bodies that are not JSON (a proxy's page) are searched for the "taken" sentence and never quoted.

use serde_json::Value;

use crate::mask::mask;

/// At most this many complaints are read.
const MAX_COMPLAINTS: usize = 10;
/// Texts are cut to this length before they are examined.
const MAX_TEXT_CHARS: usize = 1_000;

/// The text of a validation about a value that another end user has (docs/facts/inmoment-api.md#e2, #q14, #q15).
const TAKEN: &str = "has already been taken";

struct Complaint {
    field: Option<String>,
    text: String,
}

/// The complaints of one reply.
pub(crate) struct Complaints {
    list: Vec<Complaint>,
    quotable: bool,
}

impl Complaints {
    pub(crate) fn read(body: &[u8]) -> Complaints {
        let mut list = Vec::new();
        let quotable = match serde_json::from_slice::<Value>(body) {
            Ok(value) => {
                collect(&mut list, None, &value);
                true
            }
            Err(_) => {
                push(&mut list, None, &String::from_utf8_lossy(body));
                false
            }
        };
        Complaints { list, quotable }
    }

    /// The code for a value that another end user has; the e-mail comes first, because that case can be handled
    /// (docs/facts/mapping.md#taken-fields).
    pub(crate) fn taken(&self) -> Option<&'static str> {
        let found: Vec<&str> = self.list.iter().flat_map(Complaint::taken).collect();
        ["email_taken", "external_id_taken", "phone_taken"].into_iter().find(|code| found.contains(code))
    }

    /// The texts, without the values that were sent and without everything that looks personal; `None` if there are
    /// none.
    pub(crate) fn quote(&self, sent: &[&str]) -> Option<String> {
        if !self.quotable {
            return None;
        }
        let texts: Vec<String> = self.list.iter().map(Complaint::sentence).collect();
        let quoted = mask(&texts.join("; "), sent);
        (!quoted.is_empty()).then_some(quoted)
    }
}

impl Complaint {
    fn taken(&self) -> impl Iterator<Item = &'static str> {
        let text = self.text.to_lowercase();
        let field = self.field.clone().unwrap_or_default();
        let starts: Vec<usize> = text.match_indices(TAKEN).map(|(start, _)| start).collect();
        starts.into_iter().filter_map(move |start| {
            let subject = text[..start].trim_end();
            subject_code(subject).or_else(|| subject_code(&field.to_lowercase()))
        })
    }

    fn sentence(&self) -> String {
        match &self.field {
            Some(field) if !self.text.to_lowercase().contains(&field.to_lowercase()) => {
                format!("{field}: {}", self.text)
            }
            _ => self.text.clone(),
        }
    }
}

fn subject_code(subject: &str) -> Option<&'static str> {
    let ends = |words: &[&str]| words.iter().any(|word| subject.ends_with(word));
    if ends(&["email", "e-mail", "email address"]) {
        Some("email_taken")
    } else if ends(&["phone", "phone number", "phone_number"]) {
        Some("phone_taken")
    } else if ends(&["external", "external id", "external_id"]) {
        Some("external_id_taken")
    } else {
        None
    }
}

/// serde_json's limit bounds the depth of this recursion.
fn collect(list: &mut Vec<Complaint>, field: Option<&str>, value: &Value) {
    match value {
        Value::String(text) => push(list, field, text),
        Value::Array(items) => items.iter().for_each(|item| collect(list, field, item)),
        Value::Object(members) => {
            let text = |key: &str| members.get(key).and_then(Value::as_str);
            let field = text("field").or(field);
            let before = list.len();
            for key in ["errors", "error", "error_description", "message", "description", "detail"] {
                match members.get(key) {
                    Some(Value::Object(fields)) if key == "errors" => {
                        fields.iter().for_each(|(name, texts)| collect(list, Some(name), texts));
                    }
                    Some(inner) => collect(list, field, inner),
                    None => {}
                }
            }
            // An entry without a message still has its status.
            if list.len() == before
                && let Some(word) = text("status").or_else(|| text("code")).or_else(|| text("type"))
            {
                push(list, field, word);
            }
        }
        _ => {}
    }
}

fn push(list: &mut Vec<Complaint>, field: Option<&str>, text: &str) {
    if list.len() < MAX_COMPLAINTS && !text.trim().is_empty() {
        let cut = |text: &str| text.trim().chars().take(MAX_TEXT_CHARS).collect::<String>();
        list.push(Complaint { field: field.map(cut), text: cut(text) });
    }
}

#[cfg(test)]
mod tests;
