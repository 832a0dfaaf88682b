//! Replies of InMoment, or of a proxy in front of it.

use inmoment::{
    Call, CallReply, CallReplyBody, EndUserWrite, FeedbackWrite, HttpReply, Lookup, ResponseWrite, decode,
};
use serde_json::Value;

const NOW_SECS: i64 = 1_700_000_000;

/// Reads lines as in HTTP: a word for the call (see [`calls`]) and the status; headers; an empty line; the body.
pub(crate) fn reply(data: &[u8]) {
    let end = data.windows(2).position(|two| two == b"\n\n").unwrap_or(data.len());
    let head = String::from_utf8_lossy(data.get(..end).unwrap_or_default());
    let body = data.get(end + 2..).unwrap_or_default().to_vec();
    let mut lines = head.lines();
    let first = lines.next().unwrap_or_default();
    let (word, status) = first.split_once(' ').unwrap_or((first, "200"));
    let status = status.trim().parse().unwrap_or(200);
    let headers = lines.filter_map(|line| line.split_once(':'));
    let headers = headers.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
    let reply = HttpReply { status, headers, body };
    for call in calls().into_iter().filter(|call| call.kind() == word) {
        understood(&call, &reply);
    }
}

fn understood(call: &Call, reply: &HttpReply) {
    match decode(call, reply, NOW_SECS) {
        Ok(CallReply { body, .. }) => {
            let not_found = body == CallReplyBody::NotFound;
            assert!((200..300).contains(&reply.status) || not_found, "{} counts as done", reply.status);
            if let (CallReplyBody::EndUser(user), Call::GetEndUser(lookup)) = (&body, call) {
                let record: Value = serde_json::from_slice(&reply.body).expect("the record that was read");
                // A field that the record does not have contradicts nothing.
                let has = |key: &str| record.get(key).is_some();
                let is_asked_for = match lookup {
                    Lookup::Id(id) => user.id == *id,
                    Lookup::ExternalId(id) => !has("external_id") || user.external_id.as_ref() == Some(id),
                    Lookup::Email(email) => {
                        let same = |one: &String| one.trim().eq_ignore_ascii_case(email);
                        !has("email") || user.email.as_ref().is_some_and(same)
                    }
                    Lookup::Phone(number) => {
                        !has("phone_number") || user.phone_number.as_ref() == Some(number)
                    }
                };
                assert!(is_asked_for, "another person's record is believed");
            }
        }
        Err(error) => assert!(!error.code.is_empty()),
    }
}

/// One call of each kind, and each way to look up an end user.
fn calls() -> Vec<Call> {
    let id = || "42".to_owned();
    let write = || EndUserWrite { email: Some("ada@example.com".to_owned()), ..EndUserWrite::default() };
    let response = ResponseWrite { score: "9".to_owned(), ..ResponseWrite::default() };
    vec![
        Call::Authenticate,
        Call::GetEndUser(Lookup::Id(id())),
        Call::GetEndUser(Lookup::ExternalId("cust-7".to_owned())),
        Call::GetEndUser(Lookup::Email("ada@example.com".to_owned())),
        Call::GetEndUser(Lookup::Phone("+4930123456".to_owned())),
        Call::CreateEndUser(write()),
        Call::UpdateEndUser { end_user_id: id(), write: write() },
        Call::CreateResponse { end_user_id: id(), write: response },
        Call::CreateDecline { end_user_id: id(), write: FeedbackWrite::default() },
        Call::ListResponses { end_user_id: id(), page: 1 },
        Call::ListDeclines { end_user_id: id(), page: 1 },
    ]
}
