//! Settings made at run time, and the audit of what people did.

use super::condition::Condition;
use super::fault::{Fault, notice_record};
use super::row::{signed, unsigned};
use super::sum::Sum;
use crate::records::{AuditEntry, AuditFilter, AuditPage, Document, DocumentChange, NewAudit};
use event::Millis;
use rusqlite::{Connection, Row, params, params_from_iter};

pub(super) fn write(connection: &Connection, changes: &[DocumentChange], at: Millis) -> Result<(), Fault> {
    for change in changes {
        match change {
            DocumentChange::Put { kind, key, record } => {
                let sql = "INSERT OR REPLACE INTO documents (kind, key, record, changed_at, sum) VALUES (?, ?, ?, ?, ?)";
                let sum = sum(kind, key, record, at.0).done();
                connection.prepare_cached(sql)?.execute(params![kind, key, record, at.0, sum])?;
            }
            DocumentChange::Remove { kind, key } => {
                let sql = "DELETE FROM documents WHERE kind = ? AND key = ?";
                connection.prepare_cached(sql)?.execute([kind, key])?;
            }
            DocumentChange::Audit(entry) => keep_audit(connection, entry, at)?,
        }
    }
    Ok(())
}

pub(super) fn keep_audit(connection: &Connection, entry: &NewAudit, at: Millis) -> Result<(), Fault> {
    let NewAudit { who, action, subject, detail, address } = entry;
    let sql = "INSERT INTO audit (at, who, action, subject, detail, address) VALUES (?, ?, ?, ?, ?, ?)";
    connection.prepare_cached(sql)?.execute(params![at.0, who, action, subject, detail, address])?;
    Ok(())
}

pub(super) fn all(connection: &Connection, kind: &str) -> Result<Vec<Document>, Fault> {
    let mut select = connection.prepare_cached("SELECT * FROM documents WHERE kind = ? ORDER BY key")?;
    let mut rows = select.query([kind])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(read_document(row)?);
    }
    Ok(all)
}

pub(super) fn one(connection: &Connection, kind: &str, key: &str) -> Result<Option<Document>, Fault> {
    let mut select = connection.prepare_cached("SELECT * FROM documents WHERE kind = ? AND key = ?")?;
    let mut rows = select.query([kind, key])?;
    rows.next()?.map(read_document).transpose()
}

/// A setting that was damaged is an error: what it was must not be guessed.
fn read_document(row: &Row<'_>) -> Result<Document, Fault> {
    let document = Document {
        kind: row.get("kind")?,
        key: row.get("key")?,
        record: row.get("record")?,
        changed_at: Millis(row.get("changed_at")?),
    };
    let Document { kind, key, record, changed_at } = &document;
    if sum(kind, key, record, changed_at.0).suits(row.get("sum")?) {
        Ok(document)
    } else {
        notice_record("documents", 0, &format!("{kind}/{key}"));
        Err(Fault::unreadable("a setting"))
    }
}

fn sum(kind: &str, key: &str, record: &str, changed_at: i64) -> Sum {
    Sum::of("documents").text(kind).text(key).text(record).number(changed_at)
}

pub(super) fn audit(connection: &Connection, filter: &AuditFilter, limit: usize) -> Result<AuditPage, Fault> {
    let mut condition = Condition::new();
    condition.when("id < ?", filter.before.map(signed));
    condition.when("who = ?", filter.who.clone());
    condition.when("action = ?", filter.action.clone());
    condition.when("at >= ?", filter.from.map(|at| at.0));
    condition.when("at < ?", filter.to.map(|at| at.0));
    let one_more = signed(limit as u64).saturating_add(1);
    let sql = format!("SELECT * FROM audit {} ORDER BY id DESC LIMIT {one_more}", condition.clause());
    let mut select = connection.prepare(&sql)?;
    let mut rows = select.query(params_from_iter(condition.values))?;
    let mut page = AuditPage::default();
    while let Some(row) = rows.next()? {
        if page.items.len() >= limit {
            page.more = true;
            break;
        }
        page.items.push(read_entry(row)?);
    }
    Ok(page)
}

fn read_entry(row: &Row<'_>) -> rusqlite::Result<AuditEntry> {
    Ok(AuditEntry {
        id: unsigned(row.get("id")?),
        at: Millis(row.get("at")?),
        who: row.get("who")?,
        action: row.get("action")?,
        subject: row.get("subject")?,
        detail: row.get("detail")?,
        address: row.get("address")?,
    })
}
