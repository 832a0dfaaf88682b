//! InMoment's REST API v1 as types: calls, replies, errors, rate headers, regions, and a client.
//!
//! The pure part ([`Call::request`] makes an [`HttpRequest`], [`decode`] makes a [`CallOutcome`] of an [`HttpReply`])
//! has no network, so that a simulation can run whole histories through the same encoding and decoding that the
//! [`Client`] uses. The other part is the [`Client`]: one pool of connections and one access token per destination.

mod about;
mod call;
mod client;
mod complaint;
mod decode;
mod encode;
mod exchange;
mod form;
mod http;
mod mask;
mod outcome;
mod percent;
mod rate;
mod region;
pub mod roots;
mod timestamp;
pub mod token;
mod verdict;

pub use call::{Call, EndUserWrite, FeedbackWrite, Lookup, PropertyValue, ResponseWrite};
pub use client::{Client, ClientSettings, Resolver, SettingsError, TokenLife};
pub use decode::decode;
pub use encode::end_user_path;
pub use exchange::{Called, Exchange};
pub use http::{HttpReply, HttpRequest};
pub use outcome::{
    CallError, CallOutcome, CallReply, CallReplyBody, EndUser, Executed, FailedCall, FailureClass, Feedback,
    LossCause, RateHeaders, Said,
};
pub use region::Region;
pub use token::Credentials;
