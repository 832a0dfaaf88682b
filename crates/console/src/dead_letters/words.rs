//! The meaning of each code of a dead letter, for people who know their customers and not this program. The codes are those
//! of docs/errors.md; a test compares the two.

/// What a code means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Words {
    /// what happened
    pub(super) title: &'static str,
    /// what it means for the data
    pub(super) means: &'static str,
    pub(super) what_to_do: &'static str,
}

/// The words of a code; a code of a newer version gets general words.
pub(super) fn words(code: &str) -> Words {
    let known = ALL.iter().find(|(known, ..)| *known == code);
    let (_, title, means, what_to_do) = known.unwrap_or(&UNKNOWN);
    Words { title, means, what_to_do }
}

type Row = (&'static str, &'static str, &'static str, &'static str);

const NOT_SENT: &str = "Nothing of these events is at InMoment. They are kept here, whole.";
const NO_ANSWER: &str = "These survey answers are not at InMoment. They are kept here, whole.";
const NO_END_USER: &str =
    "The customer is not at InMoment, or not with these data. The events are kept here, whole.";

const UNKNOWN: Row = (
    "",
    "These events cannot be delivered",
    NOT_SENT,
    "Read the reason of one of them. Requeue them when its cause is gone, or discard them.",
);

/// In the order of docs/errors.md.
const ALL: &[Row] = &[
    (
        "type_missing",
        "The events have no type",
        NOT_SENT,
        "Have the sender set `type`. You can edit the events here and add a type.",
    ),
    (
        "identity_missing",
        "The events name no customer",
        NOT_SENT,
        "Have the app call `identify` with the customer's id before it sends anything else. An anonymous id is not \
         enough for InMoment. If you know the customer, edit the event here and add `userId`.",
    ),
    (
        "id_placeholder",
        "The events have a placeholder such as \"undefined\" for an id",
        NOT_SENT,
        "Have the app call `identify` with the customer's id, and send nothing before it knows the id. If you know the customer, \
         edit the event here and set the right `userId`. If it is a real id, remove it from `placeholder_ids`.",
    ),
    (
        "event_without_ids",
        "Events without any id came in a batch",
        NOT_SENT,
        "Have the sender set `userId` or `anonymousId`. The rest of the batch was accepted.",
    ),
    (
        "event_not_an_object",
        "A part of a batch is not an event",
        NOT_SENT,
        "Have the sender correct it. The rest of the batch was accepted. Discard it here.",
    ),
    (
        "event_too_deep",
        "The events are nested too deeply to be read",
        NOT_SENT,
        "Have the sender correct them: no real event looks like that. Discard them here.",
    ),
    (
        "event_unreadable",
        "Stored events cannot be read any more",
        "The texts of these events are damaged. What is left of them is kept here.",
        "Please report it, with the server's log.",
    ),
    (
        "event_type_missing",
        "Tracked events do not say whether they are survey answers",
        NO_ANSWER,
        "If they are survey answers, have the app set `integrations.Wootric.eventType` to `create response` or \
         `create decline`; edit these here. If they are other events, have the app opt out of InMoment, and discard these.",
    ),
    (
        "event_type_unsupported",
        "Tracked events name a kind of survey answer that does not exist",
        NO_ANSWER,
        "Have the app set `integrations.Wootric.eventType` to `create response` or `create decline`. Edit these here.",
    ),
    (
        "score_missing",
        "Survey answers have no score",
        NO_ANSWER,
        "Have the app send the score as `properties.feedbackScore`. If you know the score, edit them here.",
    ),
    (
        "score_invalid",
        "Survey answers have a score that is not from 0 to 10",
        NO_ANSWER,
        "Have the app send whole numbers from 0 to 10. If you know the right score, edit them here.",
    ),
    (
        "ip_missing",
        "Survey answers have no IP address",
        NO_ANSWER,
        "Have the app send `context.ip`. InMoment needs it: edit these here and add it.",
    ),
    (
        "origin_url_missing",
        "Survey answers do not say on which page they were given",
        NO_ANSWER,
        "Have the app send `context.page.url` or `properties.url`. Edit these here and add it.",
    ),
    (
        "value_unconvertible",
        "The events hold a value that cannot be sent",
        NOT_SENT,
        "Set the destination's profile to `native`, which can send the value, then requeue them.",
    ),
    (
        "external_id_missing",
        "New customers cannot be created without their id",
        NO_END_USER,
        "Have the app send `userId`. Requeue these when InMoment knows the customers, or edit them here.",
    ),
    (
        "email_or_phone_missing",
        "New customers cannot be created without e-mail or phone number",
        NO_END_USER,
        "Have the app send one of the two with `identify`. Requeue these afterwards, or edit them here.",
    ),
    (
        "end_user_unknown",
        "Survey answers came from customers whom InMoment does not know",
        NO_ANSWER,
        "Have the app call `identify` for them, with e-mail or phone number. Then requeue these.",
    ),
    (
        "email_belongs_to_another_user",
        "The e-mail address belongs to another customer at InMoment",
        "The customer was not created, and no customer was changed. The events are kept here, whole.",
        "Find out which customer has the address. Correct it at its source, or at InMoment, then requeue these.",
    ),
    (
        "internal_error",
        "This program failed while it worked on the events",
        NOT_SENT,
        "Please report it, with the server's log. Requeue these with a version in which it is fixed.",
    ),
    (
        "gave_up",
        "The calls for some customers kept failing",
        NOT_SENT,
        "The reason of each event has InMoment's last answer. Requeue them when the cause is gone.",
    ),
    (
        "token_refused",
        "The calls for these events were refused, and those for other customers were not",
        NOT_SENT,
        "The reason quotes the answer. Check the proxies and firewalls between this server and InMoment, then requeue these.",
    ),
    (
        "permission_denied",
        "The calls for these events were denied, and those for other customers were not",
        NOT_SENT,
        "The reason quotes the answer. A firewall may reject a comment: allow it there or edit the event here, then requeue these.",
    ),
    (
        "redirected",
        "The calls for these events were sent to another address, and those for other customers were not",
        NOT_SENT,
        "The reason quotes the answer. Check the proxies and firewalls between this server and InMoment, then requeue these.",
    ),
    (
        "turned_away",
        "A firewall or proxy before InMoment turned the calls for these events away",
        NOT_SENT,
        "The reason quotes the answer. A firewall may reject a comment: allow it there or edit the event here, then requeue these.",
    ),
    (
        "not_found",
        "InMoment does not have the record that the events are about",
        NOT_SENT,
        "The reason says which record was not found. Check whether the customer was deleted at InMoment; requeue or discard them.",
    ),
    (
        "email_taken",
        "Another customer at InMoment has the e-mail address",
        "The customer's data were not changed at InMoment. The events are kept here, whole.",
        "Correct the address at its source, or at InMoment, then requeue these.",
    ),
    (
        "external_id_taken",
        "Another customer at InMoment has the same id",
        "The customer's data were not changed at InMoment. The events are kept here, whole.",
        "Look the customer up at InMoment. When it is clear which customer has the id, requeue these.",
    ),
    (
        "phone_taken",
        "Another customer at InMoment has the phone number",
        "The customer's data were not changed at InMoment. The events are kept here, whole.",
        "Correct the number at its source, or at InMoment, then requeue these.",
    ),
    (
        "feature_not_enabled",
        "InMoment has not enabled this for your account",
        NOT_SENT,
        "Ask InMoment to enable what the reason names, then requeue these.",
    ),
    (
        "rejected",
        "InMoment refuses the events",
        NOT_SENT,
        "The reason quotes InMoment. Correct the value that it names at the source of the events, or edit the events here.",
    ),
    (
        "id_unusable",
        "The customer's id cannot be used in a URL",
        NOT_SENT,
        "It is too long, or has only dots. Correct it at its source, or edit the event here.",
    ),
];

#[cfg(test)]
mod tests;
