//! Encodes a call as an HTTP request (docs/facts/inmoment-api.md#look-up, #create-end-user, #update-end-user,
//! #responses, #declines, #endpoint-cards). Pure.
//!
//! An id is always one path segment. Everything but the unreserved characters of RFC 3986 is percent-encoded, so that
//! `a/b?c#d` stays an id and cannot reach another resource. Percent-encoding does not help for three ids, which are
//! refused before anything is sent ([`Call::unaddressable`]): the empty id, which would name the list of all end users,
//! and `.` and `..`, which URL libraries and servers resolve as "here" and "up" even when their dots are
//! percent-encoded.

use crate::call::{Call, EndUserWrite, FeedbackWrite, Lookup, ResponseWrite};
use crate::form::Form;
use crate::http::HttpRequest;
use crate::outcome::{CallError, Executed, FailureClass, RateHeaders};
use crate::percent::encoded;
use crate::token::TOKEN_PATH;

/// Longer ids are refused, because usual servers refuse request lines above 8 KiB.
const MAX_ENCODED_ID_BYTES: usize = 7_680;

/// The newest first, and the largest page that InMoment allows (docs/facts/inmoment-api.md#pagination, #q5).
const LIST_QUERY: &str = "per_page=50&sort_order=desc&sort_key=created_at";

impl Call {
    /// The request for this call. [`Call::Authenticate`] has no credentials, so its request names only the token
    /// endpoint; [`token::password_request`](crate::token::password_request) makes the request that is sent.
    pub fn request(&self) -> HttpRequest {
        match self {
            Call::Authenticate => HttpRequest::post(TOKEN_PATH.to_owned(), Form::new()),
            Call::GetEndUser(lookup) => HttpRequest::get(match lookup {
                Lookup::Id(id) => end_user_path(id, ""),
                Lookup::ExternalId(id) => end_user_path(id, "?lookup_by_external_id=true"),
                Lookup::Phone(number) => format!("/v1/end_users/phone_number/{}", encoded(number)),
                Lookup::Email(email) => end_user_path(email, "?lookup_by_email=true"),
            }),
            Call::CreateEndUser(write) => HttpRequest::post("/v1/end_users".to_owned(), end_user_form(write)),
            Call::UpdateEndUser { end_user_id, write } => HttpRequest {
                method: "PUT",
                path: end_user_path(end_user_id, ""),
                form: Some(end_user_form(write).finish()),
            },
            Call::CreateResponse { end_user_id, write } => {
                HttpRequest::post(end_user_path(end_user_id, "/responses"), response_form(write))
            }
            Call::CreateDecline { end_user_id, write } => {
                HttpRequest::post(end_user_path(end_user_id, "/declines"), feedback_form(Form::new(), write))
            }
            Call::ListResponses { end_user_id, page } => {
                HttpRequest::get(end_user_path(end_user_id, &format!("/responses?page={page}&{LIST_QUERY}")))
            }
            Call::ListDeclines { end_user_id, page } => {
                HttpRequest::get(end_user_path(end_user_id, &format!("/declines?page={page}&{LIST_QUERY}")))
            }
        }
    }

    /// Why this call must not be sent at all: its id cannot be part of a path. Nothing else is checked here.
    pub fn unaddressable(&self) -> Option<CallError> {
        let id = self.path_id()?;
        let reason = match id {
            "" => "it is empty",
            "." | ".." => "dots alone cannot be named in a URL",
            _ if encoded(id).len() > MAX_ENCODED_ID_BYTES => "it is too long for a URL",
            _ => return None,
        };
        Some(CallError {
            class: FailureClass::Reject,
            executed: Executed::No,
            status: None,
            code: "id_unusable",
            message: format!("InMoment cannot be asked about an end user with this id: {reason}"),
            rate: RateHeaders::default(),
        })
    }
}

/// The path of an end user, with the id percent-encoded as one segment, followed by `rest` unchanged.
pub fn end_user_path(id: &str, rest: &str) -> String {
    format!("/v1/end_users/{}{rest}", encoded(id))
}

fn end_user_form(write: &EndUserWrite) -> Form {
    Form::new()
        .optional("email", write.email.as_deref())
        .optional("phone_number", write.phone_number.as_deref())
        .optional("last_surveyed", write.last_surveyed.as_deref())
        .optional("external_created_at", write.external_created_at.as_deref())
        .optional("external_id", write.external_id.as_deref())
        .properties("properties", write.properties.as_deref())
}

fn response_form(write: &ResponseWrite) -> Form {
    let form = Form::new()
        .text("score", &write.score)
        .optional("ip_address", write.ip_address.as_deref())
        .optional("text", write.text.as_deref());
    feedback_form(form, &write.feedback)
}

fn feedback_form(form: Form, write: &FeedbackWrite) -> Form {
    form.optional("origin_url", write.origin_url.as_deref())
        .optional("created_at", write.created_at.as_deref())
        .properties("end_user[properties]", write.properties.as_deref())
}

#[cfg(test)]
mod tests;
