//! Destinations with the positions of the values that must be checked against the rest of the document.

use super::reader::At;
use registry::Destination;

/// One destination.
pub(super) struct Judged {
    pub(super) destination: At<Destination>,
    /// whose events it gets
    pub(super) sources: Vec<At<String>>,
    pub(super) rules: Vec<JudgedRule>,
}

/// The positions of the parts of a rule that are checked against other values.
pub(super) struct JudgedRule {
    pub(super) name: At<String>,
    pub(super) source: Option<At<String>>,
}
