//! Who asks, and may they?

pub(crate) mod address;
pub(crate) mod csrf;
pub(crate) mod host;
