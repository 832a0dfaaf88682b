//! Every way an event request can be refused: one status, one text.
//!
//! Texts and statuses are a contract: legacy Android acts on words in them, Python needs them not to be JSON, and
//! everything but 400, 401, 404 and 413 makes SDKs send again (docs/facts/gateway.md#replies;
//! docs/facts/sdks.md#rule-text-errors, #rule-permanent, #rule-error-texts).

use crate::body::BodyError;
use event::{RejectCode, ScanError};
use http::StatusCode;
use journal::JournalError;
use port::Full;
use std::num::NonZeroU64;

/// Why an event request was refused. Nothing of it was stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    NoKeyInHeader,
    NoKeyInQuery,
    UnknownKey,
    SourceDisabled,
    InvalidJson,
    NotAnEvent,
    NoIdentity,
    EmptyBatch,
    TooLarge,
    /// more in one request than the gateway takes
    TooManyInOne,
    /// and after how many seconds it would fit
    TooManyEvents(NonZeroU64),
    /// and after how many seconds they would fit
    TooManyBytes(NonZeroU64),
    /// the source has filled its share of the disk
    SourceDiskFull,
    UnreadableBody,
    NoRoom,
    DiskFull,
    NotStored,
}

impl Refusal {
    pub(crate) fn status(self) -> StatusCode {
        match self {
            Refusal::NoKeyInHeader | Refusal::NoKeyInQuery | Refusal::UnknownKey => StatusCode::UNAUTHORIZED,
            Refusal::SourceDisabled => StatusCode::NOT_FOUND,
            Refusal::InvalidJson | Refusal::NotAnEvent | Refusal::NoIdentity | Refusal::EmptyBatch => {
                StatusCode::BAD_REQUEST
            }
            Refusal::TooLarge | Refusal::TooManyInOne => StatusCode::PAYLOAD_TOO_LARGE,
            Refusal::TooManyEvents(_) | Refusal::TooManyBytes(_) | Refusal::SourceDiskFull => {
                StatusCode::TOO_MANY_REQUESTS
            }
            Refusal::UnreadableBody => StatusCode::INTERNAL_SERVER_ERROR,
            Refusal::NoRoom | Refusal::DiskFull | Refusal::NotStored => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The body, with the line end that upstream's error texts have (docs/facts/gateway.md#replies).
    pub(crate) fn text(self) -> &'static str {
        match self {
            Refusal::NoKeyInHeader => "failed to read writekey from header\n",
            Refusal::NoKeyInQuery => "failed to read writekey from query params\n",
            Refusal::UnknownKey => "invalid write key\n",
            Refusal::SourceDisabled => "source is disabled\n",
            Refusal::InvalidJson => "invalid json\n",
            Refusal::NotAnEvent => "event is not a valid rudder event\n",
            Refusal::NoIdentity => "request neither has anonymousId nor userId\n",
            Refusal::EmptyBatch => "empty batch payload\n",
            Refusal::TooLarge => "request size exceeds max limit\n",
            Refusal::TooManyInOne => "request size exceeds max limit: too many events in one request\n",
            Refusal::TooManyEvents(_) => "max requests limit reached\n",
            Refusal::TooManyBytes(_) => "max bytes limit reached\n",
            Refusal::SourceDiskFull => "max disk limit reached\n",
            Refusal::UnreadableBody => "failed to read body from request\n",
            Refusal::NoRoom => "Service Unavailable\n",
            Refusal::DiskFull => {
                "the disk of this server is full: nothing of this request was stored, send it again later\n"
            }
            Refusal::NotStored => "this server could not store the request: send it again later\n",
        }
    }

    /// Seconds until it makes sense to send again, where that helps (docs/facts/sdks.md#retry-after: Node and Rust wait that long).
    pub(crate) fn retry_after(self) -> Option<u64> {
        match self {
            Refusal::TooManyEvents(seconds) | Refusal::TooManyBytes(seconds) => Some(seconds.get()),
            Refusal::DiskFull => Some(30),
            // Room comes as events are delivered and retention passes, once a minute.
            Refusal::SourceDiskFull => Some(60),
            Refusal::NotStored => Some(5),
            Refusal::NoRoom => Some(1),
            _ => None,
        }
    }

    /// Why a request without a good event is refused: the first bad one says it.
    pub(crate) fn of_event(code: RejectCode) -> Self {
        match code {
            RejectCode::NotAnObject => Refusal::NotAnEvent,
            RejectCode::NoIdentity => Refusal::NoIdentity,
        }
    }
}

impl From<Full> for Refusal {
    fn from(_: Full) -> Self {
        Refusal::NoRoom
    }
}

impl From<BodyError> for Refusal {
    fn from(error: BodyError) -> Self {
        match error {
            BodyError::TooLarge => Refusal::TooLarge,
            BodyError::Unreadable => Refusal::UnreadableBody,
            BodyError::NoRoom => Refusal::NoRoom,
        }
    }
}

impl From<ScanError> for Refusal {
    fn from(error: ScanError) -> Self {
        match error {
            ScanError::InvalidJson => Refusal::InvalidJson,
            ScanError::EmptyBatch => Refusal::EmptyBatch,
            ScanError::NotAnEvent => Refusal::NotAnEvent,
        }
    }
}

impl From<&JournalError> for Refusal {
    fn from(error: &JournalError) -> Self {
        match error {
            JournalError::Full => Refusal::DiskFull,
            // The storage's own words go to the log, never to the caller (docs/facts/gateway.md#weakness-19).
            _ => Refusal::NotStored,
        }
    }
}
