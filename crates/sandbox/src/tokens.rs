//! Access and refresh tokens (docs/facts/inmoment-api.md#token).
//!
//! A token lives 7200 seconds from its creation; refreshing revokes the pair that it replaces
//! (docs/facts/inmoment-api.md#q29). Tokens are derived from the seed. If there are very many, the oldest are dropped,
//! as if they had never existed.

use std::collections::{HashMap, VecDeque};

use serde::{Deserialize, Serialize};

/// Lifetime of an access token in seconds.
pub(crate) const LIFETIME: i64 = 7_200;
const MAX_TOKENS: usize = 10_000;

/// One pair as it was issued.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Pair {
    pub(crate) access: String,
    pub(crate) refresh: Option<String>,
    /// The position of the account in the options.
    pub(crate) account: usize,
    pub(crate) created_ms: i64,
    pub(crate) access_revoked: bool,
    pub(crate) refresh_revoked: bool,
}

/// Why an access token is refused: Doorkeeper's words (docs/facts/inmoment-api.md#e5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenRefusal {
    Unknown,
    Expired,
    Revoked,
}

impl TokenRefusal {
    pub(crate) fn message(self) -> &'static str {
        match self {
            TokenRefusal::Unknown => "The access token is invalid",
            TokenRefusal::Expired => "The access token expired",
            TokenRefusal::Revoked => "The access token was revoked",
        }
    }
}

/// All tokens of a sandbox.
#[derive(Clone, Default)]
pub(crate) struct Tokens {
    by_access: HashMap<String, Pair>,
    access_by_refresh: HashMap<String, String>,
    order: VecDeque<String>,
    /// The state of the generator.
    state: u64,
}

impl Tokens {
    pub(crate) fn new(seed: u64) -> Tokens {
        Tokens { state: seed, ..Tokens::default() }
    }

    /// Issues a new pair.
    pub(crate) fn issue(&mut self, account: usize, with_refresh: bool, now_ms: i64) -> Pair {
        let access = self.draw();
        let refresh = with_refresh.then(|| self.draw());
        let pair = Pair {
            access,
            refresh,
            account,
            created_ms: now_ms,
            access_revoked: false,
            refresh_revoked: false,
        };
        self.insert(pair.clone());
        pair
    }

    /// Exchanges a refresh token for a new pair; `None` if it is unknown or used.
    pub(crate) fn refresh(&mut self, token: &str, now_ms: i64) -> Option<Pair> {
        let access = self.access_by_refresh.get(token)?;
        let old = self.by_access.get_mut(access).filter(|pair| !pair.refresh_revoked)?;
        old.refresh_revoked = true;
        old.access_revoked = true;
        let account = old.account;
        Some(self.issue(account, true, now_ms))
    }

    /// The account of a valid token.
    pub(crate) fn account(&self, access: &str, now_ms: i64) -> Result<usize, TokenRefusal> {
        let pair = self.by_access.get(access).ok_or(TokenRefusal::Unknown)?;
        if pair.access_revoked {
            Err(TokenRefusal::Revoked)
        } else if now_ms >= pair.created_ms.saturating_add(LIFETIME * 1_000) {
            Err(TokenRefusal::Expired)
        } else {
            Ok(pair.account)
        }
    }

    /// Revokes every access token, and the refresh tokens too when asked to.
    pub(crate) fn revoke_all(&mut self, refresh_too: bool) {
        for pair in self.by_access.values_mut() {
            pair.access_revoked = true;
            pair.refresh_revoked |= refresh_too;
        }
    }

    /// Drops every token but not the generator's state, so that no token is ever issued twice.
    pub(crate) fn clear(&mut self) {
        *self = Tokens::new(self.state);
    }

    /// The pairs, oldest first, and the generator's state, for a snapshot.
    pub(crate) fn dump(&self) -> (Vec<Pair>, u64) {
        (self.order.iter().filter_map(|access| self.by_access.get(access)).cloned().collect(), self.state)
    }

    pub(crate) fn load(pairs: Vec<Pair>, state: u64) -> Tokens {
        let mut tokens = Tokens::new(state);
        for pair in pairs {
            tokens.insert(pair);
        }
        tokens
    }

    fn insert(&mut self, pair: Pair) {
        if let Some(refresh) = &pair.refresh {
            self.access_by_refresh.insert(refresh.clone(), pair.access.clone());
        }
        self.order.push_back(pair.access.clone());
        self.by_access.insert(pair.access.clone(), pair);
        while self.order.len() > MAX_TOKENS {
            let oldest = self.order.pop_front().and_then(|access| self.by_access.remove(&access));
            if let Some(refresh) = oldest.and_then(|pair| pair.refresh) {
                self.access_by_refresh.remove(&refresh);
            }
        }
    }

    /// 64 hexadecimal digits, the form that was recorded (docs/facts/inmoment-api.md#token-reply).
    fn draw(&mut self) -> String {
        (0..4).map(|_| format!("{:016x}", self.next())).collect()
    }

    /// SplitMix64: a fixed, public sequence. These tokens protect only invented data, and must be reproducible.
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}
