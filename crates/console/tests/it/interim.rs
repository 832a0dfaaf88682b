use event::Millis;
use journal::*;
use std::collections::BTreeMap;
use std::sync::Mutex;
#[derive(Default)]
pub(crate) struct Interim(Mutex<(BTreeMap<(String, String), String>, Vec<AuditEntry>)>);
impl Archive for Interim {
    fn documents(&self, kind: &str) -> Result<Vec<Document>, JournalError> {
        let all = self.0.lock().unwrap();
        Ok(all
            .0
            .iter()
            .filter(|((k, _), _)| k == kind)
            .map(|((k, key), record)| Document {
                kind: k.clone(),
                key: key.clone(),
                record: record.clone(),
                changed_at: Millis(0),
            })
            .collect())
    }
    fn document(&self, kind: &str, key: &str) -> Result<Option<Document>, JournalError> {
        Ok(self.documents(kind)?.into_iter().find(|d| d.key == key))
    }
    fn write_documents(&self, changes: Vec<DocumentChange>) -> Receipt<()> {
        let mut all = self.0.lock().unwrap();
        for change in changes {
            match change {
                DocumentChange::Put { kind, key, record } => {
                    all.0.insert((kind, key), record);
                }
                DocumentChange::Remove { kind, key } => {
                    all.0.remove(&(kind, key));
                }
                DocumentChange::Audit(NewAudit { who, action, subject, detail, address }) => {
                    let id = all.1.len() as u64 + 1;
                    all.1.push(AuditEntry { id, at: Millis(0), who, action, subject, detail, address });
                }
            }
        }
        Receipt::ready(Ok(()))
    }
    fn audit(&self, filter: &AuditFilter, limit: usize) -> Result<AuditPage, JournalError> {
        let all = self.0.lock().unwrap();
        let mut items: Vec<_> = all
            .1
            .iter()
            .rev()
            .filter(|e| {
                filter.before.is_none_or(|b| e.id < b)
                    && filter.who.as_ref().is_none_or(|w| *w == e.who)
                    && filter.action.as_ref().is_none_or(|w| *w == e.action)
            })
            .take(limit + 1)
            .cloned()
            .collect();
        let more = items.len() > limit;
        items.truncate(limit);
        Ok(AuditPage { items, more })
    }
}
