//! What a seed decides before its history begins: the settings, the weather, and what goes wrong when.
//!
//! Most seeds have a few troubles, not all of them: a history with everything in it hides what one thing alone would
//! have shown. All trouble ends at `calm_at`; what is left then must be delivered.

use crate::dice::Dice;
use mapping::{LastSurveyed, ResponseCreatedAt};
use sandbox::Switches;
use std::time::Duration;

const SECOND: u64 = 1_000;
pub(crate) const MINUTE: u64 = 60 * SECOND;
pub(crate) const HOUR: u64 = 60 * MINUTE;

/// How one destination is set up.
pub(crate) struct Setup {
    pub(crate) limit: Option<u32>,
    pub(crate) concurrency: usize,
    pub(crate) window: usize,
    pub(crate) unknown_user_wait: Duration,
    pub(crate) known_user_max_age: Duration,
    pub(crate) retry_max: Duration,
    pub(crate) give_up_lane_after: Duration,
    pub(crate) last_surveyed: LastSurveyed,
    pub(crate) response_created_at: ResponseCreatedAt,
    pub(crate) switches: Switches,
    /// InMoment's clock less the truth, ms.
    pub(crate) clock_ahead: i64,
    /// One person's calls all fail until it is calm.
    pub(crate) cursed: Option<u64>,
    /// A firewall turns one person's calls away, with a page, until it is calm.
    pub(crate) disliked: Option<u64>,
}

/// How likely what goes wrong with a call.
#[derive(Default)]
pub(crate) struct Weather {
    pub(crate) lost_request: f64,
    pub(crate) lost_reply: f64,
    pub(crate) truncated: f64,
    pub(crate) garbage: f64,
    pub(crate) failed_before: f64,
    pub(crate) failed_after: f64,
    pub(crate) storm: f64,
    pub(crate) slow: f64,
    pub(crate) token_lost: f64,
    /// Rate headers that no InMoment gives: a limit of zero, or absurd numbers.
    pub(crate) absurd: f64,
    /// A look-up is answered with another person's record.
    pub(crate) another: f64,
    /// A redirect, a 409, a 425 or a firewall's page, once.
    pub(crate) stray: f64,
    /// A success without a body, or of another type.
    pub(crate) wrong_type: f64,
    /// The task that makes a call dies, before or after the call.
    pub(crate) panic: f64,
}

/// How likely the process dies at one of its dangerous places.
#[derive(Default)]
pub(crate) struct Danger {
    pub(crate) before_commit: f64,
    pub(crate) after_commit: f64,
    pub(crate) after_calls: f64,
    pub(crate) in_read: f64,
    /// The task that reads dies, and is begun anew.
    pub(crate) reading: f64,
    /// One destination's driver dies, and is started again from the journal.
    pub(crate) driver: f64,
    /// The wall clock is another one when the process starts again.
    pub(crate) clock_at_start: f64,
    /// The 200 to an SDK gets lost, so that it sends the batch again.
    pub(crate) lost_receipt: f64,
}

/// Something that befalls the whole system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Incident {
    Kill,
    Shutdown,
    ClockJump(i64),
    DriverDies(usize),
    OutageBegins(usize),
    OutageEnds(usize),
    StormBegins(usize),
    StormEnds(usize),
    DiskFull,
    DiskFree,
    RevokeTokens(usize, bool),
    PasswordChanged(usize),
    PasswordMended(usize),
    Pause(usize),
    Resume(usize),
    Requeue,
    Discard,
    Calm,
}

/// Everything a seed decides beforehand.
pub(crate) struct Scenario {
    pub(crate) setups: Vec<Setup>,
    pub(crate) sources: usize,
    /// For each source, the destinations it feeds.
    pub(crate) routes: Vec<Vec<usize>>,
    pub(crate) people: u64,
    pub(crate) messages: u64,
    /// Input and trouble end here.
    pub(crate) calm_at: u64,
    pub(crate) timeout: u64,
    pub(crate) weather: Weather,
    pub(crate) danger: Danger,
    pub(crate) incidents: Vec<(u64, Incident)>,
}

impl Scenario {
    pub(crate) fn draw(dice: &mut Dice) -> Scenario {
        let destinations = if dice.chance(0.3) { 2 } else { 1 };
        let sources = if dice.chance(0.4) { 2 } else { 1 };
        let calm_at = dice.pick(&[5 * MINUTE, 30 * MINUTE, 3 * HOUR, 10 * HOUR]);
        let all: Vec<usize> = (0..destinations).collect();
        let routes = (0..sources)
            .map(|_| if dice.chance(0.8) { all.clone() } else { vec![dice.pick(&all)] })
            .collect();
        Scenario {
            setups: all.iter().map(|_| setup(dice)).collect(),
            sources,
            routes,
            people: dice.between(1, 12),
            messages: dice.between(3, 70),
            calm_at,
            timeout: if dice.chance(0.8) { 30 * SECOND } else { 5 * MINUTE },
            weather: weather(dice),
            danger: danger(dice),
            incidents: incidents(dice, calm_at, destinations),
        }
    }
}

fn setup(dice: &mut Dice) -> Setup {
    let cursed = dice.chance(0.15).then(|| dice.number());
    let disliked = dice.chance(0.1).then(|| dice.number());
    let give_up = if cursed.is_some() || dice.chance(0.2) { 20 * MINUTE } else { 24 * HOUR };
    Setup {
        limit: if dice.chance(0.6) { Some(dice.pick(&[5, 10, 20, 60, 100])) } else { None },
        concurrency: dice.pick(&[1, 2, 8]),
        window: dice.pick(&[1, 10, 32_768]),
        unknown_user_wait: Duration::from_secs(dice.pick(&[30, 300])),
        known_user_max_age: Duration::from_secs(dice.pick(&[1, 60, 3_600])),
        retry_max: Duration::from_secs(dice.pick(&[20, 300])),
        give_up_lane_after: Duration::from_millis(give_up),
        last_surveyed: dice.pick(&[LastSurveyed::EventTime, LastSurveyed::OnCreate, LastSurveyed::Off]),
        response_created_at: dice.pick(&[ResponseCreatedAt::Document, ResponseCreatedAt::EventTime]),
        switches: Switches {
            create_status: dice.pick(&[200, 201]),
            empty_create_body: dice.chance(0.3),
            duplicate_status: dice.pick(&[400, 409, 422]),
            one_a_day: dice.chance(0.7),
            token_error_status: dice.pick(&[400, 401]),
            ..Switches::default()
        },
        clock_ahead: dice.signed(-20_000, 20_000),
        cursed,
        disliked,
    }
}

fn weather(dice: &mut Dice) -> Weather {
    if dice.chance(0.2) {
        return Weather::default();
    }
    let mut likely = |most: f64| if dice.chance(0.4) { most } else { 0.0 };
    Weather {
        lost_request: likely(0.15),
        lost_reply: likely(0.15),
        truncated: likely(0.1),
        garbage: likely(0.05),
        failed_before: likely(0.2),
        failed_after: likely(0.1),
        storm: likely(0.05),
        slow: likely(0.1),
        token_lost: likely(0.3),
        absurd: likely(0.1),
        another: likely(0.1),
        stray: likely(0.1),
        wrong_type: likely(0.05),
        panic: likely(0.1),
    }
}

fn danger(dice: &mut Dice) -> Danger {
    if dice.chance(0.35) {
        return Danger::default();
    }
    let mut likely = |most: f64| if dice.chance(0.5) { most } else { 0.0 };
    Danger {
        before_commit: likely(0.03),
        after_commit: likely(0.03),
        after_calls: likely(0.03),
        in_read: likely(0.05),
        reading: likely(0.1),
        driver: likely(0.03),
        clock_at_start: likely(0.3),
        lost_receipt: likely(0.15),
    }
}

fn incidents(dice: &mut Dice, calm_at: u64, destinations: usize) -> Vec<(u64, Incident)> {
    let mut all = vec![(calm_at, Incident::Calm)];
    for _ in 0..dice.pick(&[0, 0, 1, 2, 4]) {
        let (at, d) = (dice.between(0, calm_at), dice.place(destinations));
        let until = dice.between(at, calm_at);
        match dice.between(0, 10) {
            0 => all.push((at, Incident::Kill)),
            10 => all.push((at, Incident::DriverDies(d))),
            1 => all.push((at, Incident::Shutdown)),
            2 => {
                all.extend([(at, Incident::ClockJump(jump(dice))), (until, Incident::ClockJump(jump(dice)))])
            }
            3 => all.extend([(at, Incident::OutageBegins(d)), (until, Incident::OutageEnds(d))]),
            4 => all.extend([(at, Incident::StormBegins(d)), (until, Incident::StormEnds(d))]),
            5 => {
                let until = at + (until - at).min(10 * MINUTE);
                all.extend([(at, Incident::DiskFull), (until, Incident::DiskFree)]);
            }
            6 => all.push((at, Incident::RevokeTokens(d, dice.chance(0.5)))),
            7 => all.extend([(at, Incident::PasswordChanged(d)), (until, Incident::PasswordMended(d))]),
            8 => all.extend([(at, Incident::Pause(d)), (until, Incident::Resume(d))]),
            _ => all.push((at, if dice.chance(0.7) { Incident::Requeue } else { Incident::Discard })),
        }
    }
    all
}

/// Seconds to years, either way.
pub(crate) fn jump(dice: &mut Dice) -> i64 {
    const YEARS_MS: i64 = 3 * 365 * 86_400_000;
    let size = dice.pick(&[45_000, 300_000, 3_600_000, 20_000_000, 3 * 86_400_000, YEARS_MS]);
    dice.signed(-size, size)
}
