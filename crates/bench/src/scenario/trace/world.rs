//! Simulated time: tokio's clock stands still and jumps to the next timer of any task.

use super::reference::Trace;
use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use delivery::{CallClient, Clock, DestinationSettings, Handle, Now};
use event::{EventKind, Millis, RequestShape, SourceKind};
use inmoment::{Call, Called, Exchange, HttpReply};
use journal::{DeliveryStore, DestinationId, Fates, Intake, MemoryJournal, NewRequest, SourceId};
use mapping::LastSurveyed;
use sandbox::{Account, Options, Request, RequestEnd, Sandbox, Switches};
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// The beginning of a minute, where InMoment's windows begin.
const BEGIN_MS: i64 = 1_772_443_800_000;
/// The time from a call to its reply.
const CALL_MS: u64 = 100;
/// A token is renewed long before it expires.
const TOKEN_MS: u64 = 3_600_000;
/// The longest simulated time; everything is delivered earlier, whatever the limit is.
const DELIVERY_TIMEOUT: Duration = Duration::from_secs(30 * 86_400);

/// The result of a trace.
#[derive(Debug, Clone)]
pub(super) struct TraceOutcome {
    events: u64,
    calls: u64,
    pub(super) refused: u32,
    last_call_ms: u64,
    /// calls in each minute
    used: BTreeMap<u64, u32>,
    /// minutes at whose end more events were pending than calls under way
    behind: Vec<u64>,
}

impl TraceOutcome {
    pub(super) fn calls_per_event(&self) -> f64 {
        // Both are small.
        self.calls as f64 / self.events as f64
    }

    pub(super) fn minutes(&self) -> f64 {
        self.last_call_ms as f64 / 60_000.0
    }

    /// The percentage of the allowed calls that was used in the minutes that began and ended with a backlog.
    pub(super) fn share_used(&self, limit: u32) -> f64 {
        let whole = self.behind.iter().filter(|minute| self.behind.contains(&(**minute).wrapping_sub(1)));
        let used: Vec<u32> = whole.map(|minute| self.used.get(minute).copied().unwrap_or(0)).collect();
        let allowed = f64::from(limit) * used.len() as f64;
        if allowed == 0.0 { 0.0 } else { f64::from(used.iter().sum::<u32>()) / allowed * 100.0 }
    }
}

struct StandingClock(Instant);

impl Clock for StandingClock {
    fn now(&self) -> Now {
        let mono = u64::try_from(self.0.elapsed().as_millis()).unwrap_or(u64::MAX);
        Now { wall: Millis(BEGIN_MS.saturating_add_unsigned(mono)), mono }
    }

    fn sleep_until(&self, mono: u64) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(tokio::time::sleep_until(self.0 + Duration::from_millis(mono)))
    }
}

/// InMoment in memory.
struct InMoment {
    state: Mutex<State>,
    clock: Arc<StandingClock>,
}

struct State {
    sandbox: Sandbox,
    token: Option<(String, u64)>,
    calls: u64,
    refused: u32,
    last_call_ms: u64,
    used: BTreeMap<u64, u32>,
}

impl InMoment {
    fn locked(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The reply to a call, which is carried out at once.
    fn answer(&self, call: &Call) -> Option<HttpReply> {
        let Now { wall, mono } = self.clock.now();
        let mut state = self.locked();
        let token = state.token(wall.0, mono)?;
        let request = call.request();
        let headers = vec![("authorization".to_owned(), format!("Bearer {token}"))];
        let served = send(&mut state.sandbox, wall.0, request.method, &request.path, headers, request.form);
        state.calls += 1;
        state.last_call_ms = mono;
        *state.used.entry(mono / 60_000).or_default() += 1;
        let reply = served?;
        state.refused += u32::from(reply.status == 429);
        Some(reply)
    }
}

impl State {
    fn token(&mut self, wall: i64, mono: u64) -> Option<String> {
        if let Some((token, _)) = self.token.as_ref().filter(|(_, since)| mono < since + TOKEN_MS) {
            return Some(token.clone());
        }
        let Account { username, password, account_token, .. } = Account::demo();
        let username = username.replace('@', "%40");
        let form = format!("grant_type=password&username={username}&password={password}");
        let path = format!("/oauth/token?account_token={account_token}");
        let reply = send(&mut self.sandbox, wall, "POST", &path, Vec::new(), Some(form))?;
        let value: serde_json::Value = serde_json::from_slice(&reply.body).ok()?;
        let token = value["access_token"].as_str()?.to_owned();
        self.token = Some((token.clone(), mono));
        Some(token)
    }
}

fn send(
    sandbox: &mut Sandbox,
    wall: i64,
    method: &str,
    target: &str,
    mut headers: Vec<(String, String)>,
    form: Option<String>,
) -> Option<HttpReply> {
    headers.push(("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned()));
    let body = form.unwrap_or_default().into_bytes();
    let request = Request { method: method.to_owned(), target: target.to_owned(), headers, body };
    // Without a fault script every request ends with a reply.
    let RequestEnd::Reply(reply) = sandbox.serve(wall, &request).end else { return None };
    let headers = reply.headers.into_iter().map(|(name, value)| (name.to_ascii_lowercase(), value));
    Some(HttpReply { status: reply.status, headers: headers.collect(), body: reply.body })
}

impl CallClient for InMoment {
    fn call<'a>(&'a self, call: &'a Call) -> Pin<Box<dyn Future<Output = Called> + Send + 'a>> {
        Box::pin(async move {
            let reply = self.answer(call);
            tokio::time::sleep(Duration::from_millis(CALL_MS)).await;
            // If the sandbox issued no token, the measurement would end with pending events.
            let reply = reply.unwrap_or(HttpReply { status: 503, headers: Vec::new(), body: Vec::new() });
            let now = self.clock.now().wall.0;
            let took = Duration::from_millis(CALL_MS);
            let exchange = Exchange::new(&call.request(), Some(&reply), &[], now, took);
            Called { outcome: inmoment::decode(call, &reply, now / 1_000), exchange }
        })
    }
}

/// A server's delivery without its sockets.
pub(super) struct World {
    journal: Arc<MemoryJournal>,
    inmoment: Arc<InMoment>,
    clock: Arc<StandingClock>,
    handle: Handle,
    source: SourceId,
    destination: DestinationId,
}

impl World {
    /// Must be made within a runtime whose time stands still.
    pub(super) fn new(last_surveyed: LastSurveyed, limit: Option<u32>) -> Result<World> {
        let clock = Arc::new(StandingClock(Instant::now()));
        let journal = Arc::new(MemoryJournal::new());
        let source = journal.source("website", SourceKind::Web)?;
        let destination = journal.destination("inmoment")?;
        let mut settings = DestinationSettings::new("inmoment", destination);
        settings.mapping.last_surveyed = last_surveyed;
        // A user's second answer within a day is a call like the first.
        let switches = Switches { one_a_day: false, ..Switches::default() };
        let sandbox = Sandbox::new(Options { limit, switches, log_capacity: 0, ..Options::default() });
        let state =
            State { sandbox, token: None, calls: 0, refused: 0, last_call_ms: 0, used: BTreeMap::new() };
        let inmoment = Arc::new(InMoment { state: Mutex::new(state), clock: Arc::clone(&clock) });
        let handle = delivery::start(settings, journal.clone(), inmoment.clone(), clock.clone())?;
        Ok(World { journal, inmoment, clock, handle, source, destination })
    }

    /// Accepts the trace's events, spread evenly over this time, and waits until all are delivered.
    pub(super) async fn live_through(&mut self, trace: &Trace, spread: Duration) -> Result<TraceOutcome> {
        let begin = Instant::now();
        let every = spread / u32::try_from(trace.events.len())?;
        let arrivals = async {
            for (number, message) in (0..).zip(trace.messages()) {
                tokio::time::sleep_until(begin + every * number).await;
                self.append(number, &message).await?;
            }
            anyhow::Ok(())
        };
        let mut behind = Vec::new();
        let watch = async {
            for minute in 0.. {
                tokio::time::sleep_until(begin + Duration::from_millis((minute + 1) * 60_000 - 1)).await;
                let glance = self.handle.snapshot();
                if glance.unfinished > glance.in_flight {
                    behind.push(minute);
                }
            }
        };
        let delivered = async {
            arrivals.await?;
            self.settled().await
        };
        tokio::select! {
            done = delivered => done?,
            () = watch => {}
        }
        let state = self.inmoment.locked();
        Ok(TraceOutcome {
            events: trace.events.len() as u64,
            calls: state.calls,
            refused: state.refused,
            last_call_ms: state.last_call_ms,
            used: state.used.clone(),
            behind,
        })
    }

    async fn append(&self, number: u32, message: &serde_json::Value) -> Result<()> {
        let kind = if message["type"] == "identify" { EventKind::Identify } else { EventKind::Track };
        let mut request_id = [0; 16];
        request_id[..4].copy_from_slice(&number.to_be_bytes());
        let request = NewRequest {
            source: self.source,
            shape: RequestShape::Single(kind),
            request_id,
            received_at: self.clock.now().wall,
            request_ip: Some("192.0.2.7".to_owned()),
            events: 1,
            rejected: Vec::new(),
            destinations: [self.destination].into(),
            body: Bytes::from(message.to_string()),
        };
        self.journal.append(request).await?;
        Ok(())
    }

    /// Waits until no event is pending; each must have been delivered.
    async fn settled(&self) -> Result<()> {
        let mut glances = self.handle.watch();
        let idle = async {
            loop {
                let idle = glances.borrow_and_update().unfinished == 0;
                if idle && self.journal.ledger()?.destinations["inmoment"].pending == 0 {
                    return anyhow::Ok(());
                }
                glances.changed().await?;
            }
        };
        tokio::time::timeout(DELIVERY_TIMEOUT, idle).await.context("events stay pending")??;
        let ledger = self.journal.ledger()?.destinations["inmoment"].clone();
        ensure!(
            ledger.delivered == ledger.accepted,
            "of {} events {} were delivered",
            ledger.accepted,
            ledger.delivered
        );
        Ok(())
    }
}
