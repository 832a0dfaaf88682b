//! `rapport sandbox`, as somebody who develops against InMoment starts it.

use crate::harness::rapport;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::Stdio;

fn post(address: &str, path: &str, headers: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let length = body.len();
    let head =
        format!("POST {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {length}");
    write!(stream, "{head}\r\nContent-Type: application/x-www-form-urlencoded\r\n{headers}\r\n{body}")
        .unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    reply
}

#[test]
fn what_it_prints_opens_it_and_its_switches_act() {
    let mut child = rapport()
        .args(["sandbox", "--listen", "127.0.0.1:0", "--switch", "create_status=200", "--switch", "lenient"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines: Vec<String> =
        BufReader::new(child.stdout.take().unwrap()).lines().take(5).map(Result::unwrap).collect();
    // The lines are a piece of a configuration: what is none is a comment.
    let printed: toml::Table = lines.join("\n").parse().unwrap();
    assert_eq!(printed["username"].as_str(), Some("demo@example.com"));
    assert_eq!(
        lines[4],
        "# OAuth client: client_id = \"demo-client\", client_secret = \"demo-client-secret\""
    );
    let address = printed["base_url"].as_str().unwrap().strip_prefix("http://").unwrap();
    // demo-client:demo-client-secret
    let basic = "Authorization: Basic ZGVtby1jbGllbnQ6ZGVtby1jbGllbnQtc2VjcmV0\r\n";
    let reply = post(address, "/oauth/token", basic, "grant_type=client_credentials");
    let token: serde_json::Value = serde_json::from_str(reply.split_once("\r\n\r\n").unwrap().1).unwrap();
    let bearer = format!("Authorization: Bearer {}\r\n", token["access_token"].as_str().unwrap());
    let reply = post(address, "/v1/end_users", &bearer, "email=ada%40example.com");
    assert!(reply.starts_with("HTTP/1.1 200"), "{reply}");
    child.kill().unwrap();
    child.wait().unwrap();
}
