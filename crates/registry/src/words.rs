//! Enumerations for the admin API's description. The types of the same names in other crates read and write the words
//! and do not know the description; a test ensures that both agree.

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

/// The type of an event.
#[derive(Debug, Clone, Copy, ToSchema)]
#[schema(rename_all = "lowercase")]
pub enum EventKind {
    /// data about an end user
    Identify,
    /// an action of an end user
    Track,
    /// a page that was viewed
    Page,
    /// a screen of an app that was viewed
    Screen,
    /// a group that an end user belongs to
    Group,
    /// two ids of one end user
    Alias,
    /// two end users who are one
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
    /// events are sent
    Live,
    /// every step happens except for the call
    Shadow,
}

/// The mapping profile.
#[derive(Debug, Clone, Copy, ToSchema)]
#[schema(rename_all = "lowercase")]
pub enum Profile {
    /// Rapport's own mapping
    Native,
    /// the mapping of RudderStack's own transformer
    Rudderstack,
}

/// When an identify sets `last_surveyed`.
#[derive(Debug, Clone, Copy, ToSchema)]
#[schema(rename_all = "kebab-case")]
pub enum LastSurveyed {
    /// on every identify, to the event's time
    EventTime,
    /// only when an end user is created
    OnCreate,
    /// never
    Off,
}

/// The source of a survey answer's date.
#[derive(Debug, Clone, Copy, ToSchema)]
#[schema(rename_all = "kebab-case")]
pub enum ResponseCreatedAt {
    /// `createdAt` of the properties, then of the traits
    Document,
    /// the event's time
    EventTime,
}

/// The meaning of a null among an event's traits.
#[derive(Debug, Clone, Copy, ToSchema)]
#[schema(rename_all = "kebab-case")]
pub enum NullTraits {
    /// the null is ignored
    Ignore,
    /// the stored property of that name is removed
    Clear,
}

#[cfg(test)]
mod tests;
