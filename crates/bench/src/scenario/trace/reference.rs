//! The reference trace: its events and their order, which are the same every time.

use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};

const SEED: u64 = 20_000;
pub(super) const USERS: usize = 1_000;
/// The positions of the answers among each user's events; the first event is an identify.
const EVENTS_EACH: usize = 20;
const ANSWERS_EACH: usize = 2;
/// The identifies with new values, besides each user's first.
const CHANGES: usize = USERS * (EVENTS_EACH - ANSWERS_EACH) / 10 - USERS;

/// The kind of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Does {
    /// an identify with something new
    Change,
    /// an identify with nothing new
    Repeat,
    /// a survey answer
    Answer,
}

/// Events of many users, in the order of their arrival.
pub(super) struct Trace {
    pub(super) events: Vec<(usize, Does)>,
}

impl Trace {
    pub(super) fn reference() -> Trace {
        let mut random = StdRng::seed_from_u64(SEED);
        let mut days: Vec<Vec<Does>> = (0..USERS).map(|_| day(&mut random)).collect();
        let mut repeats: Vec<(usize, usize)> = (0..USERS)
            .flat_map(|user| (0..EVENTS_EACH).map(move |place| (user, place)))
            .filter(|(user, place)| days[*user][*place] == Does::Repeat)
            .collect();
        repeats.shuffle(&mut random);
        for (user, place) in repeats.into_iter().take(CHANGES) {
            days[user][place] = Does::Change;
        }
        let mut turns: Vec<usize> = (0..USERS * EVENTS_EACH).map(|turn| turn % USERS).collect();
        turns.shuffle(&mut random);
        let mut each: Vec<_> = days.into_iter().map(Vec::into_iter).collect();
        let events = turns.into_iter().filter_map(|user| Some((user, each[user].next()?))).collect();
        Trace { events }
    }

    /// The events as an SDK sends them.
    pub(super) fn messages(&self) -> impl Iterator<Item = Value> {
        let mut changes = [0_u32; USERS];
        self.events.iter().enumerate().map(move |(number, (user, does))| {
            changes[*user] += u32::from(*does == Does::Change);
            message(number, *user, *does, changes[*user])
        })
    }
}

/// One user's events: an identify, then events of all kinds.
fn day(random: &mut StdRng) -> Vec<Does> {
    let mut day = vec![Does::Change];
    day.resize(EVENTS_EACH, Does::Repeat);
    for answer in 0..ANSWERS_EACH {
        // One in each half, so that they never fall together.
        let half = (EVENTS_EACH - 1) / ANSWERS_EACH;
        day[1 + answer * half + random.random_range(0..half)] = Does::Answer;
    }
    day
}

fn message(number: usize, user: usize, does: Does, changes: u32) -> Value {
    let traits = json!({
        "email": format!("user-{user}@example.com"), "name": "Ada Example", "city": "New Orleans",
        "plan": "pro", "seats": 12, "visits": changes,
    });
    let common =
        json!({"ip": "192.0.2.7", "page": {"url": "https://shop.example.com/account"}, "traits": traits});
    match does {
        Does::Answer => json!({
            "type": "track", "event": "Survey answered", "messageId": format!("m-{number}"),
            "userId": format!("user-{user}"), "context": common,
            "properties": {"feedbackScore": 9, "feedbackText": format!("answer {number}")},
            "integrations": {"All": true, "Wootric": {"eventType": "create response"}},
        }),
        Does::Change | Does::Repeat => json!({
            "type": "identify", "messageId": format!("m-{number}"), "userId": format!("user-{user}"),
            "context": common, "integrations": {"All": true},
        }),
    }
}
