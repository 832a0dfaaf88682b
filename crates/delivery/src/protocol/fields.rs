//! The fields that only one end user can have a value in: e-mail and phone number.

use super::merge::text;
use journal::{KnownUser, UniqueField};
use mapping::EndUserFields;

/// InMoment compares e-mails without regard to case (docs/facts/inmoment-api.md#q16).
pub(crate) fn same(field: UniqueField, one: &str, other: &str) -> bool {
    compared(field, one) == compared(field, other)
}

/// A value as InMoment compares it.
pub(crate) fn compared(field: UniqueField, value: &str) -> String {
    match field {
        UniqueField::Email => value.trim().to_lowercase(),
        UniqueField::PhoneNumber => value.to_owned(),
    }
}

/// What an identify wants in this field.
pub(crate) fn wanted(fields: &EndUserFields, field: UniqueField) -> Option<String> {
    let value = match field {
        UniqueField::Email => &fields.email,
        UniqueField::PhoneNumber => &fields.phone_number,
    };
    value.as_ref().map(text)
}

/// An identify without this field.
pub(crate) fn strip(fields: &mut EndUserFields, field: UniqueField) {
    match field {
        UniqueField::Email => fields.email = None,
        UniqueField::PhoneNumber => fields.phone_number = None,
    }
}

/// What InMoment holds of a person in this field.
pub(crate) fn value_of(user: &KnownUser, field: UniqueField) -> Option<&str> {
    match field {
        UniqueField::Email => user.email.as_deref(),
        UniqueField::PhoneNumber => user.phone_number.as_deref(),
    }
}
