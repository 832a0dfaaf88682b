//! The stored records of people, sessions and tokens.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A record that is stored under a key.
pub trait Record: Serialize + DeserializeOwned + Send + Sync {
    /// The word for records of this type. It is part of what is stored.
    const KIND: &'static str;
}
