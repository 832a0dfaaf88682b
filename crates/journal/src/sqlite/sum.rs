//! The checksum of a row: what tells a bit that has flipped on the disk from what was written.
//!
//! SQLite notices when a page is none, but not when a value in it has changed. So each row that is delivered from, or
//! believed, carries the CRC-32 of its values in its column `sum`; a row without one was written before there were any.
//! A checksum for each page (SQLite's `cksumvfs`) would cover the indexes too, but it loses a whole page of rows for one
//! bit, needs every older file rewritten, and is C code to be loaded into the process.

use crc32fast::Hasher;

/// Tables whose rows have a checksum.
pub(super) const CHECKED: [&str; 15] = [
    "bodies",
    "conflicts",
    "dead_letters",
    "destinations",
    "documents",
    "fates",
    "in_flight",
    "lanes",
    "ledger",
    "links",
    "originals",
    "routes",
    "sources",
    "stored",
    "users",
];

/// A checksum in the making. Each value goes in with its kind and length: no two lists of values are spelled alike.
pub(super) struct Sum(Hasher);

impl Sum {
    /// Of a row of this table.
    pub(super) fn of(table: &str) -> Sum {
        Sum(Hasher::new()).text(table)
    }

    pub(super) fn number(mut self, value: impl Into<i64>) -> Sum {
        self.0.update(b"n");
        self.0.update(&value.into().to_be_bytes());
        self
    }

    pub(super) fn text(self, value: &str) -> Sum {
        self.bytes(value.as_bytes())
    }

    pub(super) fn bytes(mut self, value: &[u8]) -> Sum {
        self.0.update(b"b");
        self.0.update(&(value.len() as u64).to_be_bytes());
        self.0.update(value);
        self
    }

    pub(super) fn maybe<T>(mut self, value: Option<T>, put: impl FnOnce(Sum, T) -> Sum) -> Sum {
        match value {
            Some(value) => put(self, value),
            None => {
                self.0.update(b"-");
                self
            }
        }
    }

    pub(super) fn done(self) -> i64 {
        i64::from(self.0.finalize())
    }

    /// Is this what the row says? Of a row without a checksum nothing can be told.
    pub(super) fn suits(self, stored: Option<i64>) -> bool {
        stored.is_none_or(|stored| stored == self.done())
    }
}

/// Of a row of the table `sources`.
pub(super) fn of_source(id: u32, name: &str, kind: &str) -> Sum {
    Sum::of("sources").number(id).text(name).text(kind)
}

/// Of a row of the table `routes`.
pub(super) fn of_route(route: i64, destination: u32) -> Sum {
    Sum::of("routes").number(route).number(destination)
}

/// Of a row of the table `ledger`.
pub(super) fn of_ledger(destination: u32, what: &str, events: i64) -> Sum {
    Sum::of("ledger").number(destination).text(what).number(events)
}
