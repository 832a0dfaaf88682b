//! The trait by which calls are made.

use inmoment::{Call, Called};
use std::future::Future;
use std::pin::Pin;

/// Makes calls to InMoment.
pub trait CallClient: Send + Sync + 'static {
    /// Makes one call. Failures are part of the outcome. Dropping the future abandons the call.
    fn call<'a>(&'a self, call: &'a Call) -> Pin<Box<dyn Future<Output = Called> + Send + 'a>>;
}

impl CallClient for inmoment::Client {
    fn call<'a>(&'a self, call: &'a Call) -> Pin<Box<dyn Future<Output = Called> + Send + 'a>> {
        Box::pin(self.call_recorded(call))
    }
}
