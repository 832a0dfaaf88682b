//! One call's way to InMoment and back.

use super::Site;
use crate::dice::Dice;
use crate::scenario::Weather;
use crate::wire::{http_reply, request};
use event::Millis;
use inmoment::token::{grant, password_request};
use inmoment::{
    Call, CallError, CallOutcome, Executed, FailureClass, HttpReply, HttpRequest, Lookup, RateHeaders, decode,
};
use sandbox::faults::{FaultAction, FaultRule, FaultScript, Match};
use sandbox::{Request, RequestEnd};
use secrecy::SecretString;
use serde_json::Value;

/// What became of one call.
pub(crate) struct Carried {
    pub(crate) outcome: CallOutcome,
    /// How long until we know.
    pub(crate) delay: u64,
    /// The limit that came with the reply is none of InMoment's.
    pub(crate) lied: bool,
    /// InMoment may have counted it.
    pub(crate) counted: bool,
    /// In a word, for the history.
    pub(crate) how: &'static str,
}

/// What goes wrong with one exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mishap {
    Nothing,
    NotSent,
    LostRequest,
    LostReply,
    Truncated,
    Garbage,
    FailedBefore(u16),
    /// Carried out, and then a proxy on the way back says so.
    FailedAfter(u16),
    Storm,
    /// Carried out, and answered with a limit of zero.
    ZeroLimit,
    /// Carried out, and answered with numbers that make no sense.
    AbsurdLimit,
    /// A look-up is answered with another person's record.
    Another,
    /// Turned away before it is carried out: a redirect, or what says "again", or a firewall's page.
    Stray(u16),
    /// Carried out, and answered with nothing.
    Empty,
    /// Carried out, and answered with something of another type.
    WrongType,
}

/// What a firewall says.
const PAGE: &str = "<html><body>Request blocked</body></html>";

impl Site {
    /// Carries a call out, at once; `wall` is our own clock.
    pub(crate) fn carry(
        &mut self,
        call: &Call,
        now: u64,
        wall: Millis,
        weather: &Weather,
        timeout: u64,
        dice: &mut Dice,
    ) -> Carried {
        if let Some(error) = call.unaddressable() {
            return Carried { outcome: Err(error), delay: 0, lied: false, counted: false, how: "not sent" };
        }
        let mishap = self.mishap(call, weather, dice);
        let lost_token = dice.chance(weather.token_lost) && self.token.is_none();
        let counted = !lost_token && mishap.arrives();
        let (outcome, how) = match mishap {
            Mishap::NotSent => (Err(lost(call, false)), "no connection"),
            _ if lost_token && dice.chance(0.5) => (Err(no_token(wall)), "no token for now"),
            _ if lost_token => (Err(lost(call, false)), "no token for now"),
            _ => (self.exchange(call, now, wall, mishap), mishap.word()),
        };
        let slow = dice.chance(weather.slow);
        let delay = if slow { dice.between(5_000, 400_000) } else { dice.latency(400, 5_000) };
        if delay > timeout {
            let error = CallError { code: "timeout", ..lost(call, true) };
            return Carried { outcome: Err(error), delay: timeout, lied: false, counted, how: "timed out" };
        }
        let lied = matches!(mishap, Mishap::ZeroLimit | Mishap::AbsurdLimit);
        Carried { outcome, delay, lied, counted, how }
    }

    fn mishap(&self, call: &Call, weather: &Weather, dice: &mut Dice) -> Mishap {
        if self.outage.is_some() {
            return dice.pick(&[Mishap::NotSent, Mishap::LostRequest, Mishap::FailedBefore(503)]);
        }
        if is_of(call, &self.cursed) {
            return Mishap::FailedBefore(500);
        }
        if is_of(call, &self.unloved) {
            return Mishap::Stray(403);
        }
        if self.storm {
            return Mishap::Storm;
        }
        let all = [
            (weather.lost_request, dice.pick(&[Mishap::NotSent, Mishap::LostRequest])),
            (weather.lost_reply, Mishap::LostReply),
            (weather.truncated, Mishap::Truncated),
            (weather.garbage, Mishap::Garbage),
            (weather.failed_before, Mishap::FailedBefore(dice.pick(&[408, 500, 502, 503]))),
            (weather.failed_after, Mishap::FailedAfter(dice.pick(&[500, 504]))),
            (weather.storm, Mishap::Storm),
            (weather.absurd, dice.pick(&[Mishap::ZeroLimit, Mishap::AbsurdLimit])),
            (weather.another, Mishap::Another),
            (weather.stray, Mishap::Stray(dice.pick(&[302, 403, 409, 425]))),
            (weather.wrong_type, dice.pick(&[Mishap::Empty, Mishap::WrongType])),
        ];
        all.into_iter().find(|(likely, _)| dice.chance(*likely)).map_or(Mishap::Nothing, |(_, mishap)| mishap)
    }

    fn exchange(&mut self, call: &Call, now: u64, wall: Millis, mishap: Mishap) -> CallOutcome {
        let action = mishap.action(self.window_left(now));
        self.authorised(call, now, wall.0.div_euclid(1_000), |site, request| {
            let rules = action.clone().map(once).into_iter().collect();
            site.inmoment.set_faults(FaultScript { rules });
            let served = site.inmoment.serve(site.clock(now), request);
            site.inmoment.set_faults(FaultScript::default());
            match (served.end, mishap) {
                (RequestEnd::Reply(_), Mishap::Garbage) if served.executed => Some(HttpReply {
                    status: 200,
                    headers: Vec::new(),
                    body: b"<html>not yet</html>".to_vec(),
                }),
                (RequestEnd::Reply(_), Mishap::Empty | Mishap::WrongType) if served.executed => {
                    let body = if mishap == Mishap::Empty { "" } else { "{\"id\":[]}" };
                    Some(HttpReply { status: 200, headers: Vec::new(), body: body.into() })
                }
                (RequestEnd::Reply(reply), Mishap::Stray(_)) => {
                    Some(HttpReply { body: PAGE.into(), ..http_reply(reply) })
                }
                (RequestEnd::Reply(reply), Mishap::Another) => {
                    let reply = http_reply(reply);
                    let record = matches!(call, Call::GetEndUser(_)).then(|| site.another(now, &reply.body));
                    Some(match record.flatten() {
                        Some(body) => HttpReply { status: 200, body, ..reply },
                        None => reply,
                    })
                }
                (RequestEnd::Reply(reply), Mishap::ZeroLimit) => {
                    Some(limited(http_reply(reply), ["0", "0", "60"]))
                }
                (RequestEnd::Reply(reply), Mishap::AbsurdLimit) => {
                    Some(limited(http_reply(reply), ["99999999999", "-5", "99999999999"]))
                }
                (RequestEnd::Reply(reply), _) => Some(http_reply(reply)),
                (RequestEnd::Truncated { reply, .. }, _) => {
                    Some(HttpReply { body: Vec::new(), ..http_reply(reply) })
                }
                (RequestEnd::Reset, Mishap::FailedAfter(status)) => {
                    Some(HttpReply { status, headers: Vec::new(), body: b"<html>gateway</html>".to_vec() })
                }
                (RequestEnd::Reset, _) => None,
            }
        })
    }

    /// The record of somebody else than this one, as InMoment gives it.
    fn another(&mut self, now: u64, record: &[u8]) -> Option<Vec<u8>> {
        let asked: Value = serde_json::from_slice(record).unwrap_or_default();
        let state = self.inmoment.state(self.clock(now), None);
        let mut users = state["end_users"].as_array()?.iter();
        let other = users.find(|user| user["id"] != asked["id"] && !user["id"].is_null())?;
        Some(other.to_string().into_bytes())
    }

    /// Whole seconds until InMoment's window ends: a storm says the truth about it.
    fn window_left(&self, now: u64) -> u64 {
        let into = self.clock(now).rem_euclid(60_000);
        u64::try_from((60_000 - into) / 1_000).unwrap_or(0).max(1)
    }

    /// Carries a call out with a token, and once more with a new one if that one is refused.
    pub(super) fn authorised(
        &mut self,
        call: &Call,
        now: u64,
        wall_secs: i64,
        mut send: impl FnMut(&mut Site, &Request) -> Option<HttpReply>,
    ) -> CallOutcome {
        if *call == Call::Authenticate {
            let reply = send(self, &request(&password_request(&self.credentials()), None));
            return reply.map_or_else(|| Err(lost(call, true)), |reply| decode(call, &reply, wall_secs));
        }
        let mut outcome = Err(lost(call, false));
        for _ in 0..2 {
            let token = match self.token.clone() {
                Some(token) => token,
                None => self.fetch_token(now, wall_secs)?,
            };
            let reply = send(self, &request(&call.request(), Some(&token)));
            let credulous = self.credulous;
            outcome = reply.map_or_else(
                || Err(lost(call, true)),
                |reply| {
                    understood(
                        &if credulous { asking(call, &reply) } else { call.clone() },
                        &reply,
                        wall_secs,
                    )
                },
            );
            self.token = Some(token);
            match &outcome {
                Err(error) if error.class == FailureClass::Refresh => self.token = None,
                _ => return outcome,
            }
        }
        outcome
    }

    fn fetch_token(&mut self, now: u64, wall_secs: i64) -> Result<SecretString, CallError> {
        let request = request(&password_request(&self.credentials()), None);
        let reply = self.plain(now, &request);
        Ok(grant(&reply, wall_secs)?.access_token)
    }

    /// An exchange in which nothing goes wrong.
    pub(super) fn plain(&mut self, now: u64, request: &Request) -> HttpReply {
        let clock = self.clock(now);
        http_reply(self.inmoment.handle(clock, request))
    }
}

impl Mishap {
    /// InMoment takes the request in.
    fn arrives(self) -> bool {
        !matches!(
            self,
            Mishap::NotSent
                | Mishap::LostRequest
                | Mishap::FailedBefore(_)
                | Mishap::Storm
                | Mishap::Stray(_)
        )
    }

    /// What the emulator is told to do.
    fn action(self, window_left: u64) -> Option<FaultAction> {
        match self {
            // A page in the place of a reply is put there on the way back, and only over what was carried out: the
            // emulator itself would put it over a refusal too.
            Mishap::Nothing | Mishap::NotSent | Mishap::Garbage => None,
            // So are these.
            Mishap::ZeroLimit | Mishap::AbsurdLimit | Mishap::Another | Mishap::Empty | Mishap::WrongType => {
                None
            }
            Mishap::Stray(code) => {
                Some(FaultAction::Status { code, body: None, headers: Default::default() })
            }
            Mishap::LostRequest => Some(FaultAction::ResetBefore),
            Mishap::LostReply | Mishap::FailedAfter(_) => Some(FaultAction::ResetAfter),
            Mishap::Truncated => Some(FaultAction::Truncate { bytes: 3 }),
            Mishap::FailedBefore(code) => {
                Some(FaultAction::Status { code, body: None, headers: Default::default() })
            }
            Mishap::Storm => Some(FaultAction::RateStorm { reset_in: window_left, retry_after: None }),
        }
    }

    fn word(self) -> &'static str {
        match self {
            Mishap::Nothing => "answered",
            Mishap::NotSent => "no connection",
            Mishap::LostRequest => "request lost",
            Mishap::LostReply => "reply lost",
            Mishap::Truncated => "reply cut off",
            Mishap::Garbage => "answered with garbage",
            Mishap::FailedBefore(_) => "failed before execution",
            Mishap::FailedAfter(_) => "failed after execution",
            Mishap::Storm => "refused in a storm",
            Mishap::ZeroLimit => "answered with a limit of zero",
            Mishap::AbsurdLimit => "answered with an absurd limit",
            Mishap::Another => "answered with another's record",
            Mishap::Stray(302) => "redirected",
            Mishap::Stray(403) => "turned away",
            Mishap::Stray(_) => "asked to come again",
            Mishap::Empty => "answered with nothing",
            Mishap::WrongType => "answered with another type",
        }
    }
}

/// The call names one of these.
fn is_of(call: &Call, names: &[String]) -> bool {
    if names.is_empty() {
        return false;
    }
    let HttpRequest { path, form, .. } = call.request();
    let path = path.split('?').next().unwrap_or_default().to_owned();
    let form = form.unwrap_or_default();
    names.iter().any(|name| {
        let own = Call::GetEndUser(Lookup::Id(name.clone())).request().path;
        let value = own.rsplit('/').next().unwrap_or_default().replace("%20", "+");
        path == own
            || path.starts_with(&format!("{own}/"))
            || form.split('&').any(|pair| pair == format!("external_id={value}"))
    })
}

/// The same reply with other rate headers: limit, what is left, when the window ends.
fn limited(mut reply: HttpReply, [limit, left, reset]: [&str; 3]) -> HttpReply {
    reply.headers.retain(|(name, _)| !name.starts_with("x-rate-limit"));
    let headers = [("limit", limit), ("remaining", left), ("reset", reset)];
    reply.headers.extend(headers.map(|(name, value)| (format!("x-rate-limit-{name}"), value.to_owned())));
    reply
}

/// The call that this reply would answer rightly.
fn asking(call: &Call, reply: &HttpReply) -> Call {
    let record: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
    match call {
        Call::GetEndUser(_) if reply.status == 200 => Call::GetEndUser(Lookup::Id(record["id"].to_string())),
        _ => call.clone(),
    }
}

/// What the client says when no token can be had.
fn no_token(wall: Millis) -> CallError {
    let reply = HttpReply { status: 503, headers: Vec::new(), body: PAGE.into() };
    match grant(&reply, wall.0.div_euclid(1_000)) {
        Err(error) => error,
        Ok(_) => lost(&Call::Authenticate, false),
    }
}

fn once(action: FaultAction) -> FaultRule {
    FaultRule {
        name: None,
        matches: Match::default(),
        after: 0,
        times: Some(1),
        for_secs: None,
        until: None,
        action,
    }
}

/// What the client makes of a reply. One that broke off has no body: a refusal without its words is not believed.
fn understood(call: &Call, reply: &HttpReply, wall_secs: i64) -> CallOutcome {
    decode(call, reply, wall_secs).map_err(|error| match error.class {
        FailureClass::Reject if reply.body.is_empty() => {
            CallError { class: FailureClass::Wait, code: "unreadable_reply", ..error }
        }
        _ => error,
    })
}

/// What the client says of a request that got no reply.
fn lost(call: &Call, sent: bool) -> CallError {
    CallError {
        class: FailureClass::Wait,
        executed: if sent && call.writes() { Executed::Maybe } else { Executed::No },
        status: None,
        code: "connection",
        message: "the connection broke".to_owned(),
        rate: RateHeaders::default(),
    }
}
