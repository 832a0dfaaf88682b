//! The binary with few descriptors, and callers without credentials who want to keep others out of one of its ports. The other
//! ports answer meanwhile, events are taken and delivered, and the attacked port answers, too.

use crate::harness::{Harness, Served, WRITE_KEY};
use base64::Engine;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// Far below what attacks open, and enough for a server: the doors have some 70, 12 and 35 places of it.
const DESCRIPTORS: u32 = 256;

/// What has not been answered after this never will be; nothing waits for it to pass.
const NEVER: Duration = Duration::from_secs(60);

fn served(harness: &Harness) -> Served {
    let text = std::fs::read_to_string(harness.ordinary()).unwrap();
    let file = harness.write("few.toml", &format!("[transformer]\nlisten = \"127.0.0.1:0\"\n{text}"));
    harness.serve_with_descriptors(&file, DESCRIPTORS)
}

fn connect(address: &str) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(NEVER)).unwrap();
    stream
}

/// Whether it could be sent: the other side may have closed.
fn send(address: &str, bytes: &[u8]) -> TcpStream {
    let mut stream = connect(address);
    let _ = stream.write_all(bytes);
    stream
}

/// The status of a reply; it must come.
fn status(stream: &mut TcpStream) -> String {
    let mut head = [0; 12];
    stream.read_exact(&mut head).expect("a reply");
    String::from_utf8_lossy(&head[9..]).into_owned()
}

fn get(address: &str, path: &str) -> String {
    // One whose place another needed before it was read tries again, as every client does.
    (0..5)
        .find_map(|_| {
            let mut stream =
                send(address, format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n\r\n").as_bytes());
            let mut head = [0; 12];
            stream.read_exact(&mut head).ok()?;
            Some(String::from_utf8_lossy(&head[9..]).into_owned())
        })
        .expect("a reply")
}

fn event(user: &str) -> String {
    let key = base64::engine::general_purpose::STANDARD.encode(format!("{WRITE_KEY}:"));
    let body = format!("{{\"userId\":\"{user}\",\"traits\":{{\"email\":\"{user}@example.com\"}}}}");
    format!(
        "POST /v1/identify HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {key}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// Everything works, for somebody who has just come.
fn works(served: &Served, user: &str, delivered: u64) {
    assert_eq!(status(&mut send(&served.public, event(user).as_bytes())), "200");
    assert_eq!(get(&served.admin, "/health"), "200");
    assert_eq!(get(served.transformer.as_ref().unwrap(), "/health"), "200");
    let settled = served.settled();
    assert_eq!(settled["delivered"], delivered, "{settled}");
}

#[test]
fn idle_connections_starve_no_port() {
    let harness = Harness::new();
    let served = served(&harness);
    let transformer = served.transformer.clone().unwrap();
    let mut held = Vec::new();
    for (nth, address) in [&served.public, &served.admin, &transformer].into_iter().enumerate() {
        for _ in 0..300 {
            let mut idle =
                send(address, format!("GET /health HTTP/1.1\r\nHost: {address}\r\n\r\n").as_bytes());
            assert_eq!(status(&mut idle), "200");
            held.push(idle);
        }
        let delivered = u64::try_from(nth).unwrap() + 1;
        works(&served, &format!("u{nth}"), delivered);
    }
    let (code, log) = served.stop("-TERM");
    assert_eq!(code, Some(0));
    assert_eq!(log.matches("all places for connections are taken").count(), 3, "once for each door: {log}");
    // The transformer has no limit for one address, and names none.
    assert!(!log.contains("18446744073709551615"), "{log}");
    assert!(!log.contains("cannot be accepted"), "no door runs out of descriptors: {log}");
}

/// What a service manager gives a process by default, soft limit and hard, so that nothing can be raised.
const USUAL_DESCRIPTORS: u32 = 1_024;

/// One machine with many idle connections, as a proxy or a careless client holds them, and no address limit in its way.
#[test]
fn eleven_hundred_idle_connections_at_the_usual_limit_starve_nothing() {
    port::Descriptors::raise().unwrap();
    let harness = Harness::new();
    let text = std::fs::read_to_string(harness.ordinary()).unwrap();
    let file = harness.write("usual.toml", &format!("[transformer]\nlisten = \"127.0.0.1:0\"\n{text}"));
    let served = harness.serve_with_descriptors(&file, USUAL_DESCRIPTORS);
    let request = format!("GET /health HTTP/1.1\r\nHost: {}\r\n\r\n", served.public);
    let mut held = Vec::new();
    for _ in 0..1_100 {
        let mut idle = send(&served.public, request.as_bytes());
        assert_eq!(status(&mut idle), "200");
        held.push(idle);
    }
    works(&served, "u1", 1);
    let scrape = scrape(&served.admin);
    let figure = |name: &str| -> u64 {
        let line =
            scrape.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("{name}: {scrape}"));
        line.rsplit(' ').next().unwrap().parse().unwrap()
    };
    let places = figure("rapport_door_places{door=\"gateway\"}");
    assert!(places < 1_024, "{places}");
    assert!(figure("rapport_door_connections{door=\"gateway\"}") <= places);
    assert!(figure("rapport_door_closed_total{door=\"gateway\",reason=\"evicted_idle\"}") >= 1_100 - places);
    assert_eq!(figure("rapport_door_accept_failures_total{door=\"gateway\"}"), 0);
    for door in ["admin", "transformer"] {
        assert!(figure(&format!("rapport_door_accepted_total{{door=\"{door}\"}}")) > 0);
    }
    let (code, log) = served.stop("-TERM");
    assert_eq!(code, Some(0));
    // Where one address may hold as much as everybody, no number is said.
    assert!(!log.contains("18446744073709551615"), "{log}");
    assert!(!log.contains("cannot be accepted"), "no door runs out of descriptors: {log}");
}

fn scrape(address: &str) -> String {
    let head = format!("GET /metrics HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    let mut reply = String::new();
    send(address, head.as_bytes()).read_to_string(&mut reply).unwrap();
    reply
}

#[test]
fn half_heads_starve_no_port() {
    let harness = Harness::new();
    let served = served(&harness);
    let transformer = served.transformer.clone().unwrap();
    let mut held = Vec::new();
    for (nth, address) in [&served.public, &served.admin, &transformer].into_iter().enumerate() {
        held.extend((0..200).map(|_| send(address, b"GET /health HTTP/1.1\r\nHost: 127")));
        let delivered = u64::try_from(nth).unwrap() + 1;
        works(&served, &format!("u{nth}"), delivered);
    }
}

#[test]
fn http_2_is_refused_at_once_at_every_port() {
    let harness = Harness::new();
    let served = served(&harness);
    let preface =
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0\0\0\x08\x06\0\0\0\0\0\0\0\0\0\0\0\0\0";
    for address in [&served.public, &served.admin, served.transformer.as_ref().unwrap()] {
        for _ in 0..100 {
            let mut stream = send(address, preface);
            // Closed or reset, and soon.
            assert_eq!(stream.read(&mut [0; 64]).unwrap_or(0), 0);
        }
    }
    works(&served, "u", 1);
}

#[test]
fn stalled_compressed_bodies_starve_no_sender() {
    let harness = Harness::new();
    let served = served(&harness);
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&vec![b' '; 4_000_000]).unwrap();
    let bomb = encoder.finish().unwrap();
    let key = base64::engine::general_purpose::STANDARD.encode(format!("{WRITE_KEY}:"));
    let head = format!(
        "POST /v1/batch HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {key}\r\nContent-Encoding: gzip\r\n\
         Content-Length: {}\r\n\r\n",
        bomb.len() + 1
    );
    let request = [head.as_bytes(), &bomb].concat();
    let held: Vec<TcpStream> = (0..70).map(|_| send(&served.public, &request)).collect();
    for nth in 0..20 {
        assert_eq!(status(&mut send(&served.public, event(&format!("u{nth}")).as_bytes())), "200");
    }
    works(&served, "last", 21);
    drop(held);
}
