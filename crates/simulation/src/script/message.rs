//! One message of an SDK.

/// What a message is, as the specifications see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    Identify,
    Response,
    Decline,
    Page,
    OptedOut,
    NotAnObject,
    WithoutIds,
    AnonymousOnly,
    WithoutType,
    WithoutScore,
    BadScore,
    WithoutEventType,
    /// A track of something else than a survey.
    OrdinaryTrack,
}

/// Which lane a person's message belongs to at first sight: the external id's, or the end-user id's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Alias {
    External,
    EndUserId,
}

/// One message of an SDK.
#[derive(Clone)]
pub(crate) struct Message {
    pub(crate) what: What,
    pub(crate) person: Option<usize>,
    pub(crate) alias: Alias,
    pub(crate) message_id: String,
    /// Which message says the same: itself, or the one that is sent again here in another writing.
    pub(crate) content: usize,
    /// Found again at InMoment; an identify that repeats another one has the other's.
    pub(crate) token: String,
    pub(crate) email: Option<String>,
    pub(crate) phone: Option<String>,
    /// Properties it sets, with the text InMoment must hold for each.
    pub(crate) properties: Vec<(String, String)>,
    /// The e-mail it gives may be another person's.
    pub(crate) contested_email: bool,
    /// The phone number it gives may be.
    pub(crate) contested_phone: bool,
    /// The event itself.
    pub(crate) text: String,
}
