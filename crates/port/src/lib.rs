//! A port that cannot be starved: all ports of the program accept, read and end connections in the same way.
//!
//! # Policy
//!
//! Anyone can open a connection without authentication, so a connection must not cost the server more than it costs the
//! client. Each port is a [`Door`] with a limited number of places for connections ([`Limits`]), and [`serve`] is the
//! only loop that accepts connections. These are the rules:
//!
//! * **Places.** A door has a fixed number of places. [`Shares`] derives it from the descriptors and the memory that
//!   the machine gives this process ([`HostResources`]), minus a reserve for the journal, for calls to InMoment and for
//!   the other doors. So a flood at one door does not affect the others, delivery or the disk.
//! * **Addresses.** One address (for IPv6, one /64 network) has at most `max_per_address` places, so that one machine
//!   cannot take all of them. A connection beyond that takes the place of the idlest connection of its address, or is
//!   refused if none is idle. Connections of this machine (loopback) are exempt, and so are all connections behind a
//!   proxy: their address is the proxy's, which stands for many clients and has its own limits.
//! * **A full door.** A new connection takes the place of the one that needs it least. In order, these are: a head or a
//!   handshake that has been incomplete for seconds (for a quarter of a second, if half of the places are held in that
//!   way); the idlest of the idle connections, of the address that has most of them; a stalled body; a reply that is
//!   not read. A client loses nothing by that: it sends the request again, as after any lost connection. Requests that
//!   are being answered are never cut off; if no connection can be closed, the new one waits.
//! * **Patience.** Each phase of a connection has its own limit: handshake, head, body, idleness. A body must also
//!   arrive at a *least rate*: a sender has credit for a number of seconds, uses it up while the server waits for it,
//!   and earns it back with the bytes that it sends. The same rule applies to the reader of a reply. Time in which the
//!   server is the slow side, or in which a stream of events has nothing to send, costs no credit. A connection past
//!   its limit is closed without a reply, because there is no status for it that all SDKs understand, and a lost
//!   connection makes each of them send again.
//! * **Memory.** Bodies share one [`Room`]. If room is needed, slow bodies are dropped first, beginning with the client
//!   that holds most ([`room`](Room)).
//! * **Protocol.** HTTP/1.0 and HTTP/1.1. The preface of HTTP/2 ends a connection at once. TLS 1.2 and 1.3 are spoken
//!   with a certificate that is checked again each minute ([`ServerCertificate`]); handshakes hold a place, so they are
//!   limited like everything else.
//! * **Failures of the machine.** If a connection cannot be accepted (no descriptors, no memory), an idle one is
//!   closed, and the loop pauses and goes on. This is logged once at the beginning and once at the end.
//! * **The end.** A stopping door accepts no more connections, closes idle connections and incomplete heads at once,
//!   and waits for the requests that are being answered, for at most `drain`.
//! * **Ids.** Each request whose head could be read has one ([`RequestId`]), the client's or a new one: it is in the
//!   request's extensions, and in the header `X-Request-Id` of the request and of its reply.
//!
//! Every refusal, closed connection and failure is counted by its reason ([`Door::snapshot`]).

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

/// The provider is always named, so that it does not matter which one another crate may have installed for the process.
fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}
