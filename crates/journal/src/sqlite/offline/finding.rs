//! What is wrong with a data folder, or worth knowing, in sentences for people.

/// What is wrong with a data folder, or worth knowing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// something is wrong; otherwise it is only worth knowing
    pub wrong: bool,
    /// a stable word (docs/errors.md)
    pub code: &'static str,
    /// what was found, in a sentence
    pub what: String,
    /// what to do
    pub what_to_do: &'static str,
}
