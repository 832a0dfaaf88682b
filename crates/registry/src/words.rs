//! The words that stand for few things, as the admin API's description tells them. What reads and writes them are the
//! types of the same names elsewhere, which know nothing of descriptions; a test holds the two together.

use utoipa::ToSchema;

/// Where a source runs.
#[derive(Debug, Clone, Copy, ToSchema)]
#[schema(rename_all = "lowercase")]
pub enum SourceKind {
    /// a browser
    Web,
    /// a mobile app
    Mobile,
    /// a server
    Server,
}

/// What an event is.
#[derive(Debug, Clone, Copy, ToSchema)]
#[schema(rename_all = "lowercase")]
pub enum EventKind {
    /// who somebody is
    Identify,
    /// what somebody did
    Track,
    /// a page that was looked at
    Page,
    /// the same of an app
    Screen,
    /// where somebody belongs
    Group,
    /// two ids of one
    Alias,
    /// two who are one
    Merge,
}

/// Where an InMoment account lives.
#[derive(Debug, Clone, Copy, ToSchema)]
#[schema(rename_all = "lowercase")]
pub enum Region {
    /// United States
    Us,
    /// European Union
    Eu,
    /// Australia
    Au,
}

/// Whether events are sent.
#[derive(Debug, Clone, Copy, ToSchema)]
#[schema(rename_all = "lowercase")]
pub enum Mode {
    /// they are
    Live,
    /// everything happens up to the call
    Shadow,
}

/// Which reading of the documents applies.
#[derive(Debug, Clone, Copy, ToSchema)]
#[schema(rename_all = "lowercase")]
pub enum Profile {
    /// our own
    Native,
    /// RudderStack's own transformer's
    Rudderstack,
}

/// When an identify sets `last_surveyed`.
#[derive(Debug, Clone, Copy, ToSchema)]
#[schema(rename_all = "kebab-case")]
pub enum LastSurveyed {
    /// always
    EventTime,
    /// for new end users only
    OnCreate,
    /// never
    Off,
}

/// What dates a survey answer.
#[derive(Debug, Clone, Copy, ToSchema)]
#[schema(rename_all = "kebab-case")]
pub enum ResponseCreatedAt {
    /// `createdAt` of the properties, then of the traits
    Document,
    /// the event's time
    EventTime,
}

/// What a null among an event's traits means.
#[derive(Debug, Clone, Copy, ToSchema)]
#[schema(rename_all = "kebab-case")]
pub enum NullTraits {
    /// nothing
    Ignore,
    /// the stored property of that name is removed
    Clear,
}

#[cfg(test)]
mod tests;
