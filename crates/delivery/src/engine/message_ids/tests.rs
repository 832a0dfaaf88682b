use super::*;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn key(source: u32, id: u128, content: u128) -> MessageKey {
    MessageKey { source: SourceId(source), id, content }
}

proptest! {
    /// It gives the same result as a plain set for every event, and is empty when all are removed.
    #[test]
    fn it_is_a_set_of_events_that_knows_their_ids(
        steps in prop::collection::vec((any::<bool>(), 0..2_u32, 0..3_u128, 0..4_u128), 0..60),
    ) {
        let (mut ids, mut model) = (MessageIds::default(), BTreeSet::new());
        for (insert, source, id, content) in steps {
            let key = key(source, id, content);
            if insert {
                let same_id = model.iter().any(|held: &MessageKey| (held.source, held.id) == (key.source, id));
                let wanted = match (model.insert(key), same_id) {
                    (false, _) => Seen::Same,
                    (true, true) => Seen::Reused,
                    (true, false) => Seen::Never,
                };
                prop_assert_eq!(ids.insert(key), wanted);
            } else {
                model.remove(&key);
                ids.remove(key);
            }
        }
        for key in model {
            ids.remove(key);
        }
        prop_assert!(ids.0.is_empty());
    }
}
