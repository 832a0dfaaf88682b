//! A call's promise to answer: whatever becomes of its task, the driver hears of it.

use crate::code;
use crate::engine::CallId;
use crate::handle::Message;
use event::Millis;
use inmoment::{Call, CallError, Called, Exchange, Executed, FailureClass, RateHeaders};
use std::time::Duration;
use tokio::sync::mpsc;

/// Owns the sender for one call's reply. Dropped without one, because the call panicked or was broken off, it says that
/// nobody knows what became of the call.
pub(super) struct Promise {
    /// None once the reply is said.
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

    /// Says what the call came to, if that is not said yet.
    pub(super) fn keep(&mut self, called: Called) {
        if let Some(orders) = self.orders.take() {
            // A driver that has ended finds the call in its journal after the restart.
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
        // To write the request down may be what failed.
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
