//! The calls that delivery, read-back and reconciliation need
//! (docs/facts/inmoment-api.md#look-up, #create-end-user, #update-end-user, #responses, #declines, #endpoint-cards).

use serde_json::Value;

/// How an end user is looked up (docs/facts/inmoment-api.md#look-up). `Debug` shows only the kind of look-up: the value
/// is personal data.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Lookup {
    /// `GET /v1/end_users/{id}`
    Id(String),
    /// `GET /v1/end_users/{external id}?lookup_by_external_id=true`
    ExternalId(String),
    /// `GET /v1/end_users/{e-mail}?lookup_by_email=true`
    Email(String),
    /// `GET /v1/end_users/phone_number/{number}`; the number begins with `+`, because InMoment would take digits alone
    /// for an id
    Phone(String),
}

/// The value of one property in a form body. `Debug` shows the variant only: the value is personal data.
#[derive(Clone, PartialEq)]
pub enum PropertyValue {
    /// Text from an event.
    Text(String),
    /// A value that InMoment returned and that is sent back unchanged: numbers keep their digits, arrays and objects
    /// use nested form keys, null is left out.
    Stored(Value),
}

/// Fields of a create or update of an end user; absent fields are not sent (docs/facts/inmoment-api.md#create-end-user, #update-end-user).
#[derive(Clone, PartialEq, Default)]
pub struct EndUserWrite {
    /// `email`
    pub email: Option<String>,
    /// `phone_number`
    pub phone_number: Option<String>,
    /// `last_surveyed`, UNIX seconds as text
    pub last_surveyed: Option<String>,
    /// `external_created_at`, UNIX seconds as text
    pub external_created_at: Option<String>,
    /// `external_id`
    pub external_id: Option<String>,
    /// `properties[…]` in order; `None` sends none and leaves the stored ones unchanged.
    pub properties: Option<Vec<(String, PropertyValue)>>,
}

/// The fields that a response and a decline have in common.
#[derive(Clone, PartialEq, Default)]
pub struct FeedbackWrite {
    /// `origin_url`
    pub origin_url: Option<String>,
    /// `created_at`, UNIX seconds as text
    pub created_at: Option<String>,
    /// `end_user[properties][…]` in order; `None` sends none.
    pub properties: Option<Vec<(String, PropertyValue)>>,
}

/// Fields of a new survey response (docs/facts/inmoment-api.md#create-response).
#[derive(Clone, PartialEq, Default)]
pub struct ResponseWrite {
    /// `score`, as text
    pub score: String,
    /// `ip_address`
    pub ip_address: Option<String>,
    /// `text`
    pub text: Option<String>,
    /// The fields that it shares with a decline.
    pub feedback: FeedbackWrite,
}

/// One call to InMoment. `Debug` shows its kind only: the fields are personal data.
#[derive(Clone, PartialEq)]
pub enum Call {
    /// Requests a new token with the password, even if there is a token: this proves the credentials.
    Authenticate,
    /// Looks an end user up; if InMoment does not know the end user, the [`CallOutcome`](crate::CallOutcome) is `Ok`
    /// with `CallReplyBody::NotFound`.
    GetEndUser(Lookup),
    /// `POST /v1/end_users`
    CreateEndUser(EndUserWrite),
    /// `PUT /v1/end_users/{id}`
    UpdateEndUser {
        /// InMoment's id
        end_user_id: String,
        /// what to set
        write: EndUserWrite,
    },
    /// `POST /v1/end_users/{id}/responses`
    CreateResponse {
        /// InMoment's id
        end_user_id: String,
        /// the response
        write: ResponseWrite,
    },
    /// `POST /v1/end_users/{id}/declines`
    CreateDecline {
        /// InMoment's id
        end_user_id: String,
        /// the decline
        write: FeedbackWrite,
    },
    /// `GET /v1/end_users/{id}/responses`, newest first, at most 50 a page
    ListResponses {
        /// InMoment's id
        end_user_id: String,
        /// 1 to 30
        page: u32,
    },
    /// `GET /v1/end_users/{id}/declines`, newest first, at most 50 a page
    ListDeclines {
        /// InMoment's id
        end_user_id: String,
        /// 1 to 30
        page: u32,
    },
}

impl Call {
    /// A stable word for logs and metrics, without personal data.
    pub fn kind(&self) -> &'static str {
        match self {
            Call::Authenticate => "authenticate",
            Call::GetEndUser(_) => "get_end_user",
            Call::CreateEndUser(_) => "create_end_user",
            Call::UpdateEndUser { .. } => "update_end_user",
            Call::CreateResponse { .. } => "create_response",
            Call::CreateDecline { .. } => "create_decline",
            Call::ListResponses { .. } => "list_responses",
            Call::ListDeclines { .. } => "list_declines",
        }
    }

    /// Whether the call changes data at InMoment. A call that only reads is never "perhaps executed", because it can be
    /// repeated without harm.
    pub fn writes(&self) -> bool {
        match self {
            Call::CreateEndUser(_)
            | Call::UpdateEndUser { .. }
            | Call::CreateResponse { .. }
            | Call::CreateDecline { .. } => true,
            Call::Authenticate
            | Call::GetEndUser(_)
            | Call::ListResponses { .. }
            | Call::ListDeclines { .. } => false,
        }
    }

    /// The id, external id, e-mail or phone number that becomes a path segment.
    pub(crate) fn path_id(&self) -> Option<&str> {
        match self {
            Call::Authenticate | Call::CreateEndUser(_) => None,
            Call::GetEndUser(
                Lookup::Id(id) | Lookup::ExternalId(id) | Lookup::Email(id) | Lookup::Phone(id),
            ) => Some(id),
            Call::UpdateEndUser { end_user_id, .. }
            | Call::CreateResponse { end_user_id, .. }
            | Call::CreateDecline { end_user_id, .. }
            | Call::ListResponses { end_user_id, .. }
            | Call::ListDeclines { end_user_id, .. } => Some(end_user_id),
        }
    }

    /// The values that name a person or repeat a person's words, so that they can be removed from an error text.
    pub(crate) fn personal_values(&self) -> Vec<&str> {
        let mut values: Vec<&str> = self.path_id().into_iter().collect();
        match self {
            Call::CreateEndUser(write) | Call::UpdateEndUser { write, .. } => {
                let fields = [&write.email, &write.phone_number, &write.external_id];
                values.extend(fields.into_iter().flatten().map(String::as_str));
            }
            Call::CreateResponse { write, .. } => {
                let fields = [&write.ip_address, &write.text, &write.feedback.origin_url];
                values.extend(fields.into_iter().flatten().map(String::as_str));
            }
            Call::CreateDecline { write, .. } => values.extend(write.origin_url.as_deref()),
            _ => {}
        }
        values
    }
}

impl std::fmt::Debug for Lookup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Lookup::Id(_) => "Id(..)",
            Lookup::ExternalId(_) => "ExternalId(..)",
            Lookup::Email(_) => "Email(..)",
            Lookup::Phone(_) => "Phone(..)",
        })
    }
}

impl std::fmt::Debug for PropertyValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            PropertyValue::Text(_) => "Text(..)",
            PropertyValue::Stored(_) => "Stored(..)",
        })
    }
}

impl std::fmt::Debug for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Call").field(&self.kind()).finish()
    }
}
