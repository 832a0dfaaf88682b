//! Settings made at run time, and the audit of what people did.

use super::condition::Condition;
use super::fault::Fault;
use super::row::{signed, unsigned};
use crate::records::{AuditEntry, AuditFilter, AuditPage, Document, DocumentChange, NewAudit};
use event::Millis;
use rusqlite::{Connection, OptionalExtension, Row, params, params_from_iter};

pub(super) fn write(connection: &Connection, changes: &[DocumentChange], at: Millis) -> Result<(), Fault> {
    for change in changes {
        match change {
            DocumentChange::Put { kind, key, record } => {
                let sql =
                    "INSERT OR REPLACE INTO documents (kind, key, record, changed_at) VALUES (?, ?, ?, ?)";
                connection.prepare_cached(sql)?.execute(params![kind, key, record, at.0])?;
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
    let rows = select.query_map([kind], read_document)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn one(connection: &Connection, kind: &str, key: &str) -> Result<Option<Document>, Fault> {
    let mut select = connection.prepare_cached("SELECT * FROM documents WHERE kind = ? AND key = ?")?;
    Ok(select.query_row([kind, key], read_document).optional()?)
}

fn read_document(row: &Row<'_>) -> rusqlite::Result<Document> {
    Ok(Document {
        kind: row.get("kind")?,
        key: row.get("key")?,
        record: row.get("record")?,
        changed_at: Millis(row.get("changed_at")?),
    })
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
