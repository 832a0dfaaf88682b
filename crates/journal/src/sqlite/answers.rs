//! Survey answers that InMoment has.

use super::condition::Condition;
use super::fault::Fault;
use super::row::{signed, unsigned};
use crate::records::{
    Answer, AnswerCount, AnswerFilter, AnswerKind, AnswerPage, DestinationId, NewAnswer, Position,
};
use event::Millis;
use rusqlite::types::Value;
use rusqlite::{Connection, Row, params, params_from_iter};

pub(super) fn keep(connection: &Connection, id: DestinationId, answer: &NewAnswer) -> Result<(), Fault> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO answers (destination, request, event_index, kind, score, text, external_id, email,
         end_user_id, answered_at, delivered_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?;
    insert.execute(params![
        id.0,
        signed(answer.position.request),
        answer.position.index,
        answer.kind.word(),
        answer.score,
        answer.text,
        answer.external_id,
        answer.email,
        answer.end_user_id,
        answer.answered_at,
        answer.delivered_at.0,
    ])?;
    Ok(())
}

pub(super) fn list(
    connection: &Connection,
    filter: &AnswerFilter,
    limit: usize,
) -> Result<AnswerPage, Fault> {
    let mut condition = conditions(filter);
    condition.when("id < ?", filter.before.map(signed));
    let one_more = signed(limit as u64).saturating_add(1);
    let sql = format!("SELECT * FROM answers {} ORDER BY id DESC LIMIT {one_more}", condition.clause());
    let mut select = connection.prepare(&sql)?;
    let mut rows = select.query(params_from_iter(condition.values))?;
    let mut page = AnswerPage::default();
    while let Some(row) = rows.next()? {
        if page.items.len() >= limit {
            page.more = true;
            break;
        }
        page.items.push(read_answer(row)?);
    }
    Ok(page)
}

fn read_answer(row: &Row<'_>) -> Result<Answer, Fault> {
    Ok(Answer {
        id: unsigned(row.get("id")?),
        destination: DestinationId(row.get("destination")?),
        position: Position { request: unsigned(row.get("request")?), index: row.get("event_index")? },
        kind: kind_of(&row.get::<_, String>("kind")?)?,
        score: row.get("score")?,
        text: row.get("text")?,
        external_id: row.get("external_id")?,
        email: row.get("email")?,
        end_user_id: row.get("end_user_id")?,
        answered_at: row.get("answered_at")?,
        delivered_at: Millis(row.get("delivered_at")?),
    })
}

pub(super) fn counts(
    connection: &Connection,
    filter: &AnswerFilter,
    bucket_ms: i64,
) -> Result<Vec<AnswerCount>, Fault> {
    let mut condition = conditions(filter);
    condition.when("id < ?", filter.before.map(signed));
    let sql = format!(
        "SELECT delivered_at / ?1 * ?1 AS at, kind, score, count(*) FROM answers {}
         GROUP BY 1, 2, 3 ORDER BY 1, 2 = 'decline', 3",
        condition.clause()
    );
    let mut select = connection.prepare(&sql)?;
    let values = std::iter::once(Value::Integer(bucket_ms.max(1))).chain(condition.values);
    let mut rows = select.query(params_from_iter(values))?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(AnswerCount {
            at: Millis(row.get(0)?),
            kind: kind_of(&row.get::<_, String>(1)?)?,
            score: row.get(2)?,
            count: unsigned(row.get(3)?),
        });
    }
    Ok(all)
}

fn conditions(filter: &AnswerFilter) -> Condition {
    let mut condition = Condition::new();
    condition.when("destination = ?", filter.destination.map(|id| id.0));
    condition.when("delivered_at >= ?", filter.from.map(|at| at.0));
    condition.when("delivered_at < ?", filter.to.map(|at| at.0));
    condition.when("kind = ?", filter.kind.map(|kind| kind.word().to_owned()));
    condition.when("(external_id = ? OR email = ? OR end_user_id = ?)", filter.user.clone());
    if filter.with_text {
        condition.plain("text <> ''");
    }
    condition
}

fn kind_of(word: &str) -> Result<AnswerKind, Fault> {
    let kind = AnswerKind::ALL.into_iter().find(|kind| kind.word() == word);
    kind.ok_or_else(|| Fault::unreadable("an answer's kind"))
}
