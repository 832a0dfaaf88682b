//! The elements of a reply, as text (transformer.md 1.6, 1.8, 1.10): keys in the peer's order, `metadata` and `destination`
//! as they came.

use crate::failure::{JobFailure, Kind};
use crate::request::Request;
use serde_json::{Value, json};

/// Who asks, for the tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Feature {
    Router,
    Processor,
    DataDelivery,
}

impl Feature {
    fn word(self) -> &'static str {
        match self {
            Feature::Router => "router",
            Feature::Processor => "processor",
            Feature::DataDelivery => "dataDelivery",
        }
    }
}

/// Where a job belongs, for the tags.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) feature: Feature,
    /// In upper case.
    pub(crate) dest_type: &'a str,
    pub(crate) destination_id: Option<&'a str>,
    pub(crate) workspace_id: Option<&'a str>,
}

/// What a job is answered.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Answer<'a> {
    /// Send this, with this token, to this address.
    Request {
        request: Request,
        address: String,
        token: String,
    },
    /// The event was transformed before: it is the request itself.
    AsItIs(&'a str),
    Failed(JobFailure),
}

/// `statTags`, in the peer's order.
pub(crate) fn stat_tags(kind: Kind, status: u16, place: Place<'_>) -> Value {
    let (category, error_type) = match kind {
        Kind::Validation => ("dataValidation", Some("instrumentation")),
        Kind::Network if status == 429 => ("network", Some("throttled")),
        Kind::Network if (500..600).contains(&status) => ("network", Some("retryable")),
        Kind::Network => ("network", Some("aborted")),
        Kind::Native => ("transformation", None),
    };
    let mut tags = json!({ "errorCategory": category });
    let mut tag = |key: &str, value: Option<&str>| {
        if let Some(value) = value {
            tags[key] = Value::from(value);
        }
    };
    tag("errorType", error_type);
    // What JavaScript throws in the processor stage is caught further out, where nobody knows the rest.
    if kind != Kind::Native || place.feature == Feature::Router {
        tag("destType", Some(place.dest_type));
        tag("module", Some("destination"));
        tag("implementation", Some("native"));
        tag("feature", Some(place.feature.word()));
        tag("destinationId", place.destination_id);
        tag("workspaceId", place.workspace_id);
    }
    tags
}

/// Writes one element of the router stage.
pub(crate) fn router(
    out: &mut String,
    answer: &Answer<'_>,
    metadata: &str,
    destination: Option<&str>,
    place: Place<'_>,
) {
    match answer {
        Answer::Failed(failure) => {
            put(out, &["{\"metadata\":[", metadata, "],\"batched\":false,\"statusCode\":"]);
            put(out, &[&failure.status.to_string(), ",\"error\":", &quoted(&failure.text), ",\"statTags\":"]);
            put(out, &[&stat_tags(failure.kind, failure.status, place).to_string()]);
        }
        answered => {
            out.push_str("{\"batchedRequest\":");
            match answered {
                Answer::AsItIs(message) => out.push_str(message),
                Answer::Request { request, address, token } => {
                    self::request(out, request, address, token, "");
                }
                Answer::Failed(_) => {}
            }
            put(out, &[",\"metadata\":[", metadata, "],\"batched\":false,\"statusCode\":200"]);
        }
    }
    if let Some(destination) = destination {
        put(out, &[",\"destination\":", destination]);
    }
    out.push('}');
}

/// Writes one element of the processor stage.
pub(crate) fn processor(out: &mut String, answer: &Answer<'_>, metadata: &str, place: Place<'_>) {
    match answer {
        Answer::Failed(failure) => {
            put(out, &["{\"metadata\":", metadata, ",\"statusCode\":", &failure.status.to_string()]);
            put(out, &[",\"error\":", &quoted(&failure.text), ",\"statTags\":"]);
            put(out, &[&stat_tags(failure.kind, failure.status, place).to_string(), "}"]);
        }
        answered => {
            out.push_str("{\"output\":");
            match answered {
                Answer::AsItIs(message) => out.push_str(message),
                Answer::Request { request, address, token } => {
                    self::request(out, request, address, token, ",\"userId\":\"\"");
                }
                Answer::Failed(_) => {}
            }
            put(out, &[",\"metadata\":", metadata, ",\"statusCode\":200}"]);
        }
    }
}

fn request(out: &mut String, request: &Request, address: &str, token: &str, last: &str) {
    let endpoint = quoted(&format!("{address}{}", request.path));
    let authorization = quoted(&format!("Bearer {token}"));
    put(
        out,
        &[
            "{\"version\":\"1\",\"type\":\"REST\",\"method\":\"",
            request.method,
            "\",\"endpoint\":",
            &endpoint,
        ],
    );
    put(
        out,
        &[
            ",\"headers\":{\"Content-Type\":\"application/x-www-form-urlencoded\",\"Authorization\":",
            &authorization,
        ],
    );
    put(out, &["},\"params\":{},\"body\":{\"JSON\":{},\"JSON_ARRAY\":{},\"XML\":{},\"FORM\":{"]);
    for (nth, (key, value)) in request.form.iter().enumerate() {
        put(out, &[if nth > 0 { "," } else { "" }, &quoted(key), ":", &value.to_string()]);
    }
    put(out, &["}},\"files\":{}", last, "}"]);
}

fn put(out: &mut String, parts: &[&str]) {
    parts.iter().for_each(|part| out.push_str(part));
}

/// A text as a JSON string.
pub(crate) fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

#[cfg(test)]
mod tests;
