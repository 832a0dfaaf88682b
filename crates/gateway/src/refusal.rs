//! All refusals of event requests, each with its status and text.
//!
//! Texts and statuses are a contract: legacy Android searches them for words, Python fails if they are JSON, and every
//! status but 400, 401, 404 and 413 makes SDKs send again (docs/facts/gateway.md#replies;
//! docs/facts/sdks.md#rule-text-errors, #rule-permanent, #rule-error-texts).

use crate::body::BodyError;
use event::{RejectCode, ScanError};
use http::StatusCode;
use journal::JournalError;
use port::Full;
use std::num::NonZeroU64;

/// Why an event request was refused. Nothing of it was stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RequestRefusal {
    NoKeyInHeader,
    NoKeyInQuery,
    UnknownKey,
    SourceDisabled,
    InvalidJson,
    NotAnEvent,
    NoIdentity,
    EmptyBatch,
    TooLarge,
    /// the request has more events than the gateway accepts
    TooManyInOne,
    /// with the seconds after which it would fit
    TooManyEvents(NonZeroU64),
    /// with the seconds after which they would fit
    TooManyBytes(NonZeroU64),
    /// the source has filled its share of the disk
    SourceDiskFull,
    UnreadableBody,
    NoRoom,
    DiskFull,
    NotStored,
}

impl RequestRefusal {
    pub(crate) fn status(self) -> StatusCode {
        match self {
            RequestRefusal::NoKeyInHeader | RequestRefusal::NoKeyInQuery | RequestRefusal::UnknownKey => {
                StatusCode::UNAUTHORIZED
            }
            RequestRefusal::SourceDisabled => StatusCode::NOT_FOUND,
            RequestRefusal::InvalidJson
            | RequestRefusal::NotAnEvent
            | RequestRefusal::NoIdentity
            | RequestRefusal::EmptyBatch => StatusCode::BAD_REQUEST,
            RequestRefusal::TooLarge | RequestRefusal::TooManyInOne => StatusCode::PAYLOAD_TOO_LARGE,
            RequestRefusal::TooManyEvents(_)
            | RequestRefusal::TooManyBytes(_)
            | RequestRefusal::SourceDiskFull => StatusCode::TOO_MANY_REQUESTS,
            RequestRefusal::UnreadableBody => StatusCode::INTERNAL_SERVER_ERROR,
            RequestRefusal::NoRoom | RequestRefusal::DiskFull | RequestRefusal::NotStored => {
                StatusCode::SERVICE_UNAVAILABLE
            }
        }
    }

    /// The body, with the line end that upstream's error texts have (docs/facts/gateway.md#replies).
    pub(crate) fn text(self) -> &'static str {
        match self {
            RequestRefusal::NoKeyInHeader => "failed to read writekey from header\n",
            RequestRefusal::NoKeyInQuery => "failed to read writekey from query params\n",
            RequestRefusal::UnknownKey => "invalid write key\n",
            RequestRefusal::SourceDisabled => "source is disabled\n",
            RequestRefusal::InvalidJson => "invalid json\n",
            RequestRefusal::NotAnEvent => "event is not a valid rudder event\n",
            RequestRefusal::NoIdentity => "request neither has anonymousId nor userId\n",
            RequestRefusal::EmptyBatch => "empty batch payload\n",
            RequestRefusal::TooLarge => "request size exceeds max limit\n",
            RequestRefusal::TooManyInOne => {
                "request size exceeds max limit: too many events in one request\n"
            }
            RequestRefusal::TooManyEvents(_) => "max requests limit reached\n",
            RequestRefusal::TooManyBytes(_) => "max bytes limit reached\n",
            RequestRefusal::SourceDiskFull => "max disk limit reached\n",
            RequestRefusal::UnreadableBody => "failed to read body from request\n",
            RequestRefusal::NoRoom => "Service Unavailable\n",
            RequestRefusal::DiskFull => {
                "the disk of this server is full: nothing of this request was stored, send it again later\n"
            }
            RequestRefusal::NotStored => "this server could not store the request: send it again later\n",
        }
    }

    /// The seconds after which sending again makes sense, if it can help (docs/facts/sdks.md#retry-after: Node and Rust
    /// wait that long).
    pub(crate) fn retry_after(self) -> Option<u64> {
        match self {
            RequestRefusal::TooManyEvents(seconds) | RequestRefusal::TooManyBytes(seconds) => {
                Some(seconds.get())
            }
            RequestRefusal::DiskFull => Some(30),
            // Retention runs once a minute and frees room.
            RequestRefusal::SourceDiskFull => Some(60),
            RequestRefusal::NotStored => Some(5),
            RequestRefusal::NoRoom => Some(1),
            _ => None,
        }
    }

    /// The refusal of a request without a good event, by its first bad event.
    pub(crate) fn of_event(code: RejectCode) -> Self {
        match code {
            RejectCode::NotAnObject => RequestRefusal::NotAnEvent,
            RejectCode::NoIdentity => RequestRefusal::NoIdentity,
        }
    }
}

impl From<Full> for RequestRefusal {
    fn from(_: Full) -> Self {
        RequestRefusal::NoRoom
    }
}

impl From<BodyError> for RequestRefusal {
    fn from(error: BodyError) -> Self {
        match error {
            BodyError::TooLarge => RequestRefusal::TooLarge,
            BodyError::Unreadable => RequestRefusal::UnreadableBody,
            BodyError::NoRoom => RequestRefusal::NoRoom,
        }
    }
}

impl From<ScanError> for RequestRefusal {
    fn from(error: ScanError) -> Self {
        match error {
            ScanError::InvalidJson => RequestRefusal::InvalidJson,
            ScanError::EmptyBatch => RequestRefusal::EmptyBatch,
            ScanError::NotAnEvent => RequestRefusal::NotAnEvent,
        }
    }
}

impl From<&JournalError> for RequestRefusal {
    fn from(error: &JournalError) -> Self {
        match error {
            JournalError::Full => RequestRefusal::DiskFull,
            // The storage's error goes to the log, never to the caller (docs/facts/gateway.md#weakness-19).
            _ => RequestRefusal::NotStored,
        }
    }
}
