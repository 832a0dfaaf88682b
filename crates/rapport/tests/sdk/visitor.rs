//! Who the sample events are about, and what must stand in InMoment once they arrived.

/// The person an SDK identifies. Every test has its own, so that tests never meet in InMoment.
pub(crate) struct Visitor {
    pub(crate) user_id: String,
    pub(crate) email: String,
    /// the mobile shapes identify with a phone number too
    pub(crate) phone: &'static str,
}

impl Visitor {
    pub(crate) fn new(name: &str) -> Visitor {
        Visitor {
            user_id: format!("user-{name}"),
            email: format!("ada+{name}@example.com"),
            phone: "+12025550146",
        }
    }
}
