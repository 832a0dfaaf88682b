//! SIGHUP: the configuration is read again while events come in.

use crate::harness::{Harness, Served, WRITE_KEY, rapport};
use sandbox::Account;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use tokio::runtime::Runtime;

/// Rewrites the configuration that a server was started with.
fn rewrite(file: &Path, change: impl FnOnce(String) -> String) {
    let text = std::fs::read_to_string(file).unwrap();
    std::fs::write(file, change(text)).unwrap();
}

fn configuration(served: &Served) -> Value {
    served.run(&["status", "--json"]).json_lines().remove(0)["configuration"].clone()
}

fn reloads(served: &Served, http: &Http, outcome: &str) -> u64 {
    let text = http.get(&format!("http://{}/metrics", served.admin));
    let name = format!("rapport_config_reloads_total{{outcome=\"{outcome}\"}} ");
    text.lines().find_map(|line| line.strip_prefix(&name)).unwrap().parse().unwrap()
}

/// Has the configuration read again, and waits until it was taken or refused.
fn reload(served: &Served, http: &Http, outcome: &str) {
    let before = reloads(served, http, outcome);
    served.signal("-HUP");
    while reloads(served, http, outcome) == before {
        std::thread::yield_now();
    }
}

/// A client for threads that wait.
struct Http {
    runtime: Runtime,
    client: reqwest::Client,
    token: String,
}

impl Http {
    fn new(token: String) -> Http {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        Http { runtime: Runtime::new().unwrap(), client, token }
    }

    fn get(&self, url: &str) -> String {
        let request = self.client.get(url).bearer_auth(&self.token);
        self.runtime.block_on(async { request.send().await.unwrap().text().await.unwrap() })
    }

    /// The status an event of this key is answered with; 0 when the connection broke.
    fn send(&self, url: &str, key: &str, user: &str) -> u16 {
        let event = json!({"userId": user, "context": {"traits": {"email": format!("{user}@example.com")}}});
        let request = self.client.post(url).basic_auth(key, Some("")).body(event.to_string());
        self.runtime.block_on(async { request.send().await.map_or(0, |answer| answer.status().as_u16()) })
    }
}

/// Those who send stop when this goes.
struct Stopping<'a>(&'a AtomicBool);

impl Drop for Stopping<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn events_go_on_while_the_configuration_is_read_again_and_a_new_source_serves_at_once() {
    let harness = Harness::new();
    let file = harness.ordinary();
    let served = harness.serve(&file);
    let http = Http::new(harness.token());
    let url = format!("http://{}/v1/identify", served.public);
    assert_eq!(http.send(&url, "app-key", "before"), 401, "nobody knows the key yet");

    let (stop, sent) = (AtomicBool::new(false), AtomicU64::new(0));
    let more = "[[sources]]\nname = \"app\"\nkind = \"mobile\"\nwrite_key = \"app-key\"\n";
    let refused: Vec<u16> = std::thread::scope(|scope| {
        // Also when an assertion fails: the scope waits for its threads.
        let stopping = Stopping(&stop);
        let send = |nth: u32| {
            let mut refused = Vec::new();
            while !stop.load(Ordering::Relaxed) {
                match http.send(&url, WRITE_KEY, &format!("user-{nth}")) {
                    200 => drop(sent.fetch_add(1, Ordering::Relaxed)),
                    other => refused.push(other),
                }
            }
            refused
        };
        let senders: Vec<_> = (0..4).map(|nth| scope.spawn(move || send(nth))).collect();
        for round in 0..10_u32 {
            let seen = sent.load(Ordering::Relaxed);
            rewrite(&file, |text| {
                let text = text.replace(more, "");
                // The destination changes, too, so that it is stopped and begun again.
                let text = text.replace("sources = [\"website\", \"app\"]", "sources = [\"website\"]");
                if round % 2 == 1 {
                    return text;
                }
                text.replace("sources = [\"website\"]", "sources = [\"website\", \"app\"]") + more
            });
            reload(&served, &http, "applied");
            let known = if round % 2 == 0 { 200 } else { 401 };
            assert_eq!(http.send(&url, "app-key", "app"), known, "round {round}");
            while sent.load(Ordering::Relaxed) < seen + 20 {
                assert!(senders.iter().all(|sender| !sender.is_finished()), "nobody may stop sending");
                std::thread::yield_now();
            }
        }
        drop(stopping);
        senders.into_iter().flat_map(|sender| sender.join().unwrap()).collect()
    });
    assert_eq!(refused, Vec::<u16>::new(), "no request was dropped");
    let accepted = sent.load(Ordering::Relaxed) + 5;
    let status = served.settled();
    assert_eq!((&status["accepted"], &status["imbalance"]), (&json!(accepted), &json!(0)), "{status}");
    assert_eq!(status["dead"], json!(0), "{status}");
    let (code, log) = served.stop("-TERM");
    assert_eq!(code, Some(0));
    assert_eq!(log.matches("the configuration was read again\"").count(), 10, "{log}");
}

#[test]
fn what_is_wrong_with_a_file_changes_nothing_and_is_said() {
    let harness = Harness::new();
    let file = harness.ordinary();
    let served = harness.serve(&file);
    let http = Http::new(harness.token());
    let url = format!("http://{}/v1/identify", served.public);
    let good = std::fs::read_to_string(&file).unwrap();
    let same_key =
        format!("{good}[[sources]]\nname = \"app\"\nkind = \"mobile\"\nwrite_key = \"{WRITE_KEY}\"\n");
    let no_secret = good.replace(&Account::demo().password, "env:NOWHERE_TO_BE_FOUND");
    for (text, code) in [
        (good.replace("[gateway]", "[gatway]"), "config_unknown_key"),
        (format!("{good}]"), "config_syntax"),
        (same_key, "config_duplicate"),
        (no_secret, "config_secret_unavailable"),
        (good.replace("[delivery]\n", "[delivery]\nconcurrency = 0\n"), "config_invalid_value"),
    ] {
        // All of it is refused, also what is right in it.
        std::fs::write(&file, text.replace(WRITE_KEY, "another-key")).unwrap();
        reload(&served, &http, "refused");
        let told = configuration(&served);
        assert_eq!(told["refused"]["code"], json!(code), "{told}");
        assert!(!told.to_string().contains(&Account::demo().password), "{told}");
        assert_eq!(http.send(&url, WRITE_KEY, "u1"), 200, "what was in force still is");
        assert_eq!(http.send(&url, "another-key", "u1"), 401);
        let metrics = http.get(&format!("http://{}/metrics", served.admin));
        assert!(metrics.contains("\nrapport_config_last_reload_successful 0\n"), "{metrics}");
        let shown = served.run(&["status"]);
        assert!(shown.out.contains(&format!("[{code}]")), "{shown:?}");
    }
    std::fs::write(&file, good.replace(WRITE_KEY, "another-key")).unwrap();
    reload(&served, &http, "applied");
    assert_eq!(configuration(&served)["refused"], Value::Null);
    assert_eq!(http.send(&url, "another-key", "u1"), 200);
    assert_eq!(http.send(&url, WRITE_KEY, "u1"), 401);
    let (code, log) = served.stop("-TERM");
    assert_eq!(code, Some(0));
    for code in ["config_unknown_key", "config_syntax", "config_duplicate", "config_invalid_value"] {
        assert!(log.contains(&format!("\"code\":\"{code}\"")), "{code}: {log}");
    }
    assert!(!log.contains(WRITE_KEY) && !log.contains("another-key"), "{log}");
}

#[test]
fn an_admin_token_that_was_taken_out_opens_nothing_any_more() {
    let harness = Harness::new();
    let file = harness.ordinary();
    let with_token = |token: &str| format!("[admin]\ntoken = \"{token}\"\n");
    rewrite(&file, |text| text.replace("[admin]\n", &with_token("leaked-admin-token-0123456789")));
    let served = harness.serve(&file);
    let leaked = Http::new("leaked-admin-token-0123456789".to_owned());
    let status_url = format!("http://{}/api/v1/status", served.admin);
    assert!(leaked.get(&status_url).contains("destinations"));
    rewrite(&file, |text| text.replace(&with_token("leaked-admin-token-0123456789"), "[admin]\n"));
    served.signal("-HUP");
    while !leaked.get(&status_url).contains("unauthorized") {
        std::thread::yield_now();
    }
    assert!(
        Http::new(harness.token()).get(&status_url).contains("destinations"),
        "the data folder's is the one now"
    );
    assert_eq!(served.stop("-TERM").0, Some(0));
}

/// Whoever replaces a file by removing and renaming may be met in between.
#[test]
fn a_file_that_is_not_there_at_the_moment_changes_nothing() {
    let harness = Harness::new();
    let file = harness.ordinary();
    let mut command = rapport();
    command.current_dir(harness.folder.path());
    let served = harness.serve_by(command, None);
    let http = Http::new(harness.token());
    let url = format!("http://{}/v1/identify", served.public);
    let aside = harness.folder.path().join("aside.toml");
    std::fs::rename(&file, &aside).unwrap();
    reload(&served, &http, "refused");
    assert_eq!(http.send(&url, WRITE_KEY, "u1"), 200);
    std::fs::rename(&aside, &file).unwrap();
    reload(&served, &http, "applied");
    assert_eq!(http.send(&url, WRITE_KEY, "u1"), 200);
    assert_eq!(served.stop("-TERM").0, Some(0));
}

#[test]
fn what_changes_at_once_does_and_the_rest_is_named() {
    let harness = Harness::new();
    let (token, key) =
        (harness.write("token", "first-admin-token-0123456789\n"), harness.write("key", WRITE_KEY));
    let file = harness.ordinary();
    rewrite(&file, |text| {
        let text = text.replace("[admin]\n", "[admin]\ntoken = \"file:token\"\n");
        text.replace(&format!("\"{WRITE_KEY}\""), "\"file:key\"")
    });
    let served = harness.serve(&file);
    let http = Http::new("first-admin-token-0123456789".to_owned());
    let url = format!("http://{}/v1/identify", served.public);
    assert_eq!(http.send(&url, WRITE_KEY, "u1"), 200);

    // File secrets are read again, although the configuration itself is as it was.
    std::fs::write(key, "key-of-the-file").unwrap();
    reload(&served, &http, "applied");
    assert_eq!((http.send(&url, WRITE_KEY, "u1"), http.send(&url, "key-of-the-file", "u1")), (401, 200));

    rewrite(&file, |text| {
        let text = text.replace(
            "listen = \"127.0.0.1:0\"\n[admin]",
            "listen = \"localhost:1\"\nmax_body = \"32 B\"\n[admin]",
        );
        format!("[journal]\nretention = {{ age = \"3 h\" }}\n[log]\nlevel = \"error\"\n{text}")
    });
    reload(&served, &http, "applied");
    assert_eq!(http.send(&url, "key-of-the-file", "u1"), 413, "the limit holds at once");
    std::fs::write(token, "second-admin-token-012345678\n").unwrap();
    served.signal("-HUP");
    let next = Http::new("second-admin-token-012345678".to_owned());
    let status_url = format!("http://{}/api/v1/status", served.admin);
    let mut status: Value = Value::Null;
    while status["configuration"].is_null() {
        status = serde_json::from_str(&next.get(&status_url)).unwrap();
    }
    assert_eq!(
        status["configuration"]["needs_restart"],
        json!(["gateway.listen", "journal.retention.age"]),
        "{status}"
    );
    assert!(http.get(&status_url).contains("unauthorized"), "the token before opens nothing any more");
    let (code, log) = served.stop("-TERM");
    assert_eq!(code, Some(0));
    assert!(log.contains("\"changed\":\"sources[1].write_key\""), "{log}");
    assert_eq!(
        log.matches("gateway.listen journal.retention.age").count(),
        0,
        "the log has errors only now: {log}"
    );
}

#[test]
fn a_certificate_is_exchanged_at_once_and_a_broken_one_is_not_taken() {
    let harness = Harness::new();
    let certificate = harness.certify();
    let tls = "tls = { certificate = \"tls/certificate.pem\", key = \"tls/key.pem\" }";
    let file = harness.with_ports("rapport.toml", "127.0.0.1:0", "127.0.0.1:0", "");
    rewrite(&file, |text| text.replace("[gateway]\n", &format!("[gateway]\n{tls}\n")));
    let served = harness.serve(&file);
    let http = Http::new(harness.token());
    let url = format!("https://{}/v1/identify", served.public);
    let trusting = |certificate: &PathBuf| {
        let trusting = port::client(certificate).unwrap();
        let client =
            reqwest::Client::builder().no_proxy().tls_backend_preconfigured(trusting).build().unwrap();
        Http { client, ..Http::new(harness.token()) }
    };
    let before = trusting(&certificate);
    assert_eq!(before.send(&url, WRITE_KEY, "u1"), 200);
    harness.certify();
    let after = trusting(&certificate);
    assert_eq!(after.send(&url, WRITE_KEY, "u1"), 0, "it is not in use yet");
    reload(&served, &http, "applied");
    assert_eq!(after.send(&url, WRITE_KEY, "u1"), 200);
    assert_eq!(before.send(&url, WRITE_KEY, "u1"), 200, "connections that are open stay");
    assert_eq!(trusting(&certificate).send(&url, WRITE_KEY, "u1"), 200);

    // Another place, with a key that does not belong to it: nothing of the file is taken.
    std::fs::rename(harness.folder.path().join("tls"), harness.folder.path().join("moved")).unwrap();
    let key = harness.folder.path().join("moved/key.pem");
    let right = std::fs::read(&key).unwrap();
    let other = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    std::fs::write(&key, other.signing_key.serialize_pem()).unwrap();
    rewrite(&file, |text| text.replace("tls/", "moved/").replace(WRITE_KEY, "another-key"));
    reload(&served, &http, "refused");
    assert_eq!(configuration(&served)["refused"]["code"], json!("tls_key_mismatch"));
    assert_eq!(after.send(&url, WRITE_KEY, "u1"), 200);
    std::fs::write(&key, right).unwrap();
    reload(&served, &http, "applied");
    assert_eq!(after.send(&url, "another-key", "u1"), 200);
    assert_eq!(configuration(&served)["needs_restart"], json!([]));
}

#[test]
fn standard_input_is_what_it_was_when_it_is_read_again() {
    let harness = Harness::new();
    let mut command = rapport();
    let file = harness.ordinary();
    let text = std::fs::File::open(&file).unwrap();
    command.current_dir(harness.folder.path()).stdin(text);
    // Standard input can be read only once, and is what it was.
    let served = harness.serve_by(command, Some(Path::new("-")));
    let http = Http::new(harness.token());
    std::fs::write(&file, "nonsense").unwrap();
    reload(&served, &http, "applied");
    let url = format!("http://{}/v1/identify", served.public);
    assert_eq!(http.send(&url, WRITE_KEY, "u1"), 200);
    assert_eq!(served.stop("-TERM").0, Some(0));
}
