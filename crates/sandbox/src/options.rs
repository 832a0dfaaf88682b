//! The options of a sandbox.
//!
//! If the facts about InMoment leave a question open, the emulator makes the cautious choice of
//! docs/facts/inmoment-api.md#open-questions and offers the other reading as a field of [`Switches`], so that a client
//! can be tested with both.

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
    /// The login e-mail; letter case does not matter.
    pub username: String,
    /// The login's password.
    pub password: String,
    /// `NPS-` and eight characters; `NPS-EU-` / `NPS-AU-` for the other regions (docs/facts/inmoment-api.md#account-token).
    pub account_token: String,
    /// The OAuth client that gives access to the account with the grant client_credentials.
    pub client: Option<OAuthClient>,
}

/// An OAuth client of an account (docs/facts/inmoment-api.md#grants). A request that names it without a secret gets a
/// token, too: InMoment's own mobile SDKs send such requests.
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

    /// The default account of a sandbox.
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

/// The calls that the rate limit counts together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitScope {
    /// All calls of an account: the strictest reading of "per account, per minute" (docs/facts/inmoment-api.md#rate-limit).
    #[default]
    Account,
    /// Each method and route of an account separately (docs/facts/inmoment-api.md#rate-limit).
    Endpoint,
}

/// The open questions (docs/facts/inmoment-api.md#open-questions) that have a switch. As JSON, it is an object with any
/// of the fields; the others keep their defaults.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Switches {
    /// docs/facts/inmoment-api.md#q2: the largest `per_page` of a list.
    pub max_per_page: u32,
    /// docs/facts/inmoment-api.md#q7: the status of a successful create.
    pub create_status: u16,
    /// docs/facts/inmoment-api.md#q8: the reply to a new response or decline has no body.
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
    /// `external_created_at` may be in milliseconds, as InMoment's Android SDK sends it in its own test; it is returned
    /// unchanged. Otherwise such a time is answered 400.
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
    /// If it has an unknown name, or a value is invalid: a create's status must be a success, a refusal's an error, and
    /// a page at least 1.
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

/// All options of a sandbox. The pure [`Sandbox`](crate::Sandbox) ignores those that are marked *server*.
#[derive(Debug, Clone)]
pub struct Options {
    /// The accounts; the demo account by default.
    pub accounts: Vec<Account>,
    /// The seed for tokens: the same seed and the same requests give the same replies, byte for byte.
    pub seed: u64,
    /// The calls of an account that are allowed per minute of the clock; `None` means no limit and no rate headers.
    pub limit: Option<u32>,
    /// The calls that [`limit`](Options::limit) counts together.
    pub limit_scope: LimitScope,
    /// The initial faults.
    pub faults: FaultScript,
    /// The other readings of open questions.
    pub switches: Switches,
    /// The number of requests in the log; the oldest are removed first.
    pub log_capacity: usize,
    /// *Server*: the address of the control API, which must be a loopback address.
    pub control: SocketAddr,
    /// *Server*: the state file, which is loaded at start, and written after changes and at shutdown.
    pub state_file: Option<PathBuf>,
    /// *Server*: the supervisor of its tasks.
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
