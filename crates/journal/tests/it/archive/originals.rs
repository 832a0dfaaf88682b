//! What was edited, and the trouble of lanes.

use crate::sample::{batch, by, death, durable, event_text, fate, position, wired};
use event::Millis;
use journal::{Archive, Change, DeadLetterFilter, DeliveryStore, Fate, Fates, Intake, LaneRecord, Original};

#[test]
fn the_original_of_an_edited_event_is_kept_as_long_as_what_became_of_it() {
    let (journal, _folder) = durable();
    let (source, here) = wired(&journal);
    journal.append(batch(source, &[here], 1, 1)).wait().unwrap();
    journal.commit(here, death(1, 0, "bad_score").into()).wait().unwrap();
    let letter = journal.dead_letters(&DeadLetterFilter::default(), 1).unwrap().items.remove(0);
    let edited = journal.requeue_edited(letter.id, r#"{"userId":"u"}"#.into(), by()).wait().unwrap();
    let original = Original {
        dead_letter: letter.id,
        event: event_text(1, 0),
        code: "bad_score".to_owned(),
        reason: letter.reason.clone(),
        died_at: letter.died_at,
        edited_at: Millis(0),
    };
    assert!(journal.original(edited.request).unwrap() == Some(original));
    assert!(journal.original(1).unwrap().is_none());
    journal.append(batch(source, &[here], 1, 1)).wait().unwrap();
    journal.commit(here, vec![fate(edited.request, 0, Fate::Delivered)]).wait().unwrap();
    journal.maintain(Millis(i64::MAX / 2)).unwrap();
    assert!(journal.event(edited).unwrap().is_none());
    assert!(journal.original(edited.request).unwrap().is_none());
}

#[test]
fn the_trouble_of_a_lane_is_told() {
    let (journal, _folder) = durable();
    let (_, here) = wired(&journal);
    let record = LaneRecord {
        head: position(1, 0),
        attempts: 3,
        failing_ms: 7,
        retry_at: Millis(8),
        wait_until: None,
        denied: 0,
    };
    journal.commit(here, vec![Change::LaneTrouble("x:ada".to_owned(), record.clone())]).wait().unwrap();
    assert_eq!(journal.lane(here, "x:ada").unwrap(), Some(record));
    assert_eq!(journal.lane(here, "x:bob").unwrap(), None);
    assert!(journal.lane(journal::DestinationId(9), "x:ada").is_err());
}
