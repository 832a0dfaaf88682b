//! What each code of a dead letter means, for people who know their customers and not this program. The codes are those of
//! docs/errors.md; a test holds the two together.

/// What a code means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Words {
    /// what happened
    pub(super) title: &'static str,
    /// what it means for the data
    pub(super) means: &'static str,
    pub(super) what_to_do: &'static str,
}

/// A code's words; a code of a newer version has general ones.
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
    "Look at the reason of one of them. Requeue them when it is gone, or discard them.",
);

/// By the order of docs/errors.md.
const ALL: &[Row] = &[
    (
        "type_missing",
        "The events do not say what they are",
        NOT_SENT,
        "Have whoever sends them set `type`. You can edit them here and give them one.",
    ),
    (
        "identity_missing",
        "The events do not say whom they are about",
        NOT_SENT,
        "Have the app call `identify` with the customer's id before it sends anything else. An anonymous id is not \
         enough for InMoment. If you know the customer, edit the event here and add `userId`.",
    ),
    (
        "id_placeholder",
        "The events name nobody: a word such as \"undefined\" stands for the id",
        NOT_SENT,
        "Have the app call `identify` with the customer's id, and nothing before it knows it. If you know the customer, edit the \
         event here and give it the right `userId`. If it is a real id, take it out of `placeholder_ids`.",
    ),
    (
        "event_without_ids",
        "Events without any id came in a batch",
        NOT_SENT,
        "Have whoever sends them set `userId` or `anonymousId`. The rest of the batch was taken.",
    ),
    (
        "event_not_an_object",
        "Something in a batch is no event",
        NOT_SENT,
        "Have whoever sends it correct it. The rest of the batch was taken. Discard it here.",
    ),
    (
        "event_too_deep",
        "The events are nested too deeply to be read",
        NOT_SENT,
        "Have whoever sends them correct them: no real event looks like that. Discard them here.",
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
        "Tracked events name a kind of survey answer that there is not",
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
        "Have the app send whole numbers from 0 to 10. If you know what was meant, edit them here.",
    ),
    (
        "ip_missing",
        "Survey answers do not say from which address they came",
        NO_ANSWER,
        "Have the app send `context.ip`. InMoment wants one: edit them here and add it.",
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
        "Set the destination's profile to `native`, which can send it, then requeue them.",
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
        "Find out whose the address is. Correct it where it comes from, or at InMoment, then requeue these.",
    ),
    (
        "internal_error",
        "This program failed over the events",
        NOT_SENT,
        "Please report it, with what the log says. Requeue these with a version in which it is mended.",
    ),
    (
        "gave_up",
        "The calls for some customers kept failing",
        NOT_SENT,
        "The reason of each says what InMoment answered last. Requeue them when that is over.",
    ),
    (
        "token_refused",
        "The calls for these events were refused, and those for other customers were not",
        NOT_SENT,
        "The reason says what answered. See what stands between this server and InMoment, then requeue these.",
    ),
    (
        "permission_denied",
        "The calls for these events were denied, and those for other customers were not",
        NOT_SENT,
        "The reason says what answered. A firewall may dislike a comment: allow it there or edit the event here, then requeue these.",
    ),
    (
        "redirected",
        "The calls for these events were sent on elsewhere, and those for other customers were not",
        NOT_SENT,
        "The reason says what answered. See what stands between this server and InMoment, then requeue these.",
    ),
    (
        "turned_away",
        "Something on the way to InMoment turned the calls for these events away",
        NOT_SENT,
        "The reason says what answered. A firewall may dislike a comment: allow it there or edit the event here, then requeue these.",
    ),
    (
        "not_found",
        "InMoment does not know what the events are about",
        NOT_SENT,
        "The reason says what was not found. See whether the customer was deleted at InMoment; requeue or discard them.",
    ),
    (
        "email_taken",
        "Another customer at InMoment has the e-mail address",
        "The customer's data were not changed at InMoment. The events are kept here, whole.",
        "Correct the address where it comes from, or at InMoment, then requeue these.",
    ),
    (
        "external_id_taken",
        "Another customer at InMoment has the same id",
        "The customer's data were not changed at InMoment. The events are kept here, whole.",
        "Look the customer up at InMoment. When it is settled whose the id is, requeue these.",
    ),
    (
        "phone_taken",
        "Another customer at InMoment has the phone number",
        "The customer's data were not changed at InMoment. The events are kept here, whole.",
        "Correct the number where it comes from, or at InMoment, then requeue these.",
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
        "The reason quotes InMoment's words. Correct what it names where the events come from, or edit them here.",
    ),
    (
        "id_unusable",
        "The customer's id cannot be used in an address",
        NOT_SENT,
        "It is too long, or made of dots alone. Correct it where it comes from, or edit the event here.",
    ),
];

#[cfg(test)]
mod tests;
