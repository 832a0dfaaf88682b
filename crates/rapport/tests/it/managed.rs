//! A server whose sources and destinations are made while it runs: they serve at once, outlive it however it ends, and
//! lie sealed. And the key they are sealed with is replaced.

use crate::harness::{Ended, Harness, Served, run};
use sandbox::Account;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

const EVENTS: &str = r#"{"type":"identify","userId":"ada","traits":{"email":"ada@example.com"}}
{"type":"track","userId":"ada","event":"Submit","properties":{"feedbackScore":9,"url":"https://shop.example.com/"},"integrations":{"Wootric":{"eventType":"create response"}}}
"#;

/// Ports alone: what the server serves comes from the console.
fn bare(harness: &Harness) -> PathBuf {
    harness.write(
        "bare.toml",
        "[gateway]\nlisten = \"127.0.0.1:0\"\n[admin]\nlisten = \"127.0.0.1:0\"\n[delivery]\nlast_surveyed = \"off\"\n",
    )
}

fn api(server: &Served, arguments: &[&str]) -> Value {
    let mut all = vec!["api"];
    all.extend(arguments);
    let ended = server.run(&all);
    assert_eq!(ended.code, 0, "{ended:?}");
    if ended.out.is_empty() { Value::Null } else { serde_json::from_str(&ended.out).unwrap() }
}

fn destination(harness: &Harness, password: &str) -> Value {
    let Account { username, account_token, .. } = Account::demo();
    json!({
        "name": "inmoment", "username": username, "password": password, "account_token": account_token,
        "base_url": format!("http://{}", harness.inmoment.addr()), "sources": ["shop"],
    })
}

/// Makes a source and a destination; gives the write key.
fn set_up(harness: &Harness, server: &Served) -> String {
    let source = api(server, &["sources", "--data", r#"{"name":"shop","kind":"web"}"#]);
    let form = destination(harness, &Account::demo().password);
    let made = api(server, &["destinations", "--data", &form.to_string()]);
    assert_eq!(made["standing"]["state"], "running");
    source["write_key"].as_str().unwrap().to_owned()
}

/// Sends two events; the exit code.
fn sent(harness: &Harness, server: &Served, key: &str) -> i32 {
    // A new file: how far an earlier sending came is kept beside its own.
    static SENDINGS: AtomicU32 = AtomicU32::new(0);
    let name = format!("events-{}.ndjson", SENDINGS.fetch_add(1, Ordering::Relaxed));
    let file = harness.write(&name, EVENTS);
    let url = format!("http://{}", server.public);
    run(&["send", file.to_str().unwrap(), "--url", &url, "--write-key", key]).code
}

fn rotate(config: &Path, more: &[&str]) -> Ended {
    let mut all = vec!["keys", "rotate", "--config", config.to_str().unwrap()];
    all.extend(more);
    run(&all)
}

#[test]
fn what_is_set_up_serves_at_once_and_outlives_the_server_however_it_ends() {
    let harness = Harness::new();
    let config = bare(&harness);
    let server = harness.serve(&config);
    assert_eq!(sent(&harness, &server, "nobody's"), 1);
    let key = set_up(&harness, &server);
    assert_eq!(sent(&harness, &server, &key), 0);
    assert_eq!(server.settled()["delivered"], 2);
    assert_eq!(harness.records("responses").len(), 1);
    server.stop("-KILL");

    let server = harness.serve(&config);
    assert_eq!(sent(&harness, &server, &key), 0);
    let status = server.settled();
    // The same two lines have the same message ids: taken in, and known.
    assert_eq!(
        (&status["accepted"], &status["delivered"], &status["dead"]),
        (&json!(4), &json!(2), &json!(0))
    );
    // Another key, and the old one at once no more.
    let rotated = api(&server, &["sources/shop/rotate", "--data", r#"{"overlap_hours":0}"#]);
    assert_eq!(sent(&harness, &server, &key), 1);
    assert_eq!(sent(&harness, &server, rotated["write_key"].as_str().unwrap()), 0);
    assert_eq!(server.settled()["accepted"], 6);
    server.stop("-TERM");
    let files = std::fs::read_dir(harness.folder.path().join("data")).unwrap();
    let password = Account::demo().password;
    for file in files.map(|file| file.unwrap().path()) {
        let bytes = std::fs::read(&file).unwrap();
        for secret in [password.as_bytes(), key.as_bytes()] {
            assert!(!bytes.windows(secret.len()).any(|window| window == secret), "{}", file.display());
        }
    }
}

#[test]
fn a_wrong_password_is_mended_while_events_wait() {
    let harness = Harness::new();
    let server = harness.serve(&bare(&harness));
    let key = set_up(&harness, &server);
    let wrong = api(&server, &["-X", "PUT", "destinations/inmoment", "--data", r#"{"password":"wrong"}"#]);
    assert_eq!(wrong["name"], "inmoment");
    assert_eq!(sent(&harness, &server, &key), 0);
    let halted = |server: &Served| loop {
        let shown = api(server, &["destinations/inmoment"]);
        if shown["standing"]["state"] == "halted" {
            break shown;
        }
    };
    let shown = halted(&server);
    assert_eq!(shown["standing"]["pending"], 2);
    let right = json!({ "password": Account::demo().password }).to_string();
    api(&server, &["-X", "PUT", "destinations/inmoment", "--data", &right]);
    let status = server.settled();
    assert_eq!(
        (&status["delivered"], &status["dead"], &status["imbalance"]),
        (&json!(2), &json!(0), &json!(0))
    );
    server.stop("-TERM");
}

#[test]
fn the_key_is_replaced_and_without_it_nothing_starts() {
    let harness = Harness::new();
    let config = bare(&harness);
    let server = harness.serve(&config);
    let key = set_up(&harness, &server);
    let busy = rotate(&config, &[]);
    assert!(busy.code == 1 && busy.err.contains("journal_locked"), "{busy:?}");
    server.stop("-TERM");

    let file = harness.folder.path().join("data/secret-key");
    let before = std::fs::read_to_string(&file).unwrap();
    let rotated = rotate(&config, &[]);
    assert_eq!(rotated.code, 0, "{rotated:?}");
    assert!(rotated.out.contains("2 secrets sealed"), "{rotated:?}");
    let after = std::fs::read_to_string(&file).unwrap();
    assert_ne!(before, after);
    for text in [&rotated.out, &rotated.err] {
        assert!(!text.contains(before.trim()) && !text.contains(after.trim()));
    }
    let server = harness.serve(&config);
    assert_eq!(sent(&harness, &server, &key), 0);
    assert_eq!(server.settled()["delivered"], 2);
    server.stop("-TERM");

    std::fs::write(&file, &before).unwrap();
    let refused = run(&["serve", "--config", config.to_str().unwrap()]);
    assert!(refused.code == 1 && refused.err.contains("key_unusable"), "{refused:?}");
    assert!(refused.err.contains("sealed with another key"), "{refused:?}");
}

#[test]
fn a_replacement_broken_off_is_taken_up_again() {
    let harness = Harness::new();
    let config = bare(&harness);
    let server = harness.serve(&config);
    let key = set_up(&harness, &server);
    server.stop("-TERM");
    let file = harness.folder.path().join("data/secret-key");
    let before = std::fs::read_to_string(&file).unwrap();
    assert_eq!(rotate(&config, &[]).code, 0);
    let after = std::fs::read_to_string(&file).unwrap();
    // As if it had been killed after everything was sealed, before the new key was in its place.
    std::fs::write(&file, &before).unwrap();
    std::fs::write(harness.folder.path().join("data/secret-key.new"), &after).unwrap();
    let server = harness.serve(&config);
    assert_eq!(sent(&harness, &server, &key), 0, "the server opens what either key sealed");
    server.stop("-TERM");
    assert_eq!(rotate(&config, &[]).code, 0);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), after);
    let server = harness.serve(&config);
    assert_eq!(server.settled()["delivered"], 2);
    server.stop("-TERM");
}

/// What the console keeps is shown key by key, as an entry of a file is: with what it inherits, its defaults and its rules.
#[test]
fn what_the_console_keeps_is_printed_with_what_it_inherits_and_its_rules() {
    let harness = Harness::new();
    let file = harness.ordinary();
    let text = std::fs::read_to_string(&file).unwrap();
    let rule = "[[destinations.rules]]\nname = \"of the file\"\nevent = \"Clicked\"\n";
    let text = text.replace("[delivery]\n", "[delivery]\nunknown_user_wait = \"7 min\"\nconcurrency = 5\n");
    std::fs::write(&file, format!("{text}{rule}")).unwrap();
    let server = harness.serve(&file);
    api(&server, &["sources", "--data", r#"{"name":"shop","kind":"web","rate_limit":"9/min"}"#]);
    let mut form = destination(&harness, "planted-password");
    form["name"] = json!("second");
    form["delivery"] = json!({ "concurrency": 3, "retry_first": "2 s", "placeholder_ids": ["none"] });
    form["consent"] = json!({ "web": { "one_trust": ["C0004"] } });
    api(&server, &["destinations", "--data", &form.to_string()]);
    for (name, rule) in [
        ("inmoment", json!({ "name": "made-here", "event": "Viewed" })),
        ("second", json!({ "name": "no-shop", "source": "shop" })),
    ] {
        api(&server, &[&format!("destinations/{name}/rules"), "--data", &rule.to_string()]);
    }
    // While the server runs, and when it has stopped.
    let print = ["check", "--print", "--config", file.to_str().unwrap()];
    let running = run(&print);
    server.stop("-TERM");
    let printed = run(&print);
    assert_eq!((printed.code, &printed.out), (0, &running.out), "{printed:?}");
    let lines: Vec<&str> = printed.out.lines().collect();
    let place = |wanted: &str, origin: &str| {
        let is_it =
            |line: &&str| line.split("  # ").next().unwrap().trim_end() == wanted && line.ends_with(origin);
        lines.iter().position(is_it).unwrap_or_else(|| panic!("{wanted} {origin} is not in {}", printed.out))
    };
    let second = place("name = \"second\"", "# console");
    for (line, origin) in [
        ("name = \"shop\"", "# console"),
        ("rate_limit = \"9/min\"", "# console"),
        ("enabled = true", "# console"),
        ("write_key = \"***\"", "# console"),
        ("name = \"made-here\"", "# console"),
        ("event = \"Viewed\"", "# console"),
    ] {
        assert!(place(line, origin) > 0);
    }
    for (line, origin) in [
        ("mode = \"live\"", "# console"),
        ("password = \"***\"", "# console"),
        ("sources = [\"shop\"]", "# console"),
        ("concurrency = 3", "# console"),
        ("retry.first = \"2 s\"", "# console"),
        ("consent.web.one_trust = [\"C0004\"]", "# console"),
        ("placeholder_ids = [\"none\"]", "# console"),
    ] {
        assert!(place(line, origin) > second, "{line}");
    }
    let inherited = |line: &str| {
        let of_it = lines.iter().filter(|it| it.starts_with(line) && it.ends_with("# as in [delivery]"));
        assert_eq!(of_it.count(), 2, "{line} is not in both destinations of {}", printed.out);
    };
    for line in ["unknown_user_wait = \"7 min\"", "last_surveyed = \"off\"", "retry.max = ", "null_traits = "]
    {
        inherited(line);
    }
    // Rules stand below their own destination, the file's first.
    let rules = ["of the file", "made-here", "no-shop"]
        .map(|name| lines.iter().position(|line| line.starts_with(&format!("name = \"{name}\""))).unwrap());
    assert!(rules[0] < rules[1] && rules[1] < second && second < rules[2], "{rules:?} {}", printed.out);
    assert!(
        !printed.out.contains("delivery.concurrency = 3") && !printed.out.contains("\ncreated_at"),
        "{}",
        printed.out
    );
    assert!(!printed.out.contains("planted-password"), "{}", printed.out);
    // It is a configuration, but for the secrets.
    let told_apart = printed.out.replacen("\"***\"", "\"one\"", 1);
    let again = harness.write("again.toml", &told_apart);
    let folder = tempfile::tempdir().unwrap();
    let mut command = crate::harness::rapport();
    command.args(["check", "--print", "--config"]).arg(&again).env("RAPPORT_JOURNAL__PATH", folder.path());
    let printed_again = Ended::of(command.output().unwrap());
    assert_eq!(printed_again.code, 0, "{printed_again:?}");
    let values = |text: &str| -> Vec<String> {
        let values = text.lines().map(|line| line.split("  # ").next().unwrap().trim().to_owned());
        values.filter(|line| !line.starts_with("journal.path")).collect()
    };
    let (mut all, mut all_again) = (values(&printed.out), values(&printed_again.out));
    all.sort();
    all_again.sort();
    assert_eq!(all_again, all);
}
