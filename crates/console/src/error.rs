//! The console's errors: a stable word, what happened, and what to do.

use crate::advice;
use axum::Json;
use axum::http::StatusCode;
use axum::http::header::{HeaderValue, RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use journal::JournalError;
use registry::address::NotAllowed;
use registry::alert::AlertError;
use registry::record::{FormError, RecordError};
use registry::{FieldError, VaultError};
use serde::Serialize;
use std::time::Duration;
use supervise::{Broken, PartReport};
use utoipa::{IntoResponses, ToSchema};

/// The stable words (docs/errors.md).
pub mod code {
    /// the token is missing or wrong
    pub const UNAUTHORIZED: &str = "unauthorized";
    /// the session is over
    pub const SESSION_EXPIRED: &str = "session_expired";
    /// the role does not suffice
    pub const FORBIDDEN: &str = "forbidden";
    /// the change may come from a page of another origin (cross-site request forgery)
    pub const CSRF: &str = "csrf";
    /// the request's host name is not this machine's (DNS rebinding)
    pub const HOST_REFUSED: &str = "host_refused";
    /// name and password do not belong together
    pub const LOGIN_REFUSED: &str = "login_refused";
    /// too many attempts
    pub const THROTTLED: &str = "throttled";
    /// the token differs from that of the link that the server printed
    pub const SETUP_TOKEN_WRONG: &str = "setup_token_wrong";
    /// a person has been set up already
    pub const ALREADY_SET_UP: &str = "already_set_up";
    /// no administrator would be left
    pub const LAST_ADMINISTRATOR: &str = "last_administrator";
    /// there is no person with this name
    pub const UNKNOWN_PERSON: &str = "unknown_person";
    /// there is no API token with this id
    pub const UNKNOWN_TOKEN: &str = "unknown_token";
    /// an entry with this name exists already
    pub const CONFLICT: &str = "conflict";
    /// the operating system gives no randomness
    pub const NO_RANDOMNESS: &str = "no_randomness";
    /// there is not enough memory to hash a password
    pub const NO_MEMORY: &str = "no_memory";
    /// there is no such path
    pub const NOT_FOUND: &str = "not_found_here";
    /// there is no dead letter with this number
    pub const UNKNOWN_DEAD_LETTER: &str = "unknown_dead_letter";
    /// there is no destination with this name
    pub const UNKNOWN_DESTINATION: &str = "unknown_destination";
    /// there is no event with this id
    pub const UNKNOWN_EVENT: &str = "unknown_event";
    /// too many people look at events as they arrive
    pub const TOO_MANY_LIVE: &str = "too_many_live";
    /// the request does not say which dead letters it means
    pub const SELECTION_NEEDED: &str = "selection_needed";
    /// there is no source with this name
    pub const UNKNOWN_SOURCE_HERE: &str = "unknown_source_here";
    /// there is no alert with this name
    pub const UNKNOWN_ALERT: &str = "unknown_alert";
    /// the destination has no rule with this name
    pub const UNKNOWN_RULE: &str = "unknown_rule";
    /// there is no conflict with this number
    pub const UNKNOWN_CONFLICT: &str = "unknown_conflict";
    /// another machine of the cluster delivers to the destination
    pub const DELIVERED_ELSEWHERE: &str = delivery::code::DELIVERED_ELSEWHERE;
    /// there is no time zone with this name
    pub const UNKNOWN_TIME_ZONE: &str = "unknown_time_zone";
    /// the entry is in the configuration file
    pub const READ_ONLY: &str = "read_only";
    /// a kept secret cannot be opened
    pub const SECRETS_LOCKED: &str = "secrets_locked";
    /// the change is written, and the running server could not apply it
    pub const NOT_APPLIED: &str = "not_applied";
    /// an address that this server does not call
    pub const ADDRESS_REFUSED: &str = "address_refused";
    /// the order has not been written by the journal yet
    pub const ORDER_WAITS: &str = "order_waits";
    /// a message could not be sent to a webhook
    pub const WEBHOOK_FAILED: &str = "webhook_failed";
    /// a parameter or the body cannot be understood
    pub const INVALID_REQUEST: &str = "invalid_request";
    /// the server is shutting down
    pub const STOPPING: &str = "stopping";
    /// the server has a fault
    pub const INTERNAL: &str = "internal";
    /// a part of the server has ended; it may start again
    pub const PART_DOWN: &str = "part_down";
    /// no room on the disk
    pub const JOURNAL_FULL: &str = "journal_full";
    /// two servers on one data folder
    pub const JOURNAL_LOCKED: &str = "journal_locked";
    /// the data was written by a newer version
    pub const JOURNAL_NEWER: &str = "journal_newer";
    /// the folder cannot be used
    pub const JOURNAL_UNUSABLE: &str = "journal_unusable";
    /// the journal was closed
    pub const JOURNAL_CLOSED: &str = "journal_closed";
    /// the journal does not have the record, or no longer
    pub const JOURNAL_NOT_FOUND: &str = "journal_not_found";
    /// the journal cannot store the record as it is
    pub const JOURNAL_REFUSED: &str = "journal_refused";
    /// another error of the storage
    pub const JOURNAL_STORAGE: &str = "journal_storage";
    /// the disk does not read or write
    pub const JOURNAL_DISK_FAILING: &str = "journal_disk_failing";
    /// the file is not what was written
    pub const JOURNAL_DAMAGED: &str = "journal_damaged";
    /// the log that several machines share takes nothing
    pub const LOG_UNREACHABLE: &str = "log_unreachable";
    /// it is not known whether that log has taken something
    pub const LOG_UNCONFIRMED: &str = "log_unconfirmed";
    /// another machine decides this now
    pub const NOT_LEADER: &str = "not_leader";

    /// All codes.
    pub const ALL: [&str; 49] = [
        UNKNOWN_CONFLICT,
        JOURNAL_DISK_FAILING,
        INTERNAL,
        PART_DOWN,
        ORDER_WAITS,
        ADDRESS_REFUSED,
        UNKNOWN_SOURCE_HERE,
        UNKNOWN_ALERT,
        UNKNOWN_RULE,
        UNKNOWN_TIME_ZONE,
        READ_ONLY,
        SECRETS_LOCKED,
        NOT_APPLIED,
        WEBHOOK_FAILED,
        UNAUTHORIZED,
        SESSION_EXPIRED,
        FORBIDDEN,
        CSRF,
        HOST_REFUSED,
        LOGIN_REFUSED,
        THROTTLED,
        SETUP_TOKEN_WRONG,
        ALREADY_SET_UP,
        LAST_ADMINISTRATOR,
        UNKNOWN_PERSON,
        UNKNOWN_TOKEN,
        CONFLICT,
        NO_RANDOMNESS,
        NO_MEMORY,
        NOT_FOUND,
        UNKNOWN_DEAD_LETTER,
        UNKNOWN_DESTINATION,
        UNKNOWN_EVENT,
        TOO_MANY_LIVE,
        SELECTION_NEEDED,
        INVALID_REQUEST,
        STOPPING,
        JOURNAL_FULL,
        JOURNAL_LOCKED,
        JOURNAL_NEWER,
        JOURNAL_UNUSABLE,
        JOURNAL_CLOSED,
        JOURNAL_NOT_FOUND,
        JOURNAL_REFUSED,
        JOURNAL_STORAGE,
        JOURNAL_DAMAGED,
        LOG_UNREACHABLE,
        LOG_UNCONFIRMED,
        NOT_LEADER,
    ];
}

/// A journal error for people: its code, what it means for the data, and what to do.
pub fn words(error: &JournalError) -> (&'static str, &'static str, &'static str) {
    let code = match error {
        JournalError::Full => code::JOURNAL_FULL,
        JournalError::Disk(_) => code::JOURNAL_DISK_FAILING,
        JournalError::Locked(_) => code::JOURNAL_LOCKED,
        JournalError::Newer { .. } => code::JOURNAL_NEWER,
        JournalError::Unusable(_) => code::JOURNAL_UNUSABLE,
        JournalError::Damaged(_) => code::JOURNAL_DAMAGED,
        JournalError::Closed => code::JOURNAL_CLOSED,
        JournalError::NotFound(_) => code::JOURNAL_NOT_FOUND,
        JournalError::Refused(_) => code::JOURNAL_REFUSED,
        JournalError::LogUnreachable(_) => code::LOG_UNREACHABLE,
        JournalError::Unconfirmed(_) => code::LOG_UNCONFIRMED,
        JournalError::Deposed => code::NOT_LEADER,
        JournalError::Storage(_) => code::JOURNAL_STORAGE,
    };
    let (means, what_to_do) = advice::plain(code);
    (code, means, what_to_do)
}

/// The errors that every route may answer.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "read by the macro alone")]
pub(crate) enum Refusals {
    /// The request cannot be carried out as it is.
    #[response(status = "4XX")]
    Client(ErrorBody),
    /// The server cannot carry the request out now.
    #[response(status = "5XX")]
    Server(ErrorBody),
}

/// An error and the status and headers that it is answered with.
#[derive(Debug)]
pub(crate) struct ApiError {
    status: StatusCode,
    body: ErrorBody,
    retry_after: Option<Duration>,
}

/// Why something could not be done.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ErrorBody {
    /// the error's code (docs/errors.md)
    pub(crate) code: &'static str,
    /// what happened, and what it means for the data
    pub(crate) message: String,
    /// what to do
    pub(crate) what_to_do: String,
    /// the parameter or member that is wrong
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) field: Option<String>,
}

impl ApiError {
    /// The error with this code; what to do is what docs/errors.md says of the code.
    pub(crate) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        let (_, what_to_do) = advice::plain(code);
        let what_to_do = what_to_do.to_owned();
        let body = ErrorBody { code, message: message.into(), what_to_do, field: None };
        ApiError { status, body, retry_after: None }
    }

    /// Replaces the advice of the document, for a case in which more is known than the code says.
    pub(crate) fn advising(mut self, what_to_do: impl Into<String>) -> Self {
        self.body.what_to_do = what_to_do.into();
        self
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        ApiError::new(StatusCode::BAD_REQUEST, code::INVALID_REQUEST, message)
    }

    /// One part of the request is wrong.
    pub(crate) fn invalid_field(field: &str, message: impl Into<String>) -> Self {
        let mut error = ApiError::invalid(message);
        error.body.field = Some(field.to_owned());
        error
    }

    /// The request fits the API's description, but its parts contradict each other or the present state.
    pub(crate) fn unfit(message: impl Into<String>) -> Self {
        let mut error = ApiError::invalid(message);
        error.status = StatusCode::UNPROCESSABLE_ENTITY;
        error
    }

    /// The same error, which names one part of the request.
    pub(crate) fn unfit_field(field: &str, message: impl Into<String>) -> Self {
        let mut error = ApiError::unfit(message);
        error.body.field = Some(field.to_owned());
        error
    }

    /// The part of the request that is wrong.
    #[cfg(test)]
    pub(crate) fn field(&self) -> Option<&str> {
        self.body.field.as_deref()
    }

    pub(crate) fn throttled(message: &str, wait: Duration) -> Self {
        // `Retry-After` has whole seconds, so a fraction is rounded up.
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        let mut error = ApiError::new(StatusCode::TOO_MANY_REQUESTS, code::THROTTLED, message)
            .advising(format!("wait {seconds} s, then try again"));
        error.retry_after = Some(Duration::from_secs(seconds));
        error
    }

    /// What happened, for the log.
    pub(crate) fn message(&self) -> &str {
        &self.body.message
    }

    pub(crate) fn unknown_source(name: &str) -> Self {
        let message = format!("there is no source {name:?}");
        ApiError::new(StatusCode::NOT_FOUND, code::UNKNOWN_SOURCE_HERE, message)
    }

    pub(crate) fn unknown_alert(name: &str) -> Self {
        let message = format!("there is no alert {name:?}");
        ApiError::new(StatusCode::NOT_FOUND, code::UNKNOWN_ALERT, message)
    }

    pub(crate) fn unknown_time_zone() -> Self {
        let mut error = ApiError::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            code::UNKNOWN_TIME_ZONE,
            "there is no time zone of this name, so nothing was counted",
        );
        error.body.field = Some("tz".to_owned());
        error
    }

    pub(crate) fn name_taken(what: &str, name: &str) -> Self {
        let mut error = ApiError::conflict(&format!("there is a {what} {name:?} already"));
        error.body.field = Some("name".to_owned());
        error
    }

    /// The error for a change that conflicts with an existing entry.
    pub(crate) fn taken(message: String, field: &str) -> Self {
        let mut error = ApiError::conflict(&message)
            .advising("look at what there is; remove that first, or choose another");
        error.body.field = Some(field.to_owned());
        error
    }

    pub(crate) fn read_only(what: &str, name: &str) -> Self {
        let message = format!("the {what} {name:?} is in the configuration file; nothing was changed");
        ApiError::new(StatusCode::CONFLICT, code::READ_ONLY, message)
    }

    pub(crate) fn vault(error: VaultError) -> Self {
        let message = format!("a secret cannot be sealed or opened: {error}; nothing was changed");
        ApiError::new(StatusCode::SERVICE_UNAVAILABLE, code::SECRETS_LOCKED, message)
    }

    pub(crate) fn unusable_record(error: RecordError) -> Self {
        match error {
            RecordError::Secret(_, error) => ApiError::vault(error),
            RecordError::Invalid(_, refused) => refused.into(),
        }
    }

    pub(crate) fn unknown_destination(name: &str) -> Self {
        let message = format!("there is no destination {name:?}");
        ApiError::new(StatusCode::NOT_FOUND, code::UNKNOWN_DESTINATION, message)
    }

    /// An address that this server does not call.
    pub(crate) fn not_called(field: &str, why: &NotAllowed) -> Self {
        let mut error = ApiError::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            code::ADDRESS_REFUSED,
            format!("{why}; nothing was changed, and nothing was sent"),
        );
        error.body.field = Some(field.to_owned());
        error
    }

    pub(crate) fn conflict(message: &str) -> Self {
        let message = format!("{message}; nothing was changed");
        ApiError::new(StatusCode::CONFLICT, code::CONFLICT, message)
    }

    pub(crate) fn wrong_method() -> Self {
        let message = "this path does not have this method";
        ApiError::new(StatusCode::METHOD_NOT_ALLOWED, code::INVALID_REQUEST, message)
            .advising("look at the paths of the admin API")
    }

    /// Work broke off without an answer.
    pub(crate) fn broken(broken: Broken) -> Self {
        if broken.panicked.is_none() {
            return ApiError::stopping();
        }
        let message = "a fault of the server broke the request off";
        ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, code::INTERNAL, message)
    }

    /// The error for a part of the server that is not running.
    pub(crate) fn part_down(part: &PartReport) -> Self {
        let (name, state) = (&part.name, part.state.word());
        let since = part.lasts.as_secs();
        // Anybody may ask for the health, so it does not say how the part ended; the log and the status do.
        let message = format!("the part {name:?} of the server has ended; it is {state} for {since} s");
        ApiError::new(StatusCode::SERVICE_UNAVAILABLE, code::PART_DOWN, message)
    }

    pub(crate) fn stopping() -> Self {
        ApiError::new(StatusCode::SERVICE_UNAVAILABLE, code::STOPPING, "the server is stopping")
    }
}

impl From<JournalError> for ApiError {
    fn from(error: JournalError) -> Self {
        let (code, means, what_to_do) = words(&error);
        let status = match error {
            JournalError::NotFound(_) => StatusCode::NOT_FOUND,
            JournalError::Refused(_) => StatusCode::BAD_REQUEST,
            _ => StatusCode::SERVICE_UNAVAILABLE,
        };
        ApiError::new(status, code, format!("{error}; {means}")).advising(what_to_do)
    }
}

impl From<FieldError> for ApiError {
    fn from(refused: FieldError) -> Self {
        ApiError::unfit_field(refused.field, refused.message)
    }
}

impl From<FormError> for ApiError {
    fn from(error: FormError) -> Self {
        match error {
            FormError::Refused(refused) => refused.into(),
            FormError::Vault(error) => ApiError::vault(error),
        }
    }
}

impl From<AlertError> for ApiError {
    fn from(error: AlertError) -> Self {
        match error {
            AlertError::Refused(refused) => refused.into(),
            AlertError::Vault(error) => ApiError::vault(error),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.body)).into_response();
        if let Some(wait) = self.retry_after {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(wait.as_secs()));
        }
        response
    }
}
