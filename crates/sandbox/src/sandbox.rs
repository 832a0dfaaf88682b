//! The emulator itself: a pure function of (state, request, time) to a reply.
//!
//! It reads no clock, does no I/O and derives its tokens from a seed, so a simulation can run it unchanged: the same
//! requests at the same times give the same replies, byte for byte. [`handle`](Sandbox::handle) is the API alone;
//! [`serve`](Sandbox::serve) also applies the fault script and says how the reply is delivered, which a server or a
//! simulated network then carries out. Time may jump in both directions; only tokens, windows and deletions depend on
//! it.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::api::{self, Call, Ids};
use crate::dates;
use crate::exchange::{
    Reply, Request, internal_error, method_not_allowed, no_route, rate_limit_exceeded, unauthorized,
    unreadable,
};
use crate::faults::{Fault, FaultScript, FaultVerdict, Progress, RequestFacts, Rules};
use crate::incoming::Incoming;
use crate::limit::Limits;
use crate::log::{LogEntry, LogFilter, RequestLog};
use crate::options::{Account, LimitScope, Options, Switches};
use crate::route::{Endpoint, NoEndpoint};
use crate::store::{FeedbackKind, Store};
use crate::tokens::Tokens;
use crate::view;

/// The limit that a 429 storm names if the account has no limit: the documented sample.
const SAMPLE_LIMIT: u32 = 100;

/// An emulated InMoment.
pub struct Sandbox {
    pub(crate) options: Arc<Options>,
    pub(crate) accounts: Vec<(Account, Store)>,
    pub(crate) tokens: Tokens,
    pub(crate) ids: Ids,
    switches: Switches,
    limits: Limits,
    rules: Rules,
    log: RequestLog,
    changes: u64,
}

/// How a request ends for the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequestEnd {
    /// The reply arrives completely.
    Reply(Reply),
    /// The head arrives, and the body breaks off.
    Truncated {
        /// The whole reply; its body is longer than what is sent.
        reply: Reply,
        /// How much of the body is sent.
        bytes: usize,
    },
    /// The connection is reset without a reply.
    Reset,
}

/// The result of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Served {
    /// How long the reply is delayed. The request itself was executed at once.
    pub delay_ms: u64,
    /// The reply that the client gets.
    pub end: RequestEnd,
    /// Whether the API carried the request out, whatever the client receives.
    pub executed: bool,
}

impl Sandbox {
    /// An empty sandbox.
    pub fn new(options: Options) -> Sandbox {
        Sandbox {
            accounts: options.accounts.iter().map(|account| (account.clone(), Store::default())).collect(),
            tokens: Tokens::new(options.seed),
            ids: Ids::default(),
            switches: options.switches.clone(),
            limits: Limits::new(options.limit, options.limit_scope),
            rules: Rules::new(options.faults.clone()),
            log: RequestLog::new(options.log_capacity),
            changes: 0,
            options: Arc::new(options),
        }
    }

    /// The API's reply, without any fault.
    pub fn handle(&mut self, now_ms: i64, request: &Request) -> Reply {
        let incoming = Incoming::read(request);
        let reply = self.answer(now_ms, request, &incoming);
        let executed = is_success(&reply);
        self.note(now_ms, request, incoming, Some(reply.status), executed, FaultVerdict::default());
        reply
    }

    /// The API's reply after the fault script was applied.
    pub fn serve(&mut self, now_ms: i64, request: &Request) -> Served {
        let incoming = Incoming::read(request);
        let mut verdict = self.judge(now_ms, request, &incoming);
        let (end, executed) = match verdict.fault.take() {
            Some(Fault::Reply(reply)) => (RequestEnd::Reply(dated(reply, now_ms)), false),
            Some(Fault::ResetBefore) => (RequestEnd::Reset, false),
            fault => {
                if let Some(Fault::RevokeTokens { refresh_too }) = fault {
                    self.revoke_tokens(refresh_too);
                }
                let reply = self.answer(now_ms, request, &incoming);
                let executed = is_success(&reply);
                (spoil(reply, fault, now_ms), executed)
            }
        };
        let status = match &end {
            RequestEnd::Reply(reply) | RequestEnd::Truncated { reply, .. } => Some(reply.status),
            RequestEnd::Reset => None,
        };
        let delay_ms = verdict.delay_ms;
        self.note(now_ms, request, incoming, status, executed, verdict);
        Served { delay_ms, end, executed }
    }

    /// The fault script's decision about a request. It counts the request, so it must be called only once.
    pub fn verdict(&mut self, now_ms: i64, request: &Request) -> FaultVerdict {
        let incoming = Incoming::read(request);
        self.judge(now_ms, request, &incoming)
    }

    fn judge(&mut self, now_ms: i64, request: &Request, incoming: &Incoming) -> FaultVerdict {
        if self.rules.is_empty() {
            return FaultVerdict::default();
        }
        let accounts = &self.accounts;
        let facts = RequestFacts {
            method: &request.method,
            path: &incoming.path,
            concerns: &|user| accounts.iter().any(|(_, store)| incoming.concerns(store, user)),
            limit: self.limits.get().0.unwrap_or(SAMPLE_LIMIT),
        };
        self.rules.decide(now_ms, &facts)
    }

    fn answer(&mut self, now_ms: i64, request: &Request, incoming: &Incoming) -> Reply {
        let now = dates::seconds(now_ms);
        for (_, store) in &mut self.accounts {
            store.purge(now);
        }
        let reply = match (&incoming.endpoint, &incoming.params) {
            (Err(NoEndpoint::Path), _) => no_route(),
            (Err(NoEndpoint::Method(allowed)), _) => method_not_allowed(allowed),
            (Ok(_), Err((status, message))) => unreadable(*status, message),
            (Ok(Endpoint::Token), Ok(params)) => {
                let accounts = self.accounts.iter().map(|(account, _)| account);
                let ask = api::token::Ask {
                    params,
                    basic: incoming.basic(request),
                    switches: &self.switches,
                    now_ms,
                };
                api::token::answer(&mut self.tokens, accounts, &ask)
            }
            (Ok(endpoint), Ok(_)) => self.resource(now_ms, request, incoming, endpoint),
        };
        if is_success(&reply) && request.method != "GET" {
            self.changes += 1;
        }
        dated(reply, now_ms)
    }

    /// Every endpoint that needs a token and counts as a call.
    fn resource(
        &mut self,
        now_ms: i64,
        request: &Request,
        incoming: &Incoming,
        endpoint: &Endpoint,
    ) -> Reply {
        let Ok(params) = &incoming.params else { return no_route() };
        let token = incoming.access_token(request).unwrap_or_default();
        if token.contains('\0') {
            return internal_error();
        }
        let account = match self.tokens.account(&token, now_ms) {
            Ok(account) => account,
            Err(refused) => return unauthorized(refused.message()),
        };
        let standing = self.limits.take(account, endpoint.card(), now_ms);
        if let Some(standing) = standing.filter(|standing| !standing.allowed) {
            return standing.mark(rate_limit_exceeded());
        }
        // A snapshot with other options may have tokens of an account that no longer exists.
        let Some((_, store)) = self.accounts.get_mut(account) else { return no_route() };
        let mut call =
            Call { now: dates::seconds(now_ms), params, store, ids: &mut self.ids, switches: &self.switches };
        let reply = api::dispatch(&mut call, endpoint);
        match standing {
            Some(standing) => standing.mark(reply),
            None => reply,
        }
    }

    fn note(
        &mut self,
        now_ms: i64,
        request: &Request,
        incoming: Incoming,
        status: Option<u16>,
        executed: bool,
        verdict: FaultVerdict,
    ) {
        let params = incoming.params.unwrap_or_default();
        let entry = LogEntry {
            seq: 0,
            at_ms: now_ms,
            method: request.method.clone(),
            path: incoming.path,
            query: params.query,
            form: params.body,
            status,
            executed,
            fault: Some(verdict.words).filter(|words| !words.is_empty()),
            delay_ms: verdict.delay_ms,
        };
        self.log.push(entry, request.target.len() + request.body.len());
    }
}

/// Operations for a test or an operator, which are not part of the API.
impl Sandbox {
    /// The logged requests that pass a filter, oldest first.
    pub fn requests(&self, filter: &LogFilter) -> impl Iterator<Item = &LogEntry> {
        self.log.since(filter.after).filter(move |entry| filter.holds(entry))
    }

    /// Empties the request log; the numbering continues.
    pub fn clear_requests(&mut self) {
        self.log.clear();
    }

    pub(crate) fn log(&self) -> &RequestLog {
        &self.log
    }

    /// The number of changes; it increases only if a snapshot would differ.
    pub fn changes(&self) -> u64 {
        self.changes
    }

    /// The present script.
    pub fn faults(&self) -> FaultScript {
        self.rules.script()
    }

    pub(crate) fn fault_progress(&self) -> Vec<Progress> {
        self.rules.progress()
    }

    /// Replaces the script; the new rules start from the beginning.
    pub fn set_faults(&mut self, script: FaultScript) {
        self.rules = Rules::new(script);
    }

    /// Revokes every access token, and the refresh tokens too when asked to.
    pub fn revoke_tokens(&mut self, refresh_too: bool) {
        self.tokens.revoke_all(refresh_too);
        self.changes += 1;
    }

    /// Changes the password of a login, in all of its accounts; tokens stay valid. Returns false if there is no such
    /// login.
    pub fn set_password(&mut self, username: &str, password: &str) -> bool {
        let mut found = false;
        for (account, _) in &mut self.accounts {
            if account.username.eq_ignore_ascii_case(username) {
                account.password = password.to_owned();
                found = true;
            }
        }
        found
    }

    pub(crate) fn knows_login(&self, username: &str) -> bool {
        self.accounts.iter().any(|(account, _)| account.username.eq_ignore_ascii_case(username))
    }

    pub(crate) fn knows_client(&self, id: &str) -> bool {
        let mut clients = self.accounts.iter().filter_map(|(account, _)| account.client.as_ref());
        clients.any(|client| client.id == id)
    }

    /// Changes the secret of an OAuth client, in all of its accounts. Returns false if there is no such client.
    pub fn set_client_secret(&mut self, id: &str, secret: &str) -> bool {
        let mut found = false;
        for (account, _) in &mut self.accounts {
            if let Some(client) = account.client.as_mut().filter(|client| client.id == id) {
                client.secret = secret.to_owned();
                found = true;
            }
        }
        found
    }

    /// The present switches.
    pub fn switches(&self) -> &Switches {
        &self.switches
    }

    /// Replaces the switches, from the next request on.
    pub fn set_switches(&mut self, switches: Switches) {
        self.switches = switches;
    }

    /// Changes the rate limit; calls that were already made in this minute stay counted.
    pub fn set_limit(&mut self, limit: Option<u32>, scope: LimitScope) {
        self.limits.set(limit, scope);
    }

    pub(crate) fn limit(&self) -> (Option<u32>, LimitScope) {
        self.limits.get()
    }

    /// Resets the sandbox to the options it was started with: no records, no tokens, an empty log.
    pub fn reset(&mut self) {
        let mut fresh = Sandbox::new(Options::clone(&self.options));
        fresh.tokens = std::mem::take(&mut self.tokens);
        fresh.tokens.clear();
        std::mem::swap(&mut fresh.log, &mut self.log);
        fresh.log.clear();
        fresh.changes = self.changes + 1;
        *self = fresh;
    }

    /// Every record as the API would return it, by id: `{"end_users": [], "responses": [], "declines": []}`; of one
    /// account, which its token names, or of all.
    pub fn state(&mut self, now_ms: i64, account_token: Option<&str>) -> Value {
        let (mut users, mut responses, mut declines) = (Vec::new(), Vec::new(), Vec::new());
        for (account, store) in &mut self.accounts {
            store.purge(dates::seconds(now_ms));
            if account_token.is_none_or(|token| account.account_token == token) {
                users.extend(store.users().map(|user| view::end_user(store, user)));
                responses
                    .extend(store.all_feedback(FeedbackKind::Response).map(|row| view::feedback(store, row)));
                declines
                    .extend(store.all_feedback(FeedbackKind::Decline).map(|row| view::feedback(store, row)));
            }
        }
        json!({"end_users": users, "responses": responses, "declines": declines})
    }
}

fn is_success(reply: &Reply) -> bool {
    (200..300).contains(&reply.status)
}

fn dated(reply: Reply, now_ms: i64) -> Reply {
    reply.with("Date", dates::http_date(now_ms))
}

/// Applies a fault that follows the execution.
fn spoil(reply: Reply, fault: Option<Fault>, now_ms: i64) -> RequestEnd {
    match fault {
        Some(Fault::ResetAfter) => RequestEnd::Reset,
        // Without a body only the reply itself can break off.
        Some(Fault::Truncate { .. }) if reply.body.is_empty() => RequestEnd::Reset,
        Some(Fault::Truncate { bytes }) => {
            RequestEnd::Truncated { bytes: bytes.min(reply.body.len() - 1), reply }
        }
        Some(Fault::Garbage) => {
            let page = Reply::empty(200).with("Content-Type", "text/html");
            RequestEnd::Reply(dated(page.text("<html><body>Service is being prepared</body></html>"), now_ms))
        }
        _ => RequestEnd::Reply(reply),
    }
}

#[cfg(test)]
mod tests;
