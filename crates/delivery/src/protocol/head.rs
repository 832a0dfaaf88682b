//! Changes of a lane's head. The progress of the former head and its failures do not apply to the next one.

use super::intents::Lane;
use super::item::{Item, Work};

impl Lane {
    /// Whether an answer at the head waits for its unknown end user.
    pub(crate) fn waits_for_user(&self) -> bool {
        self.is_asleep() && self.intents.head().is_some_and(|head| head.wait_until.is_some())
    }

    /// Removes the head.
    pub(crate) fn pop_head(&mut self) -> Option<Item> {
        let head = self.intents.items.pop_front()?;
        self.has_new_head();
        Some(head)
    }

    /// Moves an identify in front of an answer that waits for its unknown end user
    /// (docs/facts/mapping.md#unknown-user).
    pub(crate) fn bring_identify_forward(&mut self) {
        let items = &mut self.intents.items;
        let at = items.iter().position(Item::is_upsert).filter(|at| *at > 0);
        if let Some(identify) = at.and_then(|at| items.remove(at)) {
            items.push_front(identify);
            self.has_new_head();
        }
    }

    /// Divides merged identifies at the head into separate items. Returns false if there is only one.
    pub(crate) fn take_apart(&mut self) -> bool {
        let items = &mut self.intents.items;
        let Some(Item { who, work: Work::Upsert(parts), .. }) = items.pop_front_if(|head| head.len() > 1)
        else {
            return false;
        };
        for part in parts.into_iter().rev() {
            items.push_front(Item {
                who: who.clone(),
                work: Work::Upsert(vec![part]),
                alone: true,
                wait_until: None,
                settling: None,
                perhaps_sent: None,
            });
        }
        self.has_new_head();
        true
    }

    fn has_new_head(&mut self) {
        self.intents.new_head();
        self.new_head();
    }
}
