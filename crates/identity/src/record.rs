//! What is kept of people, sessions and tokens.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Something that is kept under a key.
pub trait Record: Serialize + DeserializeOwned + Send + Sync {
    /// The word for records of this type. It is part of what is stored.
    const KIND: &'static str;
}
