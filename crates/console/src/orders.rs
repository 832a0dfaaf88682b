//! Orders that people give to a running delivery: a pause, a resumption, the settlement of a conflict.

use crate::error::{ApiError, code};
use crate::store::Store;
use axum::http::StatusCode;
use delivery::{DestinationState, Handle};
use std::time::Duration;

/// How long a request waits for its order to become durable.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// Waits until an order and its audit entry are durable. If the journal is known not to store anything, the order is
/// not given. If the journal fails meanwhile, it is tried until it takes the order, and the request does not wait for
/// that.
///
/// Only the machine that delivers carries an order out; any other one refuses it.
pub(crate) async fn wait_until_durable(
    store: &Store,
    handle: &Handle,
    order: impl Future<Output = Result<(), delivery::Gone>>,
) -> Result<(), ApiError> {
    let glance = handle.snapshot();
    if glance.state == DestinationState::Elsewhere {
        let who = glance.trouble.map(|trouble| trouble.last_words).unwrap_or_default();
        let message = format!("the order was not given: {who}");
        return Err(ApiError::new(StatusCode::CONFLICT, code::DELIVERED_ELSEWHERE, message));
    }
    store.journal().healthy()?;
    match tokio::time::timeout(LONGEST_WAIT, order).await {
        Ok(done) => done.map_err(|_| ApiError::stopping()),
        Err(_) => {
            let message = "the order was given, and the journal cannot store it yet; it takes effect, and appears in the \
                           audit, as soon as the journal stores it";
            Err(ApiError::new(StatusCode::SERVICE_UNAVAILABLE, code::ORDER_WAITS, message))
        }
    }
}
