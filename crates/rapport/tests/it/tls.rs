//! Both ports under TLS, with a certificate made here: events in, the command line's questions answered, a renewed
//! certificate in use without a restart. And what is refused before anything is started.

use crate::harness::{Ended, Harness, WRITE_KEY, rapport, run};
use delivery::{Clock, Now, SystemClock};
use event::Millis;
use rapport::config::Config;
use rapport::server::Server;
use sandbox::Account;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// The system's clock, with a calendar that the test turns.
#[derive(Default)]
struct TurnedClock {
    system: SystemClock,
    ahead: AtomicI64,
}

impl Clock for TurnedClock {
    fn now(&self) -> Now {
        let now = self.system.now();
        Now { wall: Millis(now.wall.0 + self.ahead.load(Ordering::Relaxed)), ..now }
    }

    fn sleep_until(&self, mono: u64) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        self.system.sleep_until(mono)
    }
}

const FILES: &str = "tls = { certificate = \"tls/certificate.pem\", key = \"tls/key.pem\" }";

impl Harness {
    /// Writes a new certificate and its key; the certificate's file.
    pub(crate) fn certify(&self) -> PathBuf {
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        let folder = self.folder.path().join("tls");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("key.pem"), made.signing_key.serialize_pem()).unwrap();
        let file = folder.join("certificate.pem");
        std::fs::write(&file, made.cert.pem()).unwrap();
        file
    }

    /// The ordinary configuration with more keys for both ports.
    pub(crate) fn with_ports(&self, name: &str, gateway: &str, admin: &str, keys: &str) -> PathBuf {
        let text = self.config(name, gateway, admin, &Account::demo().password);
        let text = std::fs::read_to_string(text).unwrap();
        let text = text.replace("[admin]\n", &format!("{keys}\n[admin]\n{keys}\n"));
        self.write(name, &text)
    }
}

/// A client that believes what is in the file now, and opens a connection for every request.
fn client(certificate: &Path) -> reqwest::Client {
    let trusting = port::client(certificate).unwrap();
    let http = reqwest::Client::builder().no_proxy().pool_max_idle_per_host(0);
    http.tls_backend_preconfigured(trusting).build().unwrap()
}

async fn send(client: &reqwest::Client, server: &Server, user: &str) -> Result<u16, reqwest::Error> {
    let url = format!("https://{}/v1/identify", server.gateway_addr());
    let event = json!({"userId": user, "context": {"traits": {"email": format!("{user}@example.com")}}});
    let request = client.post(url).basic_auth(WRITE_KEY, Some("")).body(event.to_string());
    Ok(request.send().await?.status().as_u16())
}

async fn command(arguments: &[&str]) -> Ended {
    let arguments: Vec<String> = arguments.iter().map(|argument| (*argument).to_owned()).collect();
    let running = move || run(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    tokio::task::spawn_blocking(running).await.unwrap()
}

/// The status, asked with a configuration that names the real port.
async fn status(harness: &Harness, server: &Server) -> Ended {
    let admin = server.admin_addr().to_string();
    let file = harness.with_ports("client.toml", "127.0.0.1:0", &admin, FILES);
    command(&["status", "--json", "--wait", "30 s", "--config", file.to_str().unwrap()]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn events_and_commands_over_tls_and_a_renewed_certificate() {
    let harness = tokio::task::spawn_blocking(Harness::new).await.unwrap();
    let certificate = harness.certify();
    let config = harness.with_ports("rapport.toml", "127.0.0.1:0", "127.0.0.1:0", FILES);
    let clock = Arc::new(TurnedClock::default());
    let server =
        Server::start(Config::load(Some(&config)).unwrap(), clock.clone(), supervise::Supervisor::new())
            .await
            .unwrap();
    assert!(server.access().address.url.starts_with("https://127.0.0.1:"));

    let before = client(&certificate);
    assert_eq!(send(&before, &server, "u1").await.unwrap(), 200);
    let answer: Value = serde_json::from_str(&status(&harness, &server).await.out).unwrap();
    assert_eq!((&answer["delivered"], &answer["pending"]), (&json!(1), &json!(0)), "{answer}");
    for address in [server.gateway_addr(), server.admin_addr()] {
        let plain = reqwest::Client::builder().no_proxy().build().unwrap();
        assert!(plain.get(format!("http://{address}/health")).send().await.is_err(), "nothing in the clear");
        let health = before.get(format!("https://{address}/health")).send().await.unwrap();
        assert_eq!((health.status().as_u16(), health.version()), (200, reqwest::Version::HTTP_11));
    }

    harness.certify();
    let early = status(&harness, &server).await;
    assert_eq!(early.code, 3, "{early:?}");
    assert!(
        early.err.contains("[server_untrusted]") && early.err.contains("within a minute"),
        "{}",
        early.err
    );
    clock.ahead.store(60_000, Ordering::Relaxed);
    let after = client(&certificate);
    assert_eq!(send(&after, &server, "u2").await.unwrap(), 200);
    assert!(send(&before, &server, "u3").await.is_err(), "the one before is gone");
    let answer: Value = serde_json::from_str(&status(&harness, &server).await.out).unwrap();
    assert_eq!((&answer["delivered"], &answer["imbalance"]), (&json!(2), &json!(0)), "{answer}");
    server.shutdown().await;
    tokio::task::spawn_blocking(move || drop(harness)).await.unwrap();
}

#[test]
fn a_command_that_has_an_address_alone_needs_to_be_told_the_certificate() {
    let harness = Harness::new();
    let certificate = harness.certify();
    let served = harness.serve(&harness.with_ports("rapport.toml", "127.0.0.1:0", "127.0.0.1:0", FILES));
    let token = harness.token();
    let ask = |more: &[&str]| {
        let mut command = rapport();
        command.args(["status", "--json", "--admin", &format!("https://{}", served.admin)]).args(more);
        let output = command.env("RAPPORT_ADMIN_TOKEN", &token).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, err) = ask(&[]);
    assert_eq!(code, Some(3), "{err}");
    assert!(
        err.contains("[server_untrusted]") && err.contains("--ca FILE") && !err.contains(&token),
        "{err}"
    );
    let (code, err) = ask(&["--ca", certificate.to_str().unwrap()]);
    assert_eq!(code, Some(0), "{err}");
    let public = format!("https://{}", served.public);
    assert_eq!(run(&["health", "--url", &public, "--ca", certificate.to_str().unwrap()]).code, 0);
    let ended = run(&["health", "--url", &public]);
    assert!(ended.code == 3 && ended.err.contains("[server_untrusted]"), "{ended:?}");
    let key = certificate.with_file_name("key.pem");
    let (code, err) = ask(&["--ca", key.to_str().unwrap()]);
    assert!(
        code == Some(2) && err.contains("[tls_certificate_unusable]") && err.contains("key.pem"),
        "{err}"
    );
    let (_, log) = served.stop("-TERM");
    assert!(!log.contains("ERROR") && !log.contains("WARN"), "{log}");
}

#[test]
fn a_file_of_events_is_sent_over_tls() {
    let harness = Harness::new();
    let certificate = harness.certify();
    let served = harness.serve(&harness.with_ports("rapport.toml", "127.0.0.1:0", "127.0.0.1:0", FILES));
    let file = harness.write("events.ndjson", "{\"type\":\"identify\",\"userId\":\"u1\"}\n");
    let url = format!("https://{}", served.public);
    let send = |more: &[&str]| {
        let mut arguments = vec!["send", file.to_str().unwrap(), "--url", &url, "--write-key", WRITE_KEY];
        arguments.extend(more);
        run(&arguments)
    };
    let untrusted = send(&[]);
    assert!(untrusted.code == 3 && untrusted.err.contains("[server_untrusted]"), "{untrusted:?}");
    assert_eq!(send(&["--ca", certificate.to_str().unwrap()]).code, 0);
}

#[test]
fn a_port_that_cannot_be_encrypted_is_refused_before_anything_is_started() {
    let harness = Harness::new();
    let certificate = harness.certify();
    let refused = |config: &Path, code: &str, words: &str| {
        for command in ["check", "serve"] {
            let ended = run(&[command, "--config", config.to_str().unwrap()]);
            assert_eq!((ended.code, ended.out.as_str()), (2, ""), "{ended:?}");
            assert!(ended.err.contains(code) && ended.err.contains(words), "{}", ended.err);
            assert!(ended.err.contains("data:") && ended.err.contains("do:"), "{}", ended.err);
        }
    };
    let open = harness.with_ports("open.toml", "0.0.0.0:0", "0.0.0.0:0", "");
    refused(&open, "[config_unencrypted]", "gateway.listen");
    refused(&open, "[config_unencrypted]", "admin.listen");
    let config = harness.with_ports("rapport.toml", "0.0.0.0:0", "0.0.0.0:0", FILES);
    let key = certificate.with_file_name("key.pem");
    let old_key = std::fs::read(&key).unwrap();
    harness.certify();
    std::fs::write(&key, old_key).unwrap();
    refused(&config, "[tls_key_mismatch]", "tls/key.pem");
    std::fs::write(&key, "").unwrap();
    refused(&config, "[tls_key_unusable]", "tls/key.pem");
    std::fs::remove_file(&key).unwrap();
    refused(&config, "[tls_file_unreadable]", "tls/key.pem");
    assert!(!harness.folder.path().join("data").exists(), "nothing was changed");
    harness.certify();
    let served = harness.serve(&config);
    assert_eq!(served.stop("-TERM").0, Some(0));
}
