//! What a sandbox is started with.
//!
//! Where the facts about InMoment leave a question open, the emulator takes the cautious choice of
//! docs/facts/inmoment-api.md#open-questions and offers the other reading as a [`Switches`] field, so that a client can be tried on both.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use supervise::Supervisor;

use crate::faults::FaultScript;

/// A login of InMoment and the account it opens. One login may own several accounts: give it several entries with
/// different account tokens (docs/facts/inmoment-api.md#token-account).
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// The login e-mail; compared without regard to case.
    pub username: String,
    /// The login's password.
    pub password: String,
    /// `NPS-` and eight characters; `NPS-EU-` / `NPS-AU-` for the other regions (docs/facts/inmoment-api.md#account-token).
    pub account_token: String,
    /// Opens the account with the client_credentials grant.
    pub client: Option<OAuthClient>,
}

/// An OAuth client of an account (docs/facts/inmoment-api.md#grants). A request that names it without any secret gets a token too,
/// as InMoment's own mobile SDKs do.
#[derive(Clone, PartialEq, Eq)]
pub struct OAuthClient {
    /// `client_id`
    pub id: String,
    /// `client_secret`
    pub secret: String,
}

impl Account {
    /// An account without an OAuth client.
    pub fn new(
        username: impl Into<String>,
        password: impl Into<String>,
        account_token: impl Into<String>,
    ) -> Account {
        Account {
            username: username.into(),
            password: password.into(),
            account_token: account_token.into(),
            client: None,
        }
    }

    /// The account that a sandbox has when nobody asked for another one.
    pub fn demo() -> Account {
        Account {
            client: Some(OAuthClient { id: "demo-client".into(), secret: "demo-client-secret".into() }),
            ..Account::new("demo@example.com", "demo-password", "NPS-DEMO0001")
        }
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account").finish_non_exhaustive()
    }
}

/// What the rate limit counts together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitScope {
    /// All calls of an account: the strictest reading of "per account, per minute" (docs/facts/inmoment-api.md#rate-limit).
    #[default]
    Account,
    /// Each method and route of an account on its own (docs/facts/inmoment-api.md#rate-limit).
    Endpoint,
}

/// The open questions (docs/facts/inmoment-api.md#open-questions) that have a switch. As JSON an object with any of the fields; the others keep their
/// defaults.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Switches {
    /// docs/facts/inmoment-api.md#q2: the largest `per_page` of a list.
    pub max_per_page: u32,
    /// docs/facts/inmoment-api.md#q7: the status of a successful create.
    pub create_status: u16,
    /// docs/facts/inmoment-api.md#q8: creating a response or a decline answers without a body.
    pub empty_create_body: bool,
    /// docs/facts/inmoment-api.md#q11, #q12: written properties are merged into the stored ones instead of replacing them.
    pub merge_properties: bool,
    /// docs/facts/inmoment-api.md#q14, #q15: the status of "has already been taken".
    pub duplicate_status: u16,
    /// docs/facts/inmoment-api.md#q18: a response may be created without `ip_address` and `origin_url`.
    pub lenient: bool,
    /// docs/facts/inmoment-api.md#q19: a second response or decline within 24 hours updates the last one.
    pub one_a_day: bool,
    /// docs/facts/inmoment-api.md#q31: `end_user[properties]` may be changed on an existing response or decline, instead of 423.
    pub snapshot_updates: bool,
    /// The status of a refused login, 401 (Doorkeeper up to 5.0) or 400 (from 5.1): docs/facts/inmoment-api.md#token-bad-credentials.
    pub token_error_status: u16,
    /// `external_created_at` may be in milliseconds, as InMoment's Android SDK sends it in its own test; it is shown as
    /// it came. Otherwise such a time is 400.
    pub millisecond_sign_ups: bool,
}

/// Why switches cannot be set.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct BadSwitches(String);

impl Switches {
    /// These switches with others laid over them, given as a JSON object of some of them.
    ///
    /// # Errors
    ///
    /// When it names none of ours, or a value does not fit: a create's status that is no success, a refusal's that is no error, no page
    /// at all.
    pub fn with(&self, changes: &serde_json::Value) -> Result<Switches, BadSwitches> {
        let known = serde_json::to_value(self).map_err(|error| BadSwitches(error.to_string()))?;
        let (serde_json::Value::Object(mut merged), Some(changes)) = (known, changes.as_object()) else {
            return Err(BadSwitches("switches are a JSON object".into()));
        };
        merged.extend(changes.clone());
        let switches: Switches = serde_path_to_error::deserialize(serde_json::Value::Object(merged))
            .map_err(|error| BadSwitches(error.to_string()))?;
        for (name, status, least, most) in [
            ("create_status", switches.create_status, 200, 299),
            ("duplicate_status", switches.duplicate_status, 400, 599),
            ("token_error_status", switches.token_error_status, 400, 599),
        ] {
            if !(least..=most).contains(&status) {
                return Err(BadSwitches(format!("{name} is an HTTP status from {least} to {most}")));
            }
        }
        if switches.max_per_page == 0 {
            return Err(BadSwitches("max_per_page is at least 1".into()));
        }
        Ok(switches)
    }

    /// These switches with one more set, as `NAME=VALUE` or `NAME` for `NAME=true`.
    ///
    /// # Errors
    ///
    /// As [`with`](Switches::with).
    pub fn with_word(&self, word: &str) -> Result<Switches, BadSwitches> {
        let (name, value) = word.split_once('=').unwrap_or((word, "true"));
        let value = serde_json::from_str(value).unwrap_or_else(|_| value.into());
        self.with(&serde_json::Value::Object([(name.to_owned(), value)].into_iter().collect()))
    }
}

impl Default for Switches {
    fn default() -> Switches {
        Switches {
            max_per_page: 50,
            create_status: 201,
            empty_create_body: false,
            merge_properties: false,
            duplicate_status: 400,
            lenient: false,
            one_a_day: true,
            snapshot_updates: false,
            token_error_status: 401,
            millisecond_sign_ups: false,
        }
    }
}

/// Everything a sandbox is started with. The pure [`Sandbox`](crate::Sandbox) ignores what is marked *server*.
#[derive(Debug, Clone)]
pub struct Options {
    /// The accounts it knows; the demo account when nothing else is said.
    pub accounts: Vec<Account>,
    /// Tokens are drawn from it: the same seed and the same requests give the same replies, byte for byte.
    pub seed: u64,
    /// Calls of an account allowed per minute of the clock; `None` is unlimited and sends no rate headers.
    pub limit: Option<u32>,
    /// What [`limit`](Options::limit) counts together.
    pub limit_scope: LimitScope,
    /// The faults it starts with.
    pub faults: FaultScript,
    /// The other readings of what the facts leave open.
    pub switches: Switches,
    /// How many requests the log keeps; the oldest go first.
    pub log_capacity: usize,
    /// *Server*: where the control API listens; must be a loopback address.
    pub control: SocketAddr,
    /// *Server*: loaded at start, written when something changed and at shutdown.
    pub state_file: Option<PathBuf>,
    /// *Server*: looks after its tasks.
    pub supervisor: Supervisor,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            accounts: vec![Account::demo()],
            seed: 1,
            limit: None,
            limit_scope: LimitScope::default(),
            faults: FaultScript::default(),
            switches: Switches::default(),
            log_capacity: 100_000,
            control: SocketAddr::from(([127, 0, 0, 1], 0)),
            state_file: None,
            supervisor: Supervisor::new(),
        }
    }
}
