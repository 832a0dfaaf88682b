//! The delivery proxy (docs/facts/transformer.md#delivery-proxy): rudder-server passes a request that the transformer
//! made, and the transformer sends it and reports the result.
//!
//! A refused token is replaced once, with the login in the request, and the request is sent again.
//! [`failure`](crate::failure) explains what statuses mean to rudder-server: a refused login never makes it abort an
//! event.

use crate::account::Accounts;
use crate::counters::Counters;
use crate::deliver::{Deliverer, Payload, ProxyRequest, Undelivered};
use crate::element::{Feature, JobPlace, quoted, stat_tags};
use crate::failure::{FailureKind, body_of, lost, status_of_call};
use crate::reply::{self, Reply};
use crate::route::ProxyVersion;
use event::raw;
use http::StatusCode;
use inmoment::HttpReply;
use serde_json::{Map, Value, json};

/// rudder-transformer's text if there is no other, with its misspelling.
const UNKNOWN: &str = "Non-determininable";

/// A request to the proxy.
struct Handed<'a> {
    delivery: Result<ProxyRequest, &'static str>,
    /// The elements of `metadata`; `None` if there is no `metadata`.
    metadata: Option<Vec<&'a str>>,
    destination_config: &'a str,
}

/// The result of a request.
struct ProxyOutcome {
    status: u16,
    response: Value,
    kind: FailureKind,
}

/// Answers the requests to the proxy.
pub(crate) struct Proxy<'t> {
    pub(crate) accounts: &'t Accounts,
    pub(crate) deliverer: &'t Deliverer,
    pub(crate) counters: &'t Counters,
}

impl Proxy<'_> {
    /// Answers one request; `name` is the destination's name in the path.
    pub(crate) async fn answer(&self, version: ProxyVersion, name: &str, body: &str) -> Reply {
        let body = raw::plain(body);
        let Ok(handed) = Handed::read(&body, version) else {
            return reply::error(StatusCode::BAD_REQUEST, "the body is no JSON object");
        };
        if version == ProxyVersion::V1 && handed.metadata.is_none() {
            return reply::error(StatusCode::INTERNAL_SERVER_ERROR, "metadata is missing: it must be a list");
        }
        let outcome = match &handed.delivery {
            Ok(delivery) => self.send(delivery, &handed).await,
            Err(why) => ProxyOutcome { status: 500, response: Value::from(*why), kind: FailureKind::Native },
        };
        let jobs = handed.metadata.as_ref().map_or(1, Vec::len);
        (0..jobs).for_each(|_| self.counters.job(outcome.status));
        match version {
            ProxyVersion::V0 => v0(name, &outcome, &handed),
            ProxyVersion::V1 => v1(name, &outcome, &handed),
        }
    }

    async fn send(&self, delivery: &ProxyRequest, handed: &Handed<'_>) -> ProxyOutcome {
        let account = handed
            .id("destinationId")
            .and_then(|id| crate::destination::login(&quoted(&id), handed.destination_config).ok())
            .and_then(|login| self.accounts.of(&login));
        let mut answered = self.deliverer.send(delivery).await;
        if let (Ok(reply), Some(account)) = (&answered, &account) {
            account.learn(reply);
            if reply.status == 401
                && let Some(refused) = bearer(&delivery.headers)
                && let Ok(token) = account.replaced_token(&refused).await
            {
                answered = self.deliverer.send(&delivery.with_token(&token)).await;
            }
        }
        match answered {
            Ok(reply) => ProxyOutcome {
                status: if reply.status < 300 { reply.status } else { status_of_call(reply.status) },
                response: delivered_body(&reply),
                kind: FailureKind::Network,
            },
            Err(Undelivered::Lost(cause)) => {
                ProxyOutcome { status: 500, response: Value::from(lost(cause)), kind: FailureKind::Network }
            }
            Err(Undelivered::Refused(why)) => {
                ProxyOutcome { status: 500, response: Value::from(why), kind: FailureKind::Network }
            }
        }
    }
}

impl<'a> Handed<'a> {
    fn read(body: &'a str, version: ProxyVersion) -> Result<Handed<'a>, raw::NotJson> {
        let members = raw::members(body)?;
        let text = |key| match raw::find(&members, key).map(raw::value) {
            Some(Ok(Value::String(text))) => text,
            _ => String::new(),
        };
        let object =
            |key| raw::find(&members, key).and_then(|text| raw::object(text).ok()).unwrap_or_default();
        let delivery = payload(raw::find(&members, "body")).map(|body| ProxyRequest {
            method: text("method"),
            endpoint: text("endpoint"),
            headers: object("headers"),
            params: object("params"),
            body,
        });
        let metadata = raw::find(&members, "metadata");
        Ok(Handed {
            delivery,
            metadata: match version {
                ProxyVersion::V0 => metadata.map(|one| vec![one]),
                ProxyVersion::V1 => metadata.and_then(|list| raw::elements(list).ok()),
            },
            destination_config: raw::find(&members, "destinationConfig").unwrap_or("{}"),
        })
    }

    /// An id of the first job, for the tags and the account.
    fn id(&self, key: &str) -> Option<String> {
        let members = raw::members(self.metadata.as_ref()?.first()?).ok()?;
        match raw::value(raw::find(&members, key)?) {
            Ok(Value::String(id)) => Some(id),
            _ => None,
        }
    }
}

/// The last format that is not empty (docs/facts/transformer.md#proxy-body). A format that InMoment does not accept is
/// refused.
fn payload(body: Option<&str>) -> Result<Payload, &'static str> {
    let Some(Ok(formats)) = body.map(raw::object) else {
        return Err("the request has no body to deliver; nothing was sent");
    };
    let filled = |value: &Value| value.as_object().is_some_and(|members| !members.is_empty());
    match formats.into_iter().rfind(|(_, value)| filled(value)) {
        None => Ok(Payload::Nothing),
        Some((format, Value::Object(members))) if format == "FORM" => Ok(Payload::Form(members)),
        Some((format, Value::Object(members))) if format == "JSON" => Ok(Payload::Json(members)),
        Some(_) => Err("InMoment takes forms and JSON only; nothing was sent"),
    }
}

/// An empty body is an empty text (docs/facts/transformer.md#proxy-empty-body).
fn delivered_body(reply: &HttpReply) -> Value {
    if reply.body.is_empty() { Value::from("") } else { body_of(reply) }
}

fn bearer(headers: &Map<String, Value>) -> Option<String> {
    let (_, value) = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("authorization"))?;
    Some(value.as_str()?.strip_prefix("Bearer ")?.to_owned())
}

fn message(name: &str, status: u16) -> String {
    if (200..300).contains(&status) {
        format!("[Generic Response Handler] Request for destination: {name} Processed Successfully")
    } else {
        format!("[Generic Response Handler] Request failed for destination {name} with status: {status}")
    }
}

fn tags(name: &str, outcome: &ProxyOutcome, handed: &Handed<'_>) -> Value {
    let id = |key| Some(handed.id(key).unwrap_or_else(|| UNKNOWN.to_owned()));
    let place = JobPlace {
        feature: Feature::DataDelivery,
        dest_type: name.to_uppercase(),
        destination_id: id("destinationId"),
        workspace_id: id("workspaceId"),
    };
    stat_tags(outcome.kind, outcome.status, &place)
}

fn v0(name: &str, outcome: &ProxyOutcome, handed: &Handed<'_>) -> Reply {
    let is_done = (200..300).contains(&outcome.status);
    let mut output = json!({ "status": outcome.status });
    if outcome.kind == FailureKind::Native {
        output["message"] = outcome.response.clone();
        output["destinationResponse"] = Value::from("");
    } else {
        output["message"] = Value::from(message(name, outcome.status));
        output["destinationResponse"] = json!({ "response": outcome.response, "status": outcome.status });
    }
    if !is_done {
        output["statTags"] = tags(name, outcome, handed);
    }
    // InMoment's 404 must not look like a 404 of the transformer.
    let status = match outcome.status {
        200..=299 => 200,
        404 => 400,
        other => other,
    };
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    reply::versioned(status, json!({ "output": output }).to_string())
}

fn v1(name: &str, outcome: &ProxyOutcome, handed: &Handed<'_>) -> Reply {
    let error = match (&outcome.kind, &outcome.response) {
        (FailureKind::Native, Value::String(text)) => quoted(text),
        (_, response) => quoted(&response.to_string()),
    };
    let responses: Vec<String> = handed
        .metadata
        .iter()
        .flatten()
        .map(|metadata| {
            format!("{{\"error\":{error},\"statusCode\":{},\"metadata\":{metadata}}}", outcome.status)
        })
        .collect();
    let (responses, message) = (responses.join(","), quoted(&message(name, outcome.status)));
    let output = if (200..300).contains(&outcome.status) {
        format!("{{\"response\":[{responses}],\"status\":{},\"message\":{message}}}", outcome.status)
    } else {
        let tags = tags(name, outcome, handed);
        format!(
            "{{\"response\":[{responses}],\"statTags\":{tags},\"message\":{message},\"status\":{}}}",
            outcome.status
        )
    };
    reply::versioned(StatusCode::OK, format!("{{\"output\":{output}}}"))
}
