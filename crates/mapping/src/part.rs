//! The parts of an event that the mapping reads.

use event::Share;

/// Members of an event that some rule of either profile reads, by the first segment of their key: a dotted key may be a path
/// (docs/facts/transformer.md#helpers).
const READ: [&str; 13] = [
    "type",
    "event",
    "userId",
    "messageId",
    "traits",
    "properties",
    "integrations",
    "timestamp",
    "originalTimestamp",
    "sentAt",
    "request_ip",
    "channel",
    "statusCode",
];

/// The same inside `context`. Most of an event is SDKs' data about the machine there, and InMoment gets none of them.
const READ_IN_CONTEXT: [&str; 6] =
    ["traits", "externalId", "ip", "mappedToDestination", "timestamp", "consentManagement"];

/// How much of a member the mapping reads; `parent` is the key of the object that contains it, `None` for the event
/// itself. It is for [`Event::read_part`](event::Event::read_part): an event that was read in this way has the same
/// plan.
pub fn looks_at(parent: Option<&str>, key: &str) -> Share {
    let first = key.split('.').next().unwrap_or(key);
    let whole = |is_read: bool| if is_read { Share::Whole } else { Share::Nothing };
    match parent {
        // A dotted key is searched as a whole key.
        None if key == "context" => Share::Part,
        None => whole(first == "context" || READ.contains(&first)),
        Some("context") if key == "page" => Share::Part,
        Some("context") => whole(first == "page" || READ_IN_CONTEXT.contains(&first)),
        // Inside `context.page`.
        Some(_) => whole(first == "url"),
    }
}
