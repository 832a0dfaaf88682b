//! The whole state as JSON text: records, tokens and the next ids. It does not contain options, passwords, faults, the
//! rate window and the request log.

use serde::{Deserialize, Serialize};

use crate::api::Ids;
use crate::options::Options;
use crate::sandbox::Sandbox;
use crate::store::{Rows, Store};
use crate::tokens::{Pair, Tokens};

const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Snapshot {
    version: u32,
    ids: Ids,
    tokens: Vec<Pair>,
    generator: u64,
    accounts: Vec<AccountRows>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountRows {
    account_token: String,
    rows: Rows,
}

/// A snapshot that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// The text is not JSON, or does not have a snapshot's shape.
    #[error("the sandbox's state is not readable: {0}")]
    Shape(#[from] serde_json::Error),
    /// Another version wrote it.
    #[error("the sandbox's state has version {0}, this program reads version {VERSION}")]
    Version(u32),
    /// Accounts differ in number or order from those in the options.
    #[error("the sandbox's state belongs to other accounts; start it with those, or without its state")]
    Accounts,
}

impl Sandbox {
    /// The state as JSON text. It contains tokens, so it must be protected like a password.
    pub fn snapshot(&self) -> Result<String, SnapshotError> {
        let (tokens, generator) = self.tokens.dump();
        let accounts = self.accounts.iter().map(|(account, store)| AccountRows {
            account_token: account.account_token.clone(),
            rows: Rows::from(store),
        });
        let snapshot = Snapshot {
            version: VERSION,
            ids: self.ids.clone(),
            tokens,
            generator,
            accounts: accounts.collect(),
        };
        Ok(serde_json::to_string(&snapshot)?)
    }

    /// A sandbox that continues from a snapshot.
    pub fn restore(options: Options, snapshot: &str) -> Result<Sandbox, SnapshotError> {
        #[derive(Deserialize)]
        struct Head {
            version: u32,
        }
        let head: Head = serde_json::from_str(snapshot)?;
        if head.version != VERSION {
            return Err(SnapshotError::Version(head.version));
        }
        let snapshot: Snapshot = serde_json::from_str(snapshot)?;
        let mut sandbox = Sandbox::new(options);
        let known = sandbox.accounts.iter().map(|(account, _)| account.account_token.as_str());
        if !known.eq(snapshot.accounts.iter().map(|account| account.account_token.as_str())) {
            return Err(SnapshotError::Accounts);
        }
        sandbox.ids = snapshot.ids;
        sandbox.tokens = Tokens::load(snapshot.tokens, snapshot.generator);
        for ((_, store), account) in sandbox.accounts.iter_mut().zip(snapshot.accounts) {
            *store = Store::from(account.rows);
        }
        Ok(sandbox)
    }
}
