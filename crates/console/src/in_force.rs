//! A value that may be replaced while the server runs.

use std::sync::{Arc, PoisonError, RwLock};

/// A value that is read often and may be replaced while the server runs.
#[derive(Debug, Default)]
pub struct InForce<T>(RwLock<Arc<T>>);

impl<T> InForce<T> {
    /// Holds this value until it is replaced.
    pub fn new(value: T) -> Self {
        InForce(RwLock::new(Arc::new(value)))
    }

    /// The value that is in force now.
    pub fn now(&self) -> Arc<T> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Replaces the value.
    pub fn replace(&self, value: T) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(value);
    }
}
