//! Paging and order of every list (docs/facts/inmoment-api.md#pagination, #filters).

use serde_json::Value;

use crate::exchange::Reply;
use crate::params::ParamReader;

const MAX_PAGE: u32 = 30;
const PER_PAGE: u32 = 25;

/// The requested part of a list.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paging {
    page: u32,
    per_page: u32,
}

/// Ascending or descending.
#[derive(Debug, Clone, Copy)]
pub(super) struct Order {
    descending: bool,
}

impl Order {
    pub(super) fn read(reader: &mut ParamReader<'_>, descending: bool) -> Order {
        match reader.word("sort_order", &["asc", "desc"]) {
            Some(word) => Order { descending: word == "desc" },
            None => Order { descending },
        }
    }
}

impl Paging {
    /// Page 31 is an error with InMoment's exact text (docs/facts/inmoment-api.md#q3).
    pub(super) fn read(reader: &mut ParamReader<'_>, max_per_page: u32) -> Paging {
        Paging {
            page: reader.bounded("page", 1, MAX_PAGE),
            per_page: reader.bounded("per_page", PER_PAGE.min(max_per_page), max_per_page),
        }
    }

    /// One page of rows that are sorted in ascending order; an empty array after the last page.
    pub(super) fn show<T>(self, order: Order, mut rows: Vec<T>, view: impl Fn(T) -> Value) -> Reply {
        if order.descending {
            rows.reverse();
        }
        let usize_of = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
        let take = usize_of(self.per_page);
        let skip = usize_of(self.page.saturating_sub(1)).saturating_mul(take);
        Reply::json(200, &Value::Array(rows.into_iter().skip(skip).take(take).map(view).collect()))
    }
}
