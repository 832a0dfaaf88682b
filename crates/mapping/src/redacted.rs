//! `Debug` for types with users' data. Its output gets into logs and panics, so it names the fields that are present
//! and never shows their values.

use crate::differences::FieldDifference;
use crate::overlay::Laid;
use crate::plan::{DeadReason, DeclineFields, EndUserFields, FieldSource, FormValue, ResponseFields, Who};
use std::fmt::{Debug, Formatter, Result};

/// Stands for a value that is present.
const HIDDEN: &str = "…";

fn hide<T>(value: &Option<T>) -> Option<&'static str> {
    value.as_ref().map(|_| HIDDEN)
}

impl Debug for Who {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.debug_struct("Who")
            .field("end_user_id", &hide(&self.end_user_id))
            .field("external_id", &hide(&self.external_id))
            .finish()
    }
}

impl Debug for EndUserFields {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.debug_struct("EndUserFields")
            .field("email", &hide(&self.email))
            .field("phone_number", &hide(&self.phone_number))
            .field("last_surveyed", &self.last_surveyed)
            .field("last_surveyed_on_create_only", &self.last_surveyed_on_create_only)
            .field("external_created_at", &self.external_created_at)
            .field("properties", &self.properties.len())
            .finish()
    }
}

impl Debug for ResponseFields {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.debug_struct("ResponseFields")
            .field("text", &hide(&self.text))
            .field("created_at", &self.created_at)
            .field("properties", &self.properties.len())
            .finish_non_exhaustive()
    }
}

impl Debug for DeclineFields {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.debug_struct("DeclineFields")
            .field("origin_url", &hide(&self.origin_url))
            .field("created_at", &self.created_at)
            .field("properties", &self.properties.len())
            .finish()
    }
}

impl Debug for FieldSource {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let value: Option<&FormValue> = self.value.as_ref();
        f.debug_struct("FieldSource")
            .field("field", &self.field)
            .field("from", &self.from)
            .field("value", &hide(&value))
            .field("rule", &self.rule)
            .finish()
    }
}

impl Debug for FieldDifference {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.debug_struct("FieldDifference")
            .field("field", &self.field)
            .field("rudderstack", &hide(&self.rudderstack))
            .field("native", &hide(&self.native))
            .finish()
    }
}

/// A reason may contain the name of a user.
impl Debug for DeadReason {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.debug_struct("DeadReason").field("code", &self.code).finish_non_exhaustive()
    }
}

impl Debug for Laid {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(match self {
            Laid::Event(_) => "Event(…)",
            Laid::Stored(_) => "Stored(…)",
        })
    }
}
