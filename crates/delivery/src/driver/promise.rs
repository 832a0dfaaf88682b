//! A guard that ensures that the driver gets a reply for every call, even if the call's task panics.

use crate::code;
use crate::engine::CallId;
use crate::handle::Message;
use event::Millis;
use inmoment::{Call, CallError, Called, Exchange, Executed, FailureClass, RateHeaders};
use std::time::Duration;
use tokio::sync::mpsc;

/// Owns the sender for one call's reply. If it is dropped without a reply, because the call panicked or was broken off,
/// it sends an outcome that says that the result is unknown.
pub(super) struct Promise {
    /// `None` once the reply was sent.
    orders: Option<mpsc::UnboundedSender<Message>>,
    id: CallId,
    call: Call,
    started_at: Millis,
}

impl Promise {
    pub(super) fn new(
        orders: mpsc::UnboundedSender<Message>,
        id: CallId,
        call: Call,
        started_at: Millis,
    ) -> Self {
        Promise { orders: Some(orders), id, call, started_at }
    }

    pub(super) fn call(&self) -> &Call {
        &self.call
    }

    /// Sends the reply, unless one was sent already.
    pub(super) fn keep(&mut self, called: Called) {
        if let Some(orders) = self.orders.take() {
            // If the driver has ended, the call is found in the journal after the restart.
            let _ = orders.send(Message::Replied(self.id, Box::new(called)));
        }
    }

    fn broken_off(&self) -> Called {
        let error = CallError {
            class: FailureClass::Wait,
            executed: if self.call.writes() { Executed::Maybe } else { Executed::No },
            status: None,
            code: code::CALL_BROKEN_OFF,
            message: "the call ended inside this program without a reply".to_owned(),
            rate: RateHeaders::default(),
        };
        let started = self.started_at.0;
        // The panic may have come from formatting the request.
        let written =
            supervise::catch(|| Exchange::new(&self.call.request(), None, &[], started, Duration::ZERO));
        let exchange = written.unwrap_or_else(|_| Exchange {
            method: "",
            target: String::new(),
            request: String::new(),
            status: None,
            reply: String::new(),
            started_at_ms: started,
            date_ms: None,
            took: Duration::ZERO,
        });
        Called { outcome: Err(error), exchange }
    }
}

impl Drop for Promise {
    fn drop(&mut self) {
        if self.orders.is_some() {
            let called = self.broken_off();
            self.keep(called);
        }
    }
}
