//! Telling a webhook, in the JSON that Slack and many others take: `{"text":"…"}`.

use secrecy::{ExposeSecret, SecretString};
use std::time::Duration;

/// Waits double from this up to [`LONGEST_MS`].
const FIRST_MS: i64 = 10_000;
const LONGEST_MS: i64 = 10 * 60_000;

/// The wait after so many failed tries.
pub(super) fn wait_ms(tried: u32) -> i64 {
    FIRST_MS.saturating_mul(1 << tried.saturating_sub(1).min(20)).min(LONGEST_MS)
}

/// Tells.
#[derive(Debug, Clone)]
pub(super) struct Teller(reqwest::Client);

impl Teller {
    pub(super) fn new() -> reqwest::Result<Teller> {
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(5))
            .timeout(Duration::from_secs(10))
            .build()?;
        Ok(Teller(client))
    }

    /// Tells once. The error is for people and holds nothing of the address.
    pub(super) async fn tell(&self, webhook: &SecretString, text: &str) -> Result<(), String> {
        let body = serde_json::json!({ "text": text }).to_string();
        let request =
            self.0.post(webhook.expose_secret()).header("content-type", "application/json").body(body);
        let response = request.send().await.map_err(|error| why(&error).to_owned())?;
        let status = response.status();
        if status.is_success() {
            return Ok(());
        }
        Err(format!("the webhook answered {}", status.as_u16()))
    }
}

fn why(error: &reqwest::Error) -> &'static str {
    if error.is_timeout() {
        "the webhook did not answer in time"
    } else if error.is_connect() {
        "the webhook cannot be reached"
    } else {
        "the exchange with the webhook was cut off"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_ten_minutes() {
        assert_eq!(
            [1, 2, 3, 6, 7, 8, 100].map(wait_ms).map(|ms| ms / 1_000),
            [10, 20, 40, 320, 600, 600, 600]
        );
    }
}
