//! Fates: how an event ended, and the byte that stands for it.

use serde::{Deserialize, Serialize};

/// Why an event was skipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SkipCode {
    /// neither identify nor track
    UnsupportedType,
    /// a consent was denied
    ConsentDenied,
    /// opted out through `integrations`
    IntegrationDisabled,
    /// its message id was seen from this source within 24 hours
    Duplicate,
    /// its source is connected to no destination
    NoDestination,
    /// it was a dead letter, and an operator discarded it
    Discarded,
    /// its destination is in shadow mode: it would have been delivered
    Shadowed,
    /// it is a track that is not an answer to a survey
    NotASurvey,
    /// an operator's rule skips it
    Rule,
}

impl SkipCode {
    /// All of them, in the order of their bytes.
    pub const ALL: [SkipCode; 9] = [
        SkipCode::UnsupportedType,
        SkipCode::ConsentDenied,
        SkipCode::IntegrationDisabled,
        SkipCode::Duplicate,
        SkipCode::NoDestination,
        SkipCode::Discarded,
        SkipCode::Shadowed,
        SkipCode::NotASurvey,
        SkipCode::Rule,
    ];

    /// The word used in status, metrics and documents.
    pub fn word(self) -> &'static str {
        match self {
            SkipCode::UnsupportedType => "unsupported_type",
            SkipCode::ConsentDenied => "consent_denied",
            SkipCode::IntegrationDisabled => "integration_disabled",
            SkipCode::Duplicate => "duplicate",
            SkipCode::NoDestination => "no_destination",
            SkipCode::Discarded => "discarded",
            SkipCode::Shadowed => "shadowed",
            SkipCode::NotASurvey => "not_a_survey",
            SkipCode::Rule => "rule",
        }
    }
}

/// What became of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// InMoment has it
    Delivered,
    /// the event failed for good and is kept as a dead letter
    Dead,
    /// the event was not for this destination
    Skipped(SkipCode),
}

impl Fate {
    /// The byte of an event without a fate.
    pub const PENDING: u8 = 0;

    /// The byte that a fate is stored as.
    pub fn byte(self) -> u8 {
        match self {
            Fate::Delivered => 1,
            Fate::Dead => 2,
            Fate::Skipped(code) => 16 + code as u8,
        }
    }

    /// The fate a byte stands for; `None` for pending and for bytes of a newer version.
    pub fn from_byte(byte: u8) -> Option<Fate> {
        match byte {
            1 => Some(Fate::Delivered),
            2 => Some(Fate::Dead),
            n => SkipCode::ALL.get(usize::from(n.checked_sub(16)?)).map(|code| Fate::Skipped(*code)),
        }
    }
}
