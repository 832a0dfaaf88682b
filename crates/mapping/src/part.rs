//! Which part of an event the mapping looks at.

/// Members of an event that some rule of either profile reads, by the first segment of their key: a dotted key may be a path
/// (transformer.md 2.2).
const READ: [&str; 16] = [
    "type",
    "userId",
    "anonymousId",
    "messageId",
    "traits",
    "context",
    "properties",
    "integrations",
    "timestamp",
    "originalTimestamp",
    "sentAt",
    "receivedAt",
    "request_ip",
    "channel",
    "statusCode",
    "rudderId",
];

/// The same inside `context`; what SDKs tell there of the machine is most of an event, and none of it is for InMoment.
const READ_IN_CONTEXT: [&str; 7] =
    ["traits", "externalId", "ip", "page", "mappedToDestination", "timestamp", "consentManagement"];

/// Whether the mapping looks at a member; `parent` is the key of the object it is in, `None` for the event itself. For
/// [`Event::read_part`](event::Event::read_part): an event read so has the same plan.
pub fn looks_at(parent: Option<&str>, key: &str) -> bool {
    let first = key.split('.').next().unwrap_or(key);
    match parent {
        None => READ.contains(&first),
        Some("context") => READ_IN_CONTEXT.contains(&first),
        Some(_) => true,
    }
}
