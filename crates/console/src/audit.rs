//! The audit: who did what, when, from where.

pub(crate) mod lately;
