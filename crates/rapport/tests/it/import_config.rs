//! `rapport import-config` with a realistic workspace file, up to a server that runs with what came of it.

use crate::harness::{Ended, Harness, run, run_with_input};
use event::SourceKind;
use rapport::config::Config;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

const WORKSPACE: &str = include_str!("fixtures/workspaceConfig.json");

/// Imports the workspace into this folder.
fn import(folder: &Path, more: &[&str]) -> Ended {
    let out = folder.join("rapport.toml");
    let mut arguments = vec!["import-config", "-", "--out", out.to_str().unwrap()];
    arguments.extend(more);
    run_with_input(&arguments, WORKSPACE)
}

fn names_of(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn what_is_written_loads() {
    let folder = tempfile::tempdir().unwrap();
    let ended = import(folder.path(), &[]);
    assert_eq!((ended.code, ended.err.as_str()), (0, ""), "{ended:?}");
    let config = Config::load(Some(&folder.path().join("rapport.toml"))).unwrap();
    assert!(config.warnings.is_empty(), "{:?}", config.warnings);
    let sources: Vec<_> =
        config.sources.iter().map(|source| (source.name.as_str(), source.kind, source.enabled)).collect();
    let wanted = [
        ("Web-shop", SourceKind::Web, true),
        ("App", SourceKind::Mobile, true),
        ("Back-office", SourceKind::Server, true),
        ("Old-app", SourceKind::Mobile, false),
    ];
    assert_eq!(sources, wanted);
    assert_eq!(config.sources[0].write_key.expose_secret(), "planted-write-key-web");
    let [shared, second] = config.destinations.as_slice() else { panic!("{:?}", config.destinations) };
    assert_eq!((shared.name.as_str(), second.name.as_str()), ("InMoment", "InMoment-EU-flat-consents"));
    assert_eq!(shared.sources, ["Web-shop", "App"]);
    assert_eq!(second.sources, ["Back-office", "Old-app"]);
    assert_eq!(shared.consent[&SourceKind::Web].one_trust, ["C0002"]);
    assert_eq!(shared.consent[&SourceKind::Web].management[0].consents, ["surveys"]);
    assert_eq!(shared.consent[&SourceKind::Mobile].management[0].consents, ["app"]);
    assert_eq!(second.consent[&SourceKind::Server].ketch, ["analytics"]);
    assert_eq!(second.password.expose_secret(), "planted-password-second");
}

#[test]
fn secrets_are_in_files_of_their_own_and_nowhere_else() {
    let folder = tempfile::tempdir().unwrap();
    let human = import(folder.path(), &[]);
    let json = import(folder.path(), &["--json", "--force"]);
    let config = fs::read_to_string(folder.path().join("rapport.toml")).unwrap();
    for text in [&human.out, &human.err, &json.out, &json.err, &config] {
        assert!(!text.contains("planted") && !text.contains("demo-password"), "{text}");
    }
    let secrets = folder.path().join("secrets");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&secrets), 0o700);
    assert_eq!(
        names_of(&secrets),
        [
            "App.write-key",
            "Back-office.write-key",
            "InMoment-EU-flat-consents.account-token",
            "InMoment-EU-flat-consents.password",
            "InMoment.account-token",
            "InMoment.password",
            "Old-app.write-key",
            "Web-shop.write-key",
        ]
    );
    for name in names_of(&secrets) {
        assert_eq!(mode(&secrets.join(&name)), 0o600, "{name}");
    }
    assert_eq!(fs::read_to_string(secrets.join("InMoment.password")).unwrap(), "demo-password");
}

#[test]
fn the_report_says_what_was_left_out_and_what_to_do_next() {
    let folder = tempfile::tempdir().unwrap();
    let human = import(folder.path(), &[]).out;
    let next = format!("rapport check --config {}", folder.path().join("rapport.toml").display());
    for part in [
        "destination \"Audit\" (dst-hook): a destination of WEBHOOK",
        "destination \"InMoment old\" (dst-off): it is disabled in RudderStack",
        "source \"Blog\" (src-blog): it feeds no InMoment destination",
        "transformation \"tr-1\": attached to the destination \"InMoment EU",
        "libraries \"1 of the workspace\"",
        "source \"Old app\" (src-off): it is disabled there and here",
        "destination \"InMoment EU (flat consents)\" (dst-second): its name here is",
        "8 secrets in",
        next.as_str(),
    ] {
        assert!(human.contains(part), "{part}: {human}");
    }
    let report = import(folder.path(), &["--json", "--force"]).json_lines().remove(0);
    assert_eq!((report["sources"].as_array().unwrap().len(), &report["next"]), (4, &json!(next)));
    assert_eq!(report["sources"][1]["kind"], "mobile");
    assert_eq!(report["destinations"][0]["rudderstack_id"], "dst-shared");
    assert_eq!(report["secrets"].as_array().unwrap().len(), 8);
    assert_eq!(report["left_out"].as_array().unwrap().len(), 5);
}

#[test]
fn nothing_is_overwritten_unasked_and_nothing_written_of_a_bad_file() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("secrets")).unwrap();
    let mine = folder.path().join("secrets/InMoment.password");
    fs::write(&mine, "mine").unwrap();
    let ended = import(folder.path(), &[]);
    assert_eq!((ended.code, ended.out.as_str()), (2, ""), "{ended:?}");
    assert!(
        ended.err.contains("[import_exists]") && ended.err.contains("InMoment.password"),
        "{}",
        ended.err
    );
    assert_eq!(
        (names_of(folder.path()), fs::read_to_string(&mine).unwrap()),
        (vec!["secrets".to_owned()], "mine".to_owned())
    );
    assert_eq!(import(folder.path(), &["--force"]).code, 0);
    assert_eq!(fs::read_to_string(&mine).unwrap(), "demo-password");

    let empty = tempfile::tempdir().unwrap();
    let out = empty.path().join("rapport.toml");
    let out = out.to_str().unwrap();
    for (text, exit, code) in [
        ("no json", 1, "[input_not_json]"),
        ("{}", 1, "[import_not_a_workspace]"),
        ("{\"sources\":[{\"name\":\"x\"}]}", 1, "[import_nothing]"),
    ] {
        let ended = run_with_input(&["import-config", "-", "--out", out], text);
        assert_eq!((ended.code, ended.out.as_str()), (exit, ""), "{ended:?}");
        assert!(ended.err.contains(code) && ended.err.contains("nothing was written"), "{}", ended.err);
    }
    let ended = run(&["import-config", "no-such-file.json", "--out", out]);
    assert!(ended.code == 1 && ended.err.contains("[input_unreadable]"), "{ended:?}");
    let nowhere = empty.path().join("none/rapport.toml");
    let ended = run_with_input(&["import-config", "-", "--out", nowhere.to_str().unwrap()], WORKSPACE);
    assert!(ended.code == 1 && ended.err.contains("[import_unwritable]"), "{ended:?}");
    assert!(names_of(empty.path()).is_empty());
}

fn denied(user: &str, consent: Value) -> Value {
    json!({
        "type": "identify", "messageId": format!("m-{user}"), "userId": user,
        "traits": {"email": format!("{user}@example.com")}, "context": {"consentManagement": consent},
    })
}

#[test]
fn denied_consents_hold_as_in_rudderstack_after_flattening() {
    let harness = Harness::new();
    assert_eq!(import(harness.folder.path(), &[]).code, 0);
    let file = harness.folder.path().join("rapport.toml");
    // Free ports, and the local InMoment.
    let ports = "[gateway]\nlisten = \"127.0.0.1:0\"\n[admin]\nlisten = \"127.0.0.1:0\"\n";
    let token = "account_token = \"file:secrets/InMoment.account-token\"\n";
    let text = fs::read_to_string(&file).unwrap();
    let text = text.replace(token, &format!("{token}base_url = \"http://{}\"\n", harness.inmoment.addr()));
    let other = text.find("name = \"InMoment-EU").unwrap();
    let second = text[other..].replacen(
        "sources",
        &format!("base_url = \"http://{}\"\nsources", harness.inmoment.addr()),
        1,
    );
    fs::write(&file, format!("{ports}{}{second}", &text[..other])).unwrap();
    let served = harness.serve(&file);

    let custom = |id: &str| json!({"provider": "custom", "deniedConsentIds": [id]});
    for (key, events) in [
        (
            "planted-write-key-web",
            vec![
                denied("web-1", custom("surveys")),
                denied("web-2", custom("app")),
                denied("web-3", json!({"deniedConsentIds": ["C0002"]})),
                denied("web-4", json!({"provider": "custom", "deniedConsentIds": []})),
            ],
        ),
        (
            "planted-write-key-app",
            vec![
                denied("app-1", custom("app")),
                denied("app-2", custom("surveys")),
                denied("app-3", json!({"deniedConsentIds": ["C0002"]})),
            ],
        ),
    ] {
        let lines: Vec<String> = events.iter().map(Value::to_string).collect();
        let file = harness.write(&format!("{key}.ndjson"), &lines.join("\n"));
        let url = format!("http://{}", served.public);
        let sent = run(&["send", file.to_str().unwrap(), "--url", &url, "--write-key", key]);
        assert_eq!(sent.code, 0, "{sent:?}");
    }
    let status = served.settled();
    assert_eq!(
        (&status["delivered"], &status["skipped_by"]["consent_denied"]),
        (&json!(4), &json!(3)),
        "{status}"
    );
    let users = harness.records("end_users");
    let mut arrived: Vec<&str> = users.iter().map(|user| user["external_id"].as_str().unwrap()).collect();
    arrived.sort_unstable();
    assert_eq!(arrived, ["app-2", "app-3", "web-2", "web-4"]);
}
