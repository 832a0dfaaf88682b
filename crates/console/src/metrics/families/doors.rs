//! The ports: their connections, the refused and closed ones, and the memory for bodies.

use super::values::{signed, unix, with};
use crate::metrics::declare::{Labels, Metrics};
use event::Millis;
use port::{DoorSnapshot, RoomSnapshot};

pub(super) fn add(metrics: &mut Metrics, doors: &[(DoorSnapshot, Option<RoomSnapshot>)]) {
    let places = metrics.gauge("door_places", "Connections that may be open at the port");
    let open = metrics.gauge("door_connections", "Connections open at the port");
    let idle = metrics.gauge("door_connections_idle", "Open connections without a request");
    let accepted = metrics.counter("door_accepted", "Connections accepted");
    let waited = metrics.counter("door_waited", "Connections that had to wait for a place");
    let failed = metrics.counter("door_accept_failures", "Connections that the machine could not accept");
    let refused = metrics.counter("door_refused", "Callers refused, by reason");
    let closed = metrics.counter("door_closed", "Connections that the server closed, by reason");
    for (door, _) in doors {
        let at = || at(door.name);
        places(at(), signed(door.places));
        open(at(), signed(door.open));
        idle(at(), signed(door.idle));
        accepted(at(), door.accepted);
        waited(at(), door.waited);
        failed(at(), door.accept_failures);
        for (why, count) in door.refused {
            refused(with(at(), "reason", why.word()), count);
        }
        for (why, count) in door.closed {
            closed(with(at(), "reason", why.word()), count);
        }
    }
    let requests = metrics.gauge("room_requests", "Requests whose bodies are in memory");
    let bytes = metrics.gauge("room_bytes", "Bytes of request bodies in memory");
    let given_up = metrics.counter("room_given_up", "Bodies dropped to make room for others");
    let no_room =
        metrics.counter("room_refused", "Requests refused because there was no room for their bodies");
    for (door, room) in doors {
        let (Some(room), at) = (room, || at(door.name)) else { continue };
        requests(at(), signed(room.requests));
        bytes(at(), signed(room.bytes));
        given_up(at(), room.given_up);
        no_room(at(), room.refused);
    }
}

/// When the certificate of each port that speaks TLS expires.
pub(super) fn add_certificates(metrics: &mut Metrics, certificates: &[(&'static str, Millis)]) {
    let help = "When the port's certificate expires, UNIX seconds";
    let expires = metrics.gauge("certificate_expires_timestamp_seconds", help);
    for (door, at_time) in certificates {
        expires(at(door), unix(*at_time));
    }
}

fn at(door: &str) -> Labels {
    vec![("door", door.to_owned())]
}
