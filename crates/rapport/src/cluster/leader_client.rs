//! Calls that only a leader makes.

use delivery::CallClient;
use inmoment::{Call, Called, Client};
use journal::Lead;
use std::pin::Pin;
use std::time::Duration;

/// The longest time that a call of a leader takes, with the tokens that it waits for. Whoever leads next waits that long
/// before it looks what became of the calls of the leader before.
pub(crate) const LONGEST_CALL: Duration = Duration::from_secs(45);

/// How long calls of a former leader may last after this one leads: those that it began in the last moment of its lease.
pub(crate) const FORMER_CALLS_LAST: Duration = Lead::LEASE.saturating_add(LONGEST_CALL);

/// Makes calls within the lease of a leader. A call of a machine that leads no longer is never made: it waits until its
/// delivery is stopped.
pub(crate) struct LeaderClient {
    pub(crate) client: Client,
    pub(crate) lead: Lead,
}

impl CallClient for LeaderClient {
    fn call<'a>(&'a self, call: &'a Call) -> Pin<Box<dyn Future<Output = Called> + Send + 'a>> {
        Box::pin(async move {
            self.lead.until_may_call().await;
            self.client.call_recorded(call).await
        })
    }
}
