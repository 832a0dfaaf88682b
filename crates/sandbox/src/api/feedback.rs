//! Responses and declines (docs/facts/inmoment-api.md#responses, #declines). They differ only in the answer, so the
//! same code serves both.

use serde_json::{Map, Value};

use super::call::{ApiResult, Call, id};
use super::list::{Order, Paging};
use crate::exchange::{Problem, Reply, feature_not_enabled, record_not_found};
use crate::params::{ParamReader, Params};
use crate::route::NpsClass;
use crate::store::{EndUser, Feedback, FeedbackKind, Properties, ResponseFields};
use crate::view;

/// The window of the 24-hour rule in seconds.
const ONE_DAY: i64 = 86_400;

/// Fields of a create.
struct Write {
    score: Option<i64>,
    text: Option<Option<String>>,
    ip_address: Option<String>,
    origin_url: Option<String>,
    created_at: Option<i64>,
    properties: Option<Map<String, Value>>,
}

impl Write {
    fn read(params: &Params, kind: FeedbackKind, lenient: bool) -> Result<Write, Reply> {
        let mut reader = ParamReader::new(params);
        let required = kind == FeedbackKind::Response && !lenient;
        let address = |reader: &mut ParamReader<'_>, name| {
            if required { reader.required_text(name) } else { reader.text(name).flatten() }
        };
        let score = if kind == FeedbackKind::Response { score(&mut reader) } else { None };
        let write = Write {
            score,
            ip_address: address(&mut reader, "ip_address"),
            origin_url: address(&mut reader, "origin_url"),
            text: reader.text("text"),
            created_at: reader.epoch("created_at").flatten(),
            properties: reader.end_user_properties(),
        };
        reader.finish()?;
        Ok(write)
    }
}

/// docs/facts/inmoment-api.md#q17: three different texts for absent, unreadable and out of range.
fn score(reader: &mut ParamReader<'_>) -> Option<i64> {
    match reader.integer("score") {
        Some(Some(score)) if (0..=10).contains(&score) => return Some(score),
        Some(Some(_)) => reader.reject(Problem::bad_value("score")),
        Some(None) => reader.reject(Problem::missing("score")),
        None if reader.has("score") => {}
        None => reader.reject(Problem::missing("score")),
    }
    None
}

/// `responses.create`, `declines.create`
pub(super) fn create(call: &mut Call<'_>, kind: FeedbackKind, user: &str) -> ApiResult {
    let mut write = Write::read(call.params, kind, call.switches.lenient)?;
    let user = call.user(user)?;
    let (user_id, old) = (user.id, Properties::clone(&user.properties));
    let surveyed_at = write.created_at.unwrap_or(call.now);
    // The 24-hour rule (docs/facts/inmoment-api.md#day-rule, #q19 for where the window is anchored).
    let recent = call
        .store
        .newest(kind, user)
        .filter(|last| {
            call.switches.one_a_day && last.created_at.abs_diff(surveyed_at) < ONE_DAY.unsigned_abs()
        })
        .map(|last| last.id);
    let properties = call.written(&old, write.properties.take());
    if let Some(user) = call.store.user_mut(user_id) {
        touch(user, &properties, surveyed_at, call.now);
    }
    let row = match recent {
        Some(id) => {
            if let Some(row) = call.store.feedback_mut(kind, id) {
                overwrite(row, write, properties, call.now);
            }
            id
        }
        None => add(call, kind, user_id, write, properties),
    };
    if call.switches.empty_create_body {
        return Ok(Reply::empty(call.switches.create_status));
    }
    let row = call.store.feedback(kind, row).ok_or_else(record_not_found)?;
    Ok(Reply::json(call.switches.create_status, &view::feedback(call.store, row)))
}

/// The changes that a response or decline makes to its end user (docs/facts/inmoment-api.md#q34).
fn touch(user: &mut EndUser, properties: &Properties, surveyed_at: i64, now: i64) {
    user.properties = Properties::clone(properties);
    user.updated_at = now;
    user.last_surveyed = user.last_surveyed.max(Some(surveyed_at));
}

fn add(call: &mut Call<'_>, kind: FeedbackKind, user: i64, write: Write, properties: Properties) -> i64 {
    let (id, survey_id) = call.ids.next_feedback(kind);
    let answer = write.score.map(|score| ResponseFields {
        score,
        text: write.text.flatten(),
        completed: false,
        excluded_from_calculations: false,
    });
    let row = Feedback {
        id,
        end_user_id: user,
        survey_id,
        ip_address: write.ip_address,
        origin_url: write.origin_url,
        created_at: write.created_at.unwrap_or(call.now),
        updated_at: call.now,
        properties,
        answer,
    };
    call.store.add_feedback(kind, row);
    id
}

/// For a second one within 24 hours, the row keeps its id and its creation time.
fn overwrite(row: &mut Feedback, write: Write, properties: Properties, now: i64) {
    if let (Some(answer), Some(score)) = (&mut row.answer, write.score) {
        answer.score = score;
        answer.text = write.text.unwrap_or(answer.text.take());
    }
    row.ip_address = write.ip_address.or(row.ip_address.take());
    row.origin_url = write.origin_url.or(row.origin_url.take());
    row.properties = properties;
    row.updated_at = now;
}

/// The row, if it belongs to that end user (docs/facts/inmoment-api.md#q33).
fn owned<'a>(call: &'a Call<'_>, kind: FeedbackKind, user: &str, row: &str) -> Result<&'a Feedback, Reply> {
    let user = call.user(user)?.id;
    let row = id(row).and_then(|id| call.store.feedback(kind, id));
    row.filter(|row| row.end_user_id == user).ok_or_else(record_not_found)
}

/// `responses.get`, `declines.get`
pub(super) fn get(call: &Call<'_>, kind: FeedbackKind, user: &str, row: &str) -> ApiResult {
    Ok(Reply::json(200, &view::feedback(call.store, owned(call, kind, user, row)?)))
}

/// `responses.delete`, `declines.delete`: 204 without a body (docs/facts/inmoment-api.md#q9).
pub(super) fn delete(call: &mut Call<'_>, kind: FeedbackKind, user: &str, row: &str) -> ApiResult {
    let id = owned(call, kind, user, row)?.id;
    call.store.remove_feedback(kind, id);
    Ok(Reply::empty(204))
}

/// `responses.update`, `declines.update`: the snapshot of the properties is locked unless a switch unlocks it
/// (docs/facts/inmoment-api.md#q31).
pub(super) fn update(call: &mut Call<'_>, kind: FeedbackKind, row: &str) -> ApiResult {
    let mut reader = ParamReader::new(call.params);
    let completed = reader.boolean("completed").flatten();
    let excluded = reader.boolean("excluded_from_calculations").flatten();
    let properties = reader.end_user_properties();
    reader.finish()?;
    let found = id(row).and_then(|id| call.store.feedback(kind, id)).ok_or_else(record_not_found)?;
    if properties.is_some() && !call.switches.snapshot_updates {
        return Err(feature_not_enabled());
    }
    let (found, old) = (found.id, Properties::clone(&found.properties));
    let properties = call.written(&old, properties);
    if let Some(row) = call.store.feedback_mut(kind, found) {
        row.properties = properties;
        row.updated_at = call.now;
        if let Some(answer) = &mut row.answer {
            answer.completed = completed.unwrap_or(answer.completed);
            answer.excluded_from_calculations = excluded.unwrap_or(answer.excluded_from_calculations);
        }
    }
    Ok(Reply::empty(204))
}

/// `responses.list`, `declines.list`
pub(super) fn list(call: &Call<'_>, kind: FeedbackKind) -> ApiResult {
    show(call, call.store.all_feedback(kind), None)
}

/// `responses.list_for_user` and its classes, `declines.list_for_user`
pub(super) fn list_of(call: &Call<'_>, kind: FeedbackKind, user: &str, class: Option<NpsClass>) -> ApiResult {
    show(call, call.store.feedback_of(kind, call.user(user)?), class)
}

fn show<'a>(call: &Call<'_>, rows: impl Iterator<Item = &'a Feedback>, class: Option<NpsClass>) -> ApiResult {
    let mut reader = ParamReader::new(call.params);
    let paging = Paging::read(&mut reader, call.switches.max_per_page);
    let order = Order::read(&mut reader, true);
    let key = reader.word("sort_key", &["created_at", "updated_at"]).unwrap_or("created_at");
    let (created, updated) = (reader.range("created"), reader.range("updated"));
    let excluded = reader.boolean("excluded_from_calculations").flatten();
    reader.finish()?;
    let mut found: Vec<&Feedback> = rows
        .filter(|row| created.holds(row.created_at) && updated.holds(row.updated_at))
        .filter(|row| {
            class.is_none_or(|class| row.answer.as_ref().is_some_and(|a| of_score(a.score) == class))
        })
        .filter(|row| {
            excluded.is_none_or(|wanted| {
                row.answer.as_ref().is_some_and(|answer| answer.excluded_from_calculations == wanted)
            })
        })
        .collect();
    found.sort_by_key(|row| (if key == "created_at" { row.created_at } else { row.updated_at }, row.id));
    Ok(paging.show(order, found, |row| view::feedback(call.store, row)))
}

/// NPS: 9-10, 7-8, 0-6 (docs/facts/inmoment-api.md#nps-classes).
pub(super) fn of_score(score: i64) -> NpsClass {
    match score {
        9.. => NpsClass::Promoters,
        7 | 8 => NpsClass::Passives,
        _ => NpsClass::Detractors,
    }
}
