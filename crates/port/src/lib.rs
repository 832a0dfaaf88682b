//! A port that cannot be starved: one way of accepting, reading and ending connections, for every port of the program.
//!
//! # Policy
//!
//! Nobody has to prove who they are to open a connection, so a connection must never be worth more to its caller than it
//! costs him. Each port is a [`Door`] with places for so many connections ([`Limits`]), and [`serve`] is the only loop that
//! accepts any. These are the rules:
//!
//! * **Places.** A door has a fixed number of places. [`Shares`] derives them from the descriptors and the memory which the
//!   machine gives this process ([`HostResources`]), less a reserve for the journal, for calls to InMoment and for the other
//!   doors. So a flood at one door leaves the others, delivery and the disk alone.
//! * **Addresses.** One address (for IPv6, one /64 network) has at most `max_per_address` places, so that one machine
//!   cannot take all of them. A caller beyond it takes the place of its own idlest connection, or is turned away when it
//!   has none. Connections of this machine (loopback) are exempt, and behind a proxy everybody is: there the address is the
//!   proxy's, which stands for many callers and has limits of its own.
//! * **A full door.** The newcomer takes the place of whoever needs it least. These are in order: a head or a handshake
//!   which has been on its way for seconds (for a
//!   quarter of a second, when half of the places are held like that); the idlest of the idle connections, of the address that holds most of them; a
//!   body that stands still; a reply that nobody reads. A client loses nothing by that: it sends again, as after any lost
//!   connection. Requests that are being answered are never cut off; when there is nobody else, the newcomer waits.
//! * **Patience.** Each phase of a connection has its own limit: handshake, head, body, idleness. A body must also arrive
//!   at a *least rate*: a sender has credit for so many seconds of waiting, uses it up while we wait for it, and earns it
//!   back by the bytes it sends. The same rule holds for the reader of a reply. Time in which we are the slow side, and a
//!   stream of events that has nothing to say, cost no credit. A connection past its limit is closed without a reply,
//!   because there is no status for it that all SDKs understand, and a lost connection makes each of them send again.
//! * **Memory.** Bodies share one [`Room`]. What arrives slowly is given up first when the room is needed, beginning with
//!   whoever holds most ([`room`](Room)).
//! * **Protocol.** HTTP/1.0 and HTTP/1.1. The preface of HTTP/2 ends a connection at once. TLS 1.2 and 1.3 with a certificate that is
//!   looked at again each minute ([`ServerCertificate`]); handshakes hold a place, and so are limited as everything else is.
//! * **Failures of the machine.** When a connection cannot be accepted (no descriptors, no memory), an idle one is closed,
//!   the loop pauses and goes on. It is said once at the beginning and once at the end.
//! * **The end.** A door that is told to stop accepts nothing more, lets idle connections and half-sent heads go at once, and
//!   waits for the requests being answered, up to `drain`.
//! * **Ids.** Each request whose head could be read has one ([`RequestId`]), the caller's or a new one: it is in the request's
//!   extensions, and in the header `X-Request-Id` of the request and of its reply.
//!
//! Everything that is refused, closed or failed is counted by its reason ([`Door::snapshot`]).

mod body;
mod certificate;
mod client_handle;
mod connection;
mod counts;
mod credit;
mod door;
mod episode;
mod error;
mod host;
mod limits;
mod listener;
mod pace;
mod paced;
mod peer;
mod pem;
mod request_id;
mod room;
#[cfg(feature = "axum")]
mod routed;
mod seats;
mod serve;
mod shares;
mod stream;
mod trust;

pub use body::{Body, ReplyBody};
pub use certificate::{PreparedCertificate, ServerCertificate, TlsFiles};
pub use client_handle::ClientHandle;
pub use counts::{Closed, ConnectionRefusal, DoorSnapshot};
pub use door::Door;
pub use error::{TlsError, code};
pub use host::{Descriptors, HostResources};
pub use limits::Limits;
pub use listener::Listener;
pub use peer::Peer;
pub use request_id::RequestId;
pub use room::{Full, Holder, Room, RoomSnapshot, Slot};
#[cfg(feature = "axum")]
pub use routed::routed;
pub use serve::serve;
pub use shares::{Places, Shares};
pub use tokio_rustls::rustls::ClientConfig;
pub use trust::{client, is_distrust};

use std::sync::Arc;
use tokio_rustls::rustls::crypto::{CryptoProvider, aws_lc_rs};

/// Named wherever one is needed: whichever another crate may have made the process's own must not matter.
fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}
