//! Survey answers that InMoment has, counted as it counts them.
//!
//! InMoment keeps one record of an end user's responses (or declines) within 24 hours: a later answer takes the place of the
//! one before, and the record keeps the time at which it began (docs/facts/inmoment-api.md#day-rule, #q19). The same is worked out here when
//! an answer is kept, so that nothing has to be worked out when answers are counted:
//!
//! | column | what it is |
//! |---|---|
//! | `given_at` | the one time an answer goes by ([`NewSurveyAnswer::given_at`]) |
//! | `kept_as` | the record: the id of the answer that began it |
//! | `began_at` | when the record began, by InMoment's date of that answer ([`NewSurveyAnswer::dated_at`]) |
//! | `nth` | the how manyth answer of its record it is, from 1 |
//! | `replaced_by` | the answer that took its place; none: it counts |
//! | `class`, `said` | kind and score as one number; whether there is a text: both for the index that lists and counts |

use super::condition::Condition;
use super::fault::Fault;
use super::row::{signed, unsigned};
use crate::records::{
    AnswerCount, AnswerCounts, AnswerFilter, AnswerKind, AnswerPage, DestinationId, NewSurveyAnswer,
    ONE_ANSWER_IN, Position, SurveyAnswer,
};
use event::Millis;
use rusqlite::{Connection, OptionalExtension, Row, params, params_from_iter};

/// A decline's `class`. Those of responses are their scores, and this for any other.
const DECLINE: u8 = 12;
const OTHER_SCORE: u8 = 11;

/// The record at InMoment that an answer comes into.
struct Record {
    kept_as: i64,
    began_at: i64,
    /// the answer that counted until now, and the how manyth of the record it is
    last: i64,
    nth: i64,
}

pub(super) fn keep(
    connection: &Connection,
    id: DestinationId,
    answer: &NewSurveyAnswer,
) -> Result<(), Fault> {
    let (given_at, dated_at) = (answer.given_at().0, answer.dated_at().0);
    let record = newest(connection, id, answer)?;
    let record = record.filter(|record| record.began_at.abs_diff(dated_at) < ONE_ANSWER_IN.0.unsigned_abs());
    let mut insert = connection.prepare_cached(
        "INSERT INTO answers (destination, request, event_index, kind, score, text, external_id, email,
         end_user_id, answered_at, delivered_at, given_at, kept_as, began_at, nth, class, said)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?;
    let number = insert.insert(params![
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
        given_at,
        record.as_ref().map_or(0, |record| record.kept_as),
        record.as_ref().map_or(dated_at, |record| record.began_at),
        record.as_ref().map_or(1, |record| record.nth + 1),
        class_of(answer.kind, answer.score),
        answer.text.as_deref().is_some_and(|text| !text.is_empty()),
    ])?;
    let (change, of) = match record {
        Some(record) => ("UPDATE answers SET replaced_by = ?1 WHERE id = ?2", record.last),
        None => ("UPDATE answers SET kept_as = ?1 WHERE id = ?2", number),
    };
    connection.prepare_cached(change)?.execute([number, of])?;
    Ok(())
}

/// The newest record of this kind of the end user's: the only one that InMoment looks at.
fn newest(
    connection: &Connection,
    id: DestinationId,
    answer: &NewSurveyAnswer,
) -> Result<Option<Record>, Fault> {
    let mut select = connection.prepare_cached(
        "SELECT kept_as, began_at, id, nth FROM answers
         WHERE end_user_id = ? AND destination = ? AND kind = ? AND replaced_by IS NULL
         ORDER BY began_at DESC LIMIT 1",
    )?;
    let read = |row: &Row<'_>| {
        Ok(Record { kept_as: row.get(0)?, began_at: row.get(1)?, last: row.get(2)?, nth: row.get(3)? })
    };
    Ok(select.query_row(params![answer.end_user_id, id.0, answer.kind.word()], read).optional()?)
}

fn class_of(kind: AnswerKind, score: Option<u8>) -> u8 {
    match (kind, score) {
        (AnswerKind::Decline, _) => DECLINE,
        (AnswerKind::Response, Some(score @ 0..=10)) => score,
        (AnswerKind::Response, _) => OTHER_SCORE,
    }
}

pub(super) fn list(
    connection: &Connection,
    filter: &AnswerFilter,
    limit: usize,
) -> Result<AnswerPage, Fault> {
    let condition = conditions(filter);
    let one_more = signed(limit as u64).saturating_add(1);
    let clause = condition.clause();
    let sql = format!("SELECT * FROM answers {clause} ORDER BY given_at DESC, id DESC LIMIT {one_more}");
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

fn read_answer(row: &Row<'_>) -> Result<SurveyAnswer, Fault> {
    Ok(SurveyAnswer {
        id: unsigned(row.get("id")?),
        destination: DestinationId(row.get("destination")?),
        position: Position { request: unsigned(row.get("request")?), index: row.get("event_index")? },
        kind: kind_of(&row.get::<_, String>("kind")?)?,
        score: row.get("score")?,
        text: row.get("text")?,
        external_id: row.get("external_id")?,
        email: row.get("email")?,
        end_user_id: row.get("end_user_id")?,
        given_at: Millis(row.get("given_at")?),
        delivered_at: Millis(row.get("delivered_at")?),
        replaces: row.get::<_, u32>("nth")?.saturating_sub(1),
        replaced_by: row.get::<_, Option<i64>>("replaced_by")?.map(unsigned),
    })
}

/// Reads the index alone, in the order of time: a row costs no search and no sorting.
pub(super) fn counts(
    connection: &Connection,
    filter: &AnswerFilter,
    edges: &[Millis],
) -> Result<Vec<AnswerCounts>, Fault> {
    let (Some(first), Some(end)) = (edges.first(), edges.get(1..).and_then(<[Millis]>::last)) else {
        return Ok(Vec::new());
    };
    let mut condition = conditions(filter);
    condition.pair("given_at >= ? AND given_at < ?", first.0, end.0);
    let clause = condition.clause();
    let sql = format!("SELECT given_at, class, replaced_by IS NULL FROM answers {clause} ORDER BY given_at");
    let mut select = connection.prepare(&sql)?;
    let mut rows = select.query(params_from_iter(condition.values))?;
    let mut all = vec![AnswerCounts::default(); edges.len() - 1];
    let mut nth = 0;
    while let Some(row) = rows.next()? {
        let given_at: i64 = row.get(0)?;
        // The last edge lies behind every row.
        while edges.get(nth + 1).is_some_and(|end| end.0 <= given_at) {
            nth += 1;
        }
        let (class, counts): (u8, bool) = (row.get(1)?, row.get(2)?);
        if let Some(here) = all.get_mut(nth) {
            *here.sent.of(class) += 1;
            *here.counted.of(class) += u64::from(counts);
        }
    }
    Ok(all)
}

impl AnswerCount {
    fn of(&mut self, class: u8) -> &mut u64 {
        match (class, self.scores.get_mut(usize::from(class))) {
            (_, Some(score)) => score,
            (DECLINE, None) => &mut self.declines,
            (_, None) => &mut self.other_scores,
        }
    }
}

fn conditions(filter: &AnswerFilter) -> Condition {
    let mut condition = Condition::new();
    condition.when("destination = ?", filter.destination.map(|id| id.0));
    condition.when("given_at >= ?", filter.from.map(|at| at.0));
    condition.when("given_at < ?", filter.to.map(|at| at.0));
    match filter.kind {
        None => {}
        Some(AnswerKind::Response) => condition.when("class < ?", Some(i64::from(DECLINE))),
        Some(AnswerKind::Decline) => condition.when("class = ?", Some(i64::from(DECLINE))),
    }
    condition.when("(external_id = ? OR email = ? OR end_user_id = ?)", filter.user.clone());
    if filter.with_text {
        condition.plain("said = 1");
    }
    match filter.counts {
        None => {}
        Some(true) => condition.plain("replaced_by IS NULL"),
        Some(false) => condition.plain("replaced_by IS NOT NULL"),
    }
    condition.when("kept_as = (SELECT kept_as FROM answers WHERE id = ?)", filter.one_with.map(signed));
    if let Some((given_at, id)) = filter.behind {
        condition.pair("(given_at, id) < (?, ?)", given_at.0, signed(id));
    }
    condition
}

fn kind_of(word: &str) -> Result<AnswerKind, Fault> {
    let kind = AnswerKind::ALL.into_iter().find(|kind| kind.word() == word);
    kind.ok_or_else(|| Fault::unreadable("an answer's kind"))
}
