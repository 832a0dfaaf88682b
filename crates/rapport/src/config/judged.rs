//! Destinations with the places of what must be held against the rest of the document.

use super::reader::At;
use registry::Destination;

/// One destination.
pub(super) struct Judged {
    pub(super) destination: At<Destination>,
    /// whose events it gets
    pub(super) sources: Vec<At<String>>,
    pub(super) rules: Vec<JudgedRule>,
}

/// Where the parts of a rule stand that are held against others.
pub(super) struct JudgedRule {
    pub(super) name: At<String>,
    pub(super) source: Option<At<String>>,
}
