use super::*;
use crate::commands::send::progress;
use scripted_server::{Act, Request, Server, reply};

/// Answers each request by how many came before it and by its body; `None` cuts the connection.
async fn peer(answer: impl Fn(usize, &str) -> Option<(u16, &'static str)> + Send + Sync + 'static) -> Server {
    Server::start(move |request, before| match answer(before, &request.text()) {
        Some((status, text)) => {
            Act::Last(reply(status, &[("retry-after", "0"), ("connection", "close")], text))
        }
        None => Act::Close,
    })
    .await
}

fn bodies(peer: &Server) -> Vec<String> {
    peer.requests().iter().map(Request::text).collect()
}

fn port(peer: &Server) -> Port {
    let mut port = Port::new(&peer.url(), SecretString::from("planted-key"), None).unwrap();
    port.first_wait = Duration::ZERO;
    port
}

fn lines(names: &[&str]) -> Vec<Line> {
    let line = |(nth, name): (usize, &&str)| Line {
        number: u64::try_from(nth).unwrap() + 1,
        start: 0,
        end: 0,
        hash: 0,
        prepared: Prepared::Event(format!("\"{name}\"")),
    };
    names.iter().enumerate().map(line).collect()
}

async fn deliver(peer: &Server, names: &[&str]) -> Result<Vec<Sent>, Failure> {
    let lines = lines(names);
    let all: Vec<&Line> = lines.iter().collect();
    port(peer).deliver(&all, &Progress::fresh(progress::target("http://x", "k"))).await
}

#[tokio::test]
async fn a_refused_request_is_narrowed_down_to_its_line() {
    let peer =
        peer(|_, body| Some(if body.contains("bad") { (400, "not this\n") } else { (200, "ok") })).await;
    let sent = deliver(&peer, &["a", "b", "bad", "c", "d"]).await.unwrap();
    let accepted: u64 =
        sent.iter().map(|sent| if let Sent::Accepted(count) = sent { *count } else { 0 }).sum();
    assert_eq!(accepted, 4);
    let rejected: Vec<_> = sent.iter().filter(|sent| matches!(sent, Sent::Rejected(..))).collect();
    assert_eq!(rejected, [&Sent::Rejected(3, "not this [refused_by_server]".to_owned())]);
    let bodies = bodies(&peer);
    let order: String = bodies.iter().filter(|body| !body.contains("bad")).cloned().collect();
    let places: Vec<_> =
        ["\"a\"", "\"b\"", "\"c\"", "\"d\""].iter().map(|name| order.find(name).unwrap()).collect();
    assert!(places.is_sorted(), "{bodies:?}");
}

#[tokio::test]
async fn a_busy_or_silent_server_is_asked_again() {
    for first in [Some((503, "later")), Some((429, "slow")), Some((500, "")), None] {
        let peer = peer(move |nth, _| if nth < 2 { first } else { Some((200, "ok")) }).await;
        assert_eq!(deliver(&peer, &["a"]).await.unwrap(), [Sent::Accepted(1)], "{first:?}");
        assert_eq!(bodies(&peer), ["{\"batch\":[\"a\"]}"; 3]);
    }
}

#[tokio::test]
async fn what_does_not_pass_interrupts_the_run() {
    let busy = peer(|_, _| Some((503, "disk full\u{1b}[2J"))).await;
    let failure = deliver(&busy, &["a"]).await.unwrap_err();
    assert_eq!((failure.code.as_str(), failure.exit), (code::SEND_INTERRUPTED, Exit::Unreachable));
    assert!(failure.what.contains("disk full") && !failure.what.contains('\u{1b}'), "{failure}");
    assert_eq!(bodies(&busy).len(), usize::try_from(TRIES).unwrap());
    for status in [401, 404, 302] {
        let peer = peer(move |_, _| Some((status, "invalid write key\n"))).await;
        let failure = deliver(&peer, &["a"]).await.unwrap_err();
        assert_eq!(failure.code, code::SEND_REFUSED, "{status}");
        assert_eq!(bodies(&peer).len(), 1);
        assert!(!failure.to_string().contains("planted"));
    }
}

#[test]
fn only_addresses_are_taken() {
    for url in ["", "localhost:8080", "ftp://x", "http://"] {
        let failure =
            Port::new(url, SecretString::from("k"), None).err().unwrap_or_else(|| panic!("{url} is taken"));
        assert_eq!(failure.exit, Exit::Usage, "{url}");
    }
}
