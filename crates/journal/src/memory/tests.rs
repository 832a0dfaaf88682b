use super::*;
use crate::error::JournalError;
use crate::port::Storage;
use crate::port::{Appended, Intake};
use crate::records::NewRequest;
use event::SourceKind;

fn append(journal: &MemoryJournal) -> Result<Appended, JournalError> {
    let request = NewRequest {
        source: journal.source("website", SourceKind::Web)?,
        shape: event::RequestShape::Batch,
        request_id: [0; 16],
        received_at: Millis(0),
        request_ip: None,
        events: 1,
        rejected: Vec::new(),
        destinations: [].into(),
        body: bytes::Bytes::new(),
    };
    journal.append(request).now().unwrap()
}

#[test]
fn writes_fail_until_told_otherwise_and_change_nothing() {
    let journal = MemoryJournal::new();
    append(&journal).unwrap();
    journal.fail_writes(Some(JournalError::Full));
    assert_eq!(append(&journal), Err(JournalError::Full));
    assert_eq!(append(&journal), Err(JournalError::Full));
    assert_eq!(journal.healthy(), Err(JournalError::Full));
    journal.fail_writes(None);
    assert_eq!(journal.healthy(), Ok(()));
    assert_eq!(append(&journal), Ok(Appended { number: 2 }));
}

#[test]
fn so_many_writes_fail_and_no_more() {
    let journal = MemoryJournal::new();
    append(&journal).unwrap();
    journal.fail_next_writes(2, JournalError::Full);
    for _ in 0..2 {
        assert_eq!(append(&journal), Err(JournalError::Full));
    }
    assert_eq!(append(&journal), Ok(Appended { number: 2 }));
    journal.fail_next_writes(0, JournalError::Full);
    assert_eq!(append(&journal), Ok(Appended { number: 3 }));
}
