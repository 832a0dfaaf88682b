//! InMoment behind callers that treat each call as the test's script says.

use delivery::CallClient;
use inmoment::token::{grant, password_request};
use inmoment::{Call, CallOutcome, Called, Credentials, Exchange, HttpReply, HttpRequest};
use sandbox::{LogEntry, LogFilter, Options, Request, RequestEnd, Sandbox, Switches};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{Semaphore, watch};

const NOW_MS: i64 = crate::world::START;

/// The treatment of a call.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    Answer,
    /// It is carried out, and answered once the test allows it.
    Slow,
    /// It is carried out and never answered.
    LoseReply,
    /// It is neither carried out nor answered.
    LoseRequest,
}

/// An account at InMoment in which two answers of a day are two.
pub(crate) struct Account {
    sandbox: Mutex<Sandbox>,
    /// All calls.
    asked: Mutex<Vec<Request>>,
}

impl Account {
    pub(crate) fn new() -> Arc<Account> {
        let switches = Switches { one_a_day: false, ..Switches::default() };
        let sandbox = Sandbox::new(Options { switches, ..Options::default() });
        Arc::new(Account { sandbox: Mutex::new(sandbox), asked: Mutex::default() })
    }

    /// Another account that holds the same.
    pub(crate) fn again(&self) -> Arc<Account> {
        let account = Account::new();
        for request in self.asked.lock().unwrap().iter() {
            account.sandbox.lock().unwrap().serve(NOW_MS, request);
        }
        account
    }

    /// The stored state.
    pub(crate) fn state(&self) -> Value {
        self.sandbox.lock().unwrap().state(NOW_MS, None)
    }

    fn send(&self, request: &HttpRequest, token: Option<&SecretString>) -> HttpReply {
        let form = "application/x-www-form-urlencoded".to_owned();
        let mut headers = vec![("content-type".to_owned(), form)];
        headers.extend(token.map(|t| ("authorization".to_owned(), format!("Bearer {}", t.expose_secret()))));
        let request = Request {
            method: request.method.to_owned(),
            target: request.path.clone(),
            headers,
            body: request.form.clone().unwrap_or_default().into_bytes(),
        };
        let served = self.sandbox.lock().unwrap().serve(NOW_MS, &request);
        self.asked.lock().unwrap().push(request);
        let RequestEnd::Reply(reply) = served.end else { panic!() };
        let headers = reply.headers.into_iter().map(|(name, value)| (name.to_lowercase(), value)).collect();
        HttpReply { status: reply.status, headers, body: reply.body }
    }

    /// Calls carried out to this kind of path, in their order.
    pub(crate) fn carried_out(&self, path_end: &str) -> Vec<LogEntry> {
        let filter =
            LogFilter { method: Some("POST".to_owned()), executed: Some(true), ..LogFilter::default() };
        let sandbox = self.sandbox.lock().unwrap();
        sandbox.requests(&filter).filter(|entry| entry.path.ends_with(path_end)).cloned().collect()
    }
}

/// One client of the account, with the credentials of its settings.
pub(crate) struct Scripted {
    account: Arc<Account>,
    credentials: Credentials,
    script: Mutex<VecDeque<Act>>,
    held: watch::Sender<usize>,
    gate: Semaphore,
    under_way: Mutex<usize>,
}

/// A script is to be used up.
impl Drop for Scripted {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert_eq!(self.script.lock().unwrap().len(), 0, "acts that no call came for");
        }
    }
}

struct UnderWay<'a>(&'a Mutex<usize>);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        *self.0.lock().unwrap() -= 1;
    }
}

impl Scripted {
    pub(crate) fn new(account: &Arc<Account>, password: &str, script: &[Act]) -> Arc<Scripted> {
        let demo = sandbox::Account::demo();
        let credentials = Credentials {
            username: demo.username,
            password: SecretString::from(password),
            account_token: SecretString::from(demo.account_token),
        };
        Arc::new(Scripted {
            account: Arc::clone(account),
            credentials,
            script: Mutex::new(script.iter().copied().collect()),
            held: watch::Sender::new(0),
            gate: Semaphore::new(0),
            under_way: Mutex::new(0),
        })
    }

    /// Returns when so many calls are being held.
    pub(crate) async fn holds(&self, calls: usize) {
        self.held.subscribe().wait_for(|held| *held >= calls).await.unwrap();
    }

    /// Lets slow calls be answered.
    pub(crate) fn release(&self) {
        self.gate.add_permits(1_000);
    }

    pub(crate) fn under_way(&self) -> usize {
        *self.under_way.lock().unwrap()
    }

    fn carry_out(&self, call: &Call) -> (CallOutcome, Option<HttpReply>) {
        let reply = self.account.send(&password_request(&self.credentials), None);
        let granted = match grant(&reply, NOW_MS / 1_000) {
            Ok(granted) => granted,
            Err(error) => return (Err(error), None),
        };
        if *call == Call::Authenticate {
            return (inmoment::decode(call, &reply, NOW_MS / 1_000), None);
        }
        let reply = self.account.send(&call.request(), Some(&granted.access_token));
        (inmoment::decode(call, &reply, NOW_MS / 1_000), Some(reply))
    }

    async fn hold(&self, for_ever: bool) {
        self.held.send_modify(|held| *held += 1);
        match for_ever {
            true => std::future::pending().await,
            false => self.gate.acquire().await.unwrap().forget(),
        }
    }
}

impl CallClient for Scripted {
    fn call<'a>(&'a self, call: &'a Call) -> Pin<Box<dyn Future<Output = Called> + Send + 'a>> {
        Box::pin(async move {
            *self.under_way.lock().unwrap() += 1;
            let _under_way = UnderWay(&self.under_way);
            let next = || self.script.lock().unwrap().pop_front();
            let act = if *call == Call::Authenticate { Act::Answer } else { next().unwrap_or(Act::Answer) };
            if act == Act::LoseRequest {
                self.hold(true).await;
            }
            let (outcome, reply) = self.carry_out(call);
            if act != Act::Answer {
                self.hold(act == Act::LoseReply).await;
            }
            let exchange = Exchange::new(&call.request(), reply.as_ref(), &[], NOW_MS, Duration::ZERO);
            Called { outcome, exchange }
        })
    }
}
