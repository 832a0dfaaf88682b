//! The fields whose values are unique among end users: e-mail and phone number.

use super::merge::text;
use journal::{KnownUser, UniqueField};
use mapping::EndUserFields;

/// InMoment compares e-mails without regard to case (docs/facts/inmoment-api.md#q16).
pub(crate) fn same(field: UniqueField, one: &str, other: &str) -> bool {
    compared(field, one) == compared(field, other)
}

/// The form in which InMoment compares a value.
pub(crate) fn compared(field: UniqueField, value: &str) -> String {
    match field {
        UniqueField::Email => value.trim().to_lowercase(),
        UniqueField::PhoneNumber => value.to_owned(),
    }
}

/// The value of this field in an identify.
pub(crate) fn wanted(fields: &EndUserFields, field: UniqueField) -> Option<String> {
    let value = match field {
        UniqueField::Email => &fields.email,
        UniqueField::PhoneNumber => &fields.phone_number,
    };
    value.as_ref().map(text)
}

/// Removes this field from an identify.
pub(crate) fn strip(fields: &mut EndUserFields, field: UniqueField) {
    match field {
        UniqueField::Email => fields.email = None,
        UniqueField::PhoneNumber => fields.phone_number = None,
    }
}

/// The value that InMoment holds in this field.
pub(crate) fn value_of(user: &KnownUser, field: UniqueField) -> Option<&str> {
    match field {
        UniqueField::Email => user.email.as_deref(),
        UniqueField::PhoneNumber => user.phone_number.as_deref(),
    }
}
