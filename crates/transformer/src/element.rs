//! The elements of a reply, as text (docs/facts/transformer.md#router-reply, #processor, #stat-tags): keys are in
//! rudder-transformer's order, and `metadata` and `destination` are unchanged.

use crate::failure::{FailureKind, JobFailure};
use crate::request::Request;
use serde::Serialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// The sender of the request, for the tags.
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

/// The origin of a job, for the tags. Only failures have tags, so it is made only for them.
pub(crate) struct JobPlace {
    pub(crate) feature: Feature,
    /// The name in upper case.
    pub(crate) dest_type: String,
    pub(crate) destination_id: Option<String>,
    pub(crate) workspace_id: Option<String>,
}

/// The answer to a job.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum JobReply<'a> {
    /// A request that rudder-server sends with this token to this address.
    Request {
        request: Request,
        address: Arc<str>,
        token: Arc<str>,
    },
    /// The event was already transformed: it is the request itself.
    AsItIs(&'a str),
    Failed(JobFailure),
}

/// `statTags`, in rudder-transformer's order.
pub(crate) fn stat_tags(kind: FailureKind, status: u16, place: &JobPlace) -> Value {
    let (category, error_type) = match kind {
        FailureKind::Validation => ("dataValidation", Some("instrumentation")),
        FailureKind::Network if status == 429 => ("network", Some("throttled")),
        FailureKind::Network if (500..600).contains(&status) => ("network", Some("retryable")),
        FailureKind::Network => ("network", Some("aborted")),
        FailureKind::Native => ("transformation", None),
    };
    let mut tags = json!({ "errorCategory": category });
    let mut tag = |key: &str, value: Option<&str>| {
        if let Some(value) = value {
            tags[key] = Value::from(value);
        }
    };
    tag("errorType", error_type);
    // In the processor stage, rudder-transformer catches a JavaScript error where the other tags are not known.
    if kind != FailureKind::Native || place.feature == Feature::Router {
        tag("destType", Some(&place.dest_type));
        tag("module", Some("destination"));
        tag("implementation", Some("native"));
        tag("feature", Some(place.feature.word()));
        tag("destinationId", place.destination_id.as_deref());
        tag("workspaceId", place.workspace_id.as_deref());
    }
    tags
}

/// Writes one element of the router stage.
pub(crate) fn router(
    out: &mut Vec<u8>,
    answer: &JobReply<'_>,
    metadata: &str,
    destination: Option<&str>,
    place: impl FnOnce() -> JobPlace,
) {
    match answer {
        JobReply::Failed(failure) => {
            put(out, &["{\"metadata\":[", metadata, "],\"batched\":false,"]);
            put_failure(out, failure, &place());
        }
        answered => {
            put(out, &["{\"batchedRequest\":"]);
            put_answer(out, answered, "");
            put(out, &[",\"metadata\":[", metadata, "],\"batched\":false,\"statusCode\":200"]);
        }
    }
    if let Some(destination) = destination {
        put(out, &[",\"destination\":", destination]);
    }
    out.push(b'}');
}

/// Writes one element of the processor stage; without `metadata` if none came.
pub(crate) fn processor(
    out: &mut Vec<u8>,
    answer: &JobReply<'_>,
    metadata: Option<&str>,
    place: impl FnOnce() -> JobPlace,
) {
    match answer {
        JobReply::Failed(failure) => {
            put(out, &["{"]);
            if let Some(metadata) = metadata {
                put(out, &["\"metadata\":", metadata, ","]);
            }
            put_failure(out, failure, &place());
        }
        answered => {
            put(out, &["{\"output\":"]);
            put_answer(out, answered, ",\"userId\":\"\"");
            if let Some(metadata) = metadata {
                put(out, &[",\"metadata\":", metadata]);
            }
            put(out, &[",\"statusCode\":200"]);
        }
    }
    out.push(b'}');
}

fn put_failure(out: &mut Vec<u8>, failure: &JobFailure, place: &JobPlace) {
    put(out, &["\"statusCode\":", &failure.status.to_string(), ",\"error\":"]);
    put_json(out, &failure.text);
    put(out, &[",\"statTags\":"]);
    put_json(out, &stat_tags(failure.kind, failure.status, place));
}

/// `last` is written at the end of the request.
fn put_answer(out: &mut Vec<u8>, answer: &JobReply<'_>, last: &str) {
    match answer {
        JobReply::AsItIs(message) => put(out, &[message]),
        JobReply::Request { request, address, token } => put_request(out, request, address, token, last),
        JobReply::Failed(_) => {}
    }
}

fn put_request(out: &mut Vec<u8>, request: &Request, address: &str, token: &str, last: &str) {
    put(out, &["{\"version\":\"1\",\"type\":\"REST\",\"method\":\"", request.method, "\",\"endpoint\":"]);
    put_json(out, [address, request.path.as_str()].concat().as_str());
    put(out, &[",\"headers\":{\"Content-Type\":\"application/x-www-form-urlencoded\",\"Authorization\":"]);
    put_json(out, ["Bearer ", token].concat().as_str());
    put(out, &["},\"params\":{},\"body\":{\"JSON\":{},\"JSON_ARRAY\":{},\"XML\":{},\"FORM\":"]);
    put_json(out, &request.form);
    put(out, &["},\"files\":{}", last, "}"]);
}

fn put(out: &mut Vec<u8>, parts: &[&str]) {
    parts.iter().for_each(|part| out.extend_from_slice(part.as_bytes()));
}

fn put_json(out: &mut Vec<u8>, value: &(impl Serialize + ?Sized)) {
    // Writing to memory does not fail, and texts, numbers and objects of them can always be written as JSON.
    let _ = serde_json::to_writer(out, value);
}

/// A text as a JSON string.
pub(crate) fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

#[cfg(test)]
mod tests;
