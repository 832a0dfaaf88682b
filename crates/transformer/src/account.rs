//! The InMoment accounts of the jobs: there is one client with its token, and one allowance, for each destination *and*
//! its credentials (docs/facts/transformer.md#defect-b2, #defect-b4).
//!
//! Accounts are made when a job names them and kept while they are used: beyond [`MOST`], the account that was unused
//! for the longest time is dropped. All accounts at one address share its connections.

use crate::allowance::Allowance;
use crate::settings::Settings;
use inmoment::{
    Call, Client, ClientSettings, Credentials, FailedCall, HttpReply, Lookup, RateHeaders, Region, Said,
    TokenLife,
};
use mapping::Profile;
use secrecy::SecretString;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::sync::Semaphore;
use tokio::time::Instant;

/// The largest number of accounts in memory.
const MOST: usize = 1_000;

/// The account in a destination's configuration. `Debug` shows none of it.
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub(crate) struct Login {
    /// the destination's id
    pub(crate) destination: String,
    pub(crate) username: String,
    pub(crate) password: String,
    pub(crate) account_token: String,
}

/// All accounts.
pub(crate) struct Accounts {
    profile: Profile,
    base_url: Option<String>,
    concurrency: usize,
    /// One client for each address, whose connections the address's other clients share.
    addresses: HashMap<String, Client>,
    known: Mutex<Known>,
    started: Instant,
}

#[derive(Default)]
struct Known {
    accounts: HashMap<Login, (Arc<Account>, u64)>,
    uses: u64,
}

impl Accounts {
    pub(crate) fn new(settings: &Settings) -> Result<Accounts, inmoment::SettingsError> {
        let base_url = settings.base_url.as_ref().map(|url| url.trim_end_matches('/').to_owned());
        let addresses: Vec<String> = match (&base_url, settings.profile) {
            (Some(base_url), _) => vec![base_url.clone()],
            (None, Profile::Rudderstack) => vec![Region::Us.base_url().to_owned()],
            (None, Profile::Native) => Region::ALL.map(|region| region.base_url().to_owned()).to_vec(),
        };
        let mut clients = HashMap::new();
        for address in addresses {
            let nobody = Credentials {
                username: String::new(),
                password: SecretString::default(),
                account_token: SecretString::default(),
            };
            let client = Client::new(ClientSettings {
                timeout: settings.call_timeout,
                token_life: TokenLife::HandedOn,
                ..ClientSettings::new(&address, nobody)
            })?;
            clients.insert(address, client);
        }
        Ok(Accounts {
            profile: settings.profile,
            base_url,
            concurrency: settings.concurrency,
            addresses: clients,
            known: Mutex::default(),
            started: Instant::now(),
        })
    }

    /// The region of the account: as in the settings, else US in the profile `rudderstack`
    /// (docs/facts/transformer.md#destination) and by the account token's prefix in `native`.
    fn address(&self, login: &Login) -> String {
        match (&self.base_url, self.profile) {
            (Some(base_url), _) => base_url.clone(),
            (None, Profile::Rudderstack) => Region::Us.base_url().to_owned(),
            (None, Profile::Native) => Region::from_account_token(&login.account_token).base_url().to_owned(),
        }
    }

    /// The account of this login.
    pub(crate) fn of(&self, login: &Login) -> Option<Arc<Account>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.uses += 1;
        let now = known.uses;
        if let Some((account, used)) = known.accounts.get_mut(login) {
            *used = now;
            return Some(Arc::clone(account));
        }
        if known.accounts.len() >= MOST {
            let oldest =
                known.accounts.iter().min_by_key(|(_, (_, used))| *used).map(|(login, _)| login.clone());
            oldest.and_then(|login| known.accounts.remove(&login));
        }
        let address = self.address(login);
        let near = self.addresses.get(&address)?;
        let credentials = Credentials {
            username: login.username.clone(),
            password: SecretString::from(login.password.clone()),
            account_token: SecretString::from(login.account_token.clone()),
        };
        let account = Arc::new(Account {
            client: near.with_credentials(credentials),
            address,
            room: Semaphore::new(self.concurrency),
            allowance: Mutex::default(),
            started: self.started,
        });
        known.accounts.insert(login.clone(), (Arc::clone(&account), now));
        Some(account)
    }
}

/// One account.
pub(crate) struct Account {
    client: Client,
    address: String,
    room: Semaphore,
    allowance: Mutex<Allowance>,
    started: Instant,
}

impl Account {
    /// The address of InMoment, without a slash at its end.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// The present token, or a new one.
    pub(crate) async fn token(&self) -> Result<SecretString, Box<FailedCall>> {
        self.client.access_token().await
    }

    /// A token other than the refused one.
    pub(crate) async fn replaced_token(&self, refused: &str) -> Result<SecretString, Box<FailedCall>> {
        self.client.replaced_token(&SecretString::from(refused)).await
    }

    /// Whether InMoment has answered a look-up yet.
    pub(crate) fn is_heard(&self) -> bool {
        self.allowance(|allowance, _| allowance.is_heard())
    }

    /// Takes a look-up for this many jobs out of the allowance, or returns in how many seconds to try again.
    pub(crate) fn admit(&self, jobs: usize) -> Result<Admission<'_>, u64> {
        let jobs = u32::try_from(jobs).unwrap_or(u32::MAX);
        let admitted = self.allowance(|allowance, now| allowance.admit(now, jobs))?;
        let jobs = usize::try_from(admitted).unwrap_or(usize::MAX);
        Ok(Admission { account: self, jobs, heard: None })
    }

    /// Takes in what the reply to a delivery says about the account.
    pub(crate) fn learn(&self, reply: &HttpReply) {
        let rate = RateHeaders::read(reply, unix_secs());
        self.allowance(|allowance, now| allowance.learn(now, rate));
    }

    fn allowance<T>(&self, act: impl FnOnce(&mut Allowance, u64) -> T) -> T {
        let now = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        act(&mut self.allowance.lock().unwrap_or_else(PoisonError::into_inner), now)
    }
}

/// A permitted look-up. Its outcome is settled when this is dropped, even if the result is no longer awaited.
pub(crate) struct Admission<'a> {
    account: &'a Account,
    /// For how many of the waiting jobs there are calls.
    pub(crate) jobs: usize,
    heard: Option<(RateHeaders, bool)>,
}

impl Admission<'_> {
    /// Makes the look-up.
    pub(crate) async fn look_up(&mut self, lookup: Lookup) -> Result<HttpReply, Box<FailedCall>> {
        // This cannot fail, because the semaphore is never closed.
        let _place = self.account.room.acquire().await;
        let asked = self.account.client.ask(&Call::GetEndUser(lookup)).await;
        let reply = match asked.as_ref().map_err(|failed| &failed.said) {
            Ok(reply) | Err(Said::Reply(reply)) => Some(reply),
            Err(Said::Lost(_)) => None,
        };
        self.heard = reply.map(|reply| (RateHeaders::read(reply, unix_secs()), reply.status == 429));
        asked
    }
}

impl Drop for Admission<'_> {
    fn drop(&mut self) {
        let (rate, refused) = self.heard.map_or((None, false), |(rate, refused)| (Some(rate), refused));
        self.account.allowance(|allowance, now| allowance.settle(now, rate, refused));
    }
}

/// The clock for rate headers of replies without a `Date`.
fn unix_secs() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
