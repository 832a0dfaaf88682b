//! Sends messages to webhooks, in the JSON that Slack and many others take: `{"text":"…"}`.

use registry::AddressPolicy;
use registry::address::NotAllowed;
use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};
use std::error::Error;
use std::time::Duration;

/// The first wait of the exponential back-off, which ends at [`LONGEST_MS`].
const FIRST_MS: i64 = 10_000;
const LONGEST_MS: i64 = 10 * 60_000;

/// The wait after so many failed tries.
pub(super) fn wait_ms(tried: u32) -> i64 {
    FIRST_MS.saturating_mul(1 << tried.saturating_sub(1).min(20)).min(LONGEST_MS)
}

/// Sends messages to webhooks.
#[derive(Debug, Clone)]
pub(super) struct Webhooks {
    client: reqwest::Client,
    addresses: AddressPolicy,
}

impl Webhooks {
    /// A client that calls no address that the policy refuses.
    pub(super) fn new(addresses: &AddressPolicy) -> reqwest::Result<Webhooks> {
        let client = inmoment::roots::trusting(reqwest::Client::builder())
            .no_proxy()
            .dns_resolver(addresses.resolver())
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(5))
            .timeout(Duration::from_secs(10))
            .build()?;
        Ok(Webhooks { client, addresses: addresses.clone() })
    }

    /// The policy for the addresses that it may call.
    pub(super) fn addresses(&self) -> &AddressPolicy {
        &self.addresses
    }

    /// Sends a message, once. The error is written for people and does not contain the address.
    pub(super) async fn send(&self, webhook: &SecretString, text: &str) -> Result<(), String> {
        let body = serde_json::json!({ "text": text }).to_string();
        let url = Url::parse(webhook.expose_secret()).map_err(|_| "the webhook has no address".to_owned())?;
        self.addresses.check_url(&url).map_err(|error| error.to_string())?;
        let request = self.client.post(url).header("content-type", "application/json").body(body);
        let response = request.send().await.map_err(|error| reason(&error))?;
        let status = response.status();
        if status.is_success() {
            return Ok(());
        }
        Err(format!("the webhook answered {}", status.as_u16()))
    }
}

fn reason(error: &reqwest::Error) -> String {
    if let Some(refused) = not_allowed(error) {
        return refused.to_string();
    }
    let words = if error.is_timeout() {
        "the webhook did not answer in time"
    } else if error.is_connect() {
        "the webhook cannot be reached"
    } else {
        "the exchange with the webhook was cut off"
    };
    words.to_owned()
}

/// The cause, if the host's name led to an address that the policy refuses.
fn not_allowed(error: &reqwest::Error) -> Option<&NotAllowed> {
    let mut cause = error.source();
    while let Some(inner) = cause {
        if let Some(refused) = inner.downcast_ref::<NotAllowed>() {
            return Some(refused);
        }
        cause = inner.source();
    }
    None
}

#[cfg(test)]
mod tests;
