use super::*;
use crate::config::Process;

fn doors(text: &str, machine: HostResources) -> Doors {
    shared(&Config::parse(text, std::path::Path::new("/nowhere"), &Process).unwrap(), machine)
}

const USUAL: HostResources = HostResources { descriptors: 1_024, memory: 8 << 30 };
const LARGE: HostResources = HostResources { descriptors: 1 << 20, memory: 64 << 30 };
const TLS: &str = "tls = { certificate = \"c\", key = \"k\" }";

#[test]
fn the_configured_numbers_hold_where_the_machine_has_room_for_them() {
    let doors = doors("[transformer]\nlisten = \"127.0.0.1:1\"\n", LARGE);
    let places = [doors.gateway, doors.admin, doors.transformer.limits].map(|limits| limits.max_connections);
    assert_eq!(places, [10_000, 512, 2_000]);
    assert_eq!((doors.gateway_bodies, doors.transformer.bodies), (256 << 20, 512 << 20));
    assert_eq!(doors.transformer.max_body, 200 << 20);
}

#[test]
fn at_the_usual_limit_the_doors_share_what_the_reserve_leaves() {
    let doors = doors("[transformer]\nlisten = \"127.0.0.1:1\"\nupstream = \"http://127.0.0.1:2\"\n", USUAL);
    let places = [doors.gateway, doors.admin, doors.transformer.limits].map(|limits| limits.max_connections);
    let descriptors = places[0] + places[1] + 2 * places[2];
    assert!(descriptors <= 1_024 - 256 - 64 - 64, "{places:?}");
    assert!(places.iter().all(|places| *places >= 50), "{places:?}");
}

#[test]
fn an_address_has_a_share_but_behind_a_proxy_and_where_it_is_configured() {
    let of = |text: &str| doors(text, LARGE).gateway.max_per_address;
    assert_eq!(of(&format!("[gateway]\nlisten = \"0.0.0.0:1\"\n{TLS}\n")), 1_250);
    assert_eq!(of("[gateway]\nbehind_proxy = true\n"), usize::MAX);
    assert_eq!(of("[gateway]\nbehind_proxy = true\nmax_connections_per_address = 7\n"), 7);
    assert_eq!(doors("[admin]\nbehind_proxy = true\n", LARGE).admin.max_per_address, usize::MAX);
    assert_eq!(doors("", LARGE).transformer.limits.max_per_address, usize::MAX);
}

#[test]
fn little_memory_makes_bodies_smaller_and_never_smaller_than_one() {
    let small = doors("", HostResources { memory: 8 << 20, ..USUAL });
    assert_eq!((small.gateway_bodies, small.transformer.max_body), (4_096_000, 2 << 20));
}
