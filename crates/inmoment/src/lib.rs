//! InMoment's REST API v1 as types: calls, replies, errors, rate headers, regions, and a client.
//!
//! The pure half ([`Call`] -> [`HttpRequest`], [`HttpReply`] -> [`Outcome`]) knows no network, so that a simulation
//! can run whole histories through the same encoding and decoding that the [`Client`](client) uses.

mod call;
mod outcome;

pub use call::{Call, EndUserWrite, FeedbackWrite, Lookup, PropertyValue, ResponseWrite};
pub use outcome::{
    CallError, Class, EndUser, Executed, Feedback, Outcome, RateHeaders, Reply, ReplyBody,
};
