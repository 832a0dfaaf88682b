//! Keys from the environment, and what is in force printed with where it comes from.

use crate::harness::{Ended, Harness, WRITE_KEY, rapport};
use sandbox::Account;
use serde_json::json;
use std::path::Path;

fn run(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Ended {
    let mut command = rapport();
    command.args(arguments).current_dir(folder).envs(variables.iter().copied());
    Ended::of(command.output().unwrap())
}

/// Everything a server needs, in variables.
fn variables(harness: &Harness) -> Vec<(String, String)> {
    let Account { username, password, account_token, .. } = Account::demo();
    let base_url = format!("http://{}", harness.inmoment.addr());
    [
        ("RAPPORT_GATEWAY__LISTEN", "localhost:0"),
        ("RAPPORT_ADMIN__LISTEN", "localhost:0"),
        ("RAPPORT_DELIVERY__LAST_SURVEYED", "off"),
        ("RAPPORT_DELIVERY__CONCURRENCY", "5"),
        ("RAPPORT_SOURCES__0__NAME", "website"),
        ("RAPPORT_SOURCES__0__KIND", "web"),
        ("RAPPORT_SOURCES__0__WRITE_KEY", WRITE_KEY),
        ("RAPPORT_DESTINATIONS__7__NAME", "inmoment"),
        ("RAPPORT_DESTINATIONS__7__USERNAME", username.as_str()),
        ("RAPPORT_DESTINATIONS__7__PASSWORD", "env:PLACE_OF_THE_PASSWORD"),
        ("RAPPORT_DESTINATIONS__7__ACCOUNT_TOKEN", account_token.as_str()),
        ("RAPPORT_DESTINATIONS__7__BASE_URL", base_url.as_str()),
        ("RAPPORT_DESTINATIONS__7__SOURCES", "website"),
        // What Kubernetes adds for a service of this name is none of ours.
        ("RAPPORT_SERVICE_HOST", "10.0.0.1"),
        ("RAPPORT_GATEWAY_PORT", "tcp://10.0.0.1:8080"),
        ("PLACE_OF_THE_PASSWORD", password.as_str()),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}

#[test]
fn a_server_runs_with_its_environment_alone() {
    let harness = Harness::new();
    let mut command = rapport();
    command.current_dir(harness.folder.path()).envs(variables(&harness));
    let served = harness.serve_by(command, None);
    let file = harness.write(
        "events.ndjson",
        "{\"type\":\"identify\",\"userId\":\"u1\",\"traits\":{\"email\":\"a@example.com\"}}\n",
    );
    let url = format!("http://{}", served.public);
    let sent = served.run(&["send", file.to_str().unwrap(), "--url", &url, "--write-key", WRITE_KEY]);
    assert_eq!(sent.code, 2, "send takes no configuration: {sent:?}");
    let sent =
        crate::harness::run(&["send", file.to_str().unwrap(), "--url", &url, "--write-key", WRITE_KEY]);
    assert_eq!(sent.code, 0, "{sent:?}");
    let status = served.settled();
    assert_eq!((&status["delivered"], &status["dead"]), (&json!(1), &json!(0)), "{status}");
    let (code, log) = served.stop("-TERM");
    assert!(code == Some(0) && !log.contains("RAPPORT_"), "{log}");
}

#[test]
fn what_is_in_force_is_printed_with_where_it_comes_from_and_without_secrets() {
    let harness = Harness::new();
    let file = harness.ordinary();
    let folder = harness.folder.path();
    let print = ["check", "--print", "--config", file.to_str().unwrap()];
    let changed = [
        ("RAPPORT_GATEWAY__MAX_EVENTS", "77"),
        ("RAPPORT_GATEWAY__BEHIND_PROXY", "true"),
        ("RAPPORT_GATEWAY__TRUSTED_PROXIES", "10.0.0.0/8, 192.168.0.1"),
        ("rapport_ignored", "x"),
        ("RAPPORT_SOURCES__3__NAME", "website"),
        ("RAPPORT_SOURCES__3__RATE_LIMIT", "9/min"),
        ("RAPPORT_SOURCES__10__NAME", "late"),
        ("RAPPORT_SOURCES__10__KIND", "server"),
        ("RAPPORT_SOURCES__10__WRITE_KEY", "planted-key-of-the-environment"),
        ("RAPPORT_DESTINATIONS__0__NAME", "inmoment"),
        ("RAPPORT_DESTINATIONS__0__RULES__0__NAME", "noise"),
        ("RAPPORT_DESTINATIONS__0__RULES__0__EVENT", "Clicked"),
        ("RAPPORT_JOURNAL__RETENTION__AGE", ""),
    ];
    let printed = run(folder, &print, &changed);
    assert_eq!(printed.code, 0, "{printed:?}");
    let lines: Vec<&str> = printed.out.lines().collect();
    let line = |start: &str| {
        let found = lines.iter().find(|line| line.starts_with(start));
        found.unwrap_or_else(|| panic!("{start} is not in {}", printed.out))
    };
    for (start, origin) in [
        ("gateway.max_events = 77 ", "# RAPPORT_GATEWAY__MAX_EVENTS"),
        ("gateway.behind_proxy = true ", "# RAPPORT_GATEWAY__BEHIND_PROXY"),
        ("gateway.max_body = \"4000 KiB\" ", "# default"),
        (
            "gateway.trusted_proxies = [\"10.0.0.0/8\", \"192.168.0.1\"] ",
            "# RAPPORT_GATEWAY__TRUSTED_PROXIES",
        ),
        ("gateway.listen = \"127.0.0.1:0\" ", "rapport.toml:2"),
        ("journal.retention.age = \"168 h\" ", "# default"),
        ("rate_limit = \"9/min\" ", "# RAPPORT_SOURCES__3__RATE_LIMIT"),
        ("write_key = \"***\" ", "rapport.toml"),
        ("last_surveyed = \"off\" ", "# as in [delivery]"),
        ("event = \"Clicked\" ", "# RAPPORT_DESTINATIONS__0__RULES__0__EVENT"),
    ] {
        assert!(line(start).ends_with(origin) || line(start).contains(origin), "{}", line(start));
    }
    assert!(printed.out.contains("# admin.token is not set"), "{}", printed.out);
    let names = |what: &str| lines.iter().filter(|line| line.starts_with(what)).count();
    assert_eq!((names("[[sources]]"), names("[[destinations]]"), names("[[destinations.rules]]")), (2, 1, 1));
    for secret in
        [WRITE_KEY, "planted-key-of-the-environment", &Account::demo().password, &Account::demo().username]
    {
        assert!(!printed.out.contains(secret) && !printed.err.contains(secret), "{secret}: {printed:?}");
    }
    // What is printed is itself a configuration, but for the secrets.
    let again = harness.write("again.toml", &printed.out);
    let printed_again = run(folder, &["check", "--print", "--config", again.to_str().unwrap()], &[]);
    assert_eq!(printed_again.code, 2, "two sources would have one key: {printed_again:?}");
    let told_apart = printed.out.replacen("\"***\"", "\"one\"", 1);
    let again = harness.write("again.toml", &told_apart);
    let printed_again = run(folder, &["check", "--print", "--config", again.to_str().unwrap()], &[]);
    assert_eq!(printed_again.code, 0, "{printed_again:?}");
    let values = |text: &str| -> Vec<String> {
        text.lines().map(|line| line.split("  # ").next().unwrap().trim().to_owned()).collect()
    };
    assert_eq!(values(&printed_again.out), values(&printed.out));
}

#[test]
fn what_is_wrong_in_the_environment_is_named_by_its_variable() {
    let harness = Harness::new();
    let file = harness.ordinary();
    let check = ["check", "--config", file.to_str().unwrap()];
    for (name, value, code, words) in [
        ("RAPPORT_GATWAY__LISTEN", ":8080", "config_unknown_key", "did you mean \"gateway\"?"),
        ("RAPPORT_GATEWAY__LISTN", ":8080", "config_unknown_key", "did you mean \"listen\"?"),
        ("RAPPORT_GATEWAY__MAX_EVENTS", "many", "config_invalid_value", "whole number from 1"),
        ("RAPPORT_GATEWAY__BEHIND_PROXY", "maybe", "config_invalid_value", "true or false"),
        ("RAPPORT_GATEWAY__LISTEN", "example.com:80", "config_invalid_value", "localhost:8080"),
        ("RAPPORT_GATEWAY__LISTEN", ":8080", "config_unencrypted", "behind_proxy"),
        ("RAPPORT_GATEWAY", "x", "", ""),
        ("RAPPORT_SOURCES__NAME", "x", "config_invalid_value", "RAPPORT_SOURCES__0__NAME"),
        ("RAPPORT_SOURCES__0", "x", "config_invalid_value", "RAPPORT_SOURCES__0__NAME"),
        ("RAPPORT_SOURCES__0__NAME", "app", "config_missing_key", "kind"),
        ("RAPPORT_ADMIN____TOKEN", "planted-secret", "config_invalid_value", "is empty"),
        ("RAPPORT_DELIVERY", "x", "", ""),
    ] {
        let ended = run(harness.folder.path(), &check, &[(name, value)]);
        if code.is_empty() {
            assert_eq!(ended.code, 0, "{ended:?}");
            continue;
        }
        assert_eq!(ended.code, 2, "{name}: {ended:?}");
        assert!(
            ended.err.contains(&format!("[{code}]")) && ended.err.contains(words),
            "{name}: {}",
            ended.err
        );
        assert!(ended.err.contains(name) || code == "config_unencrypted", "{name}: {}", ended.err);
        assert!(!ended.err.contains("planted-secret"), "{}", ended.err);
    }
    let warned = run(harness.folder.path(), &check, &[("RAPPORT_GATEWAY_LISTEN", ":1")]);
    assert!(warned.code == 0 && warned.err.contains("as in RAPPORT_GATEWAY__LISTEN"), "{warned:?}");
}

/// What stands twice is an error and never one entry made of two; a number is the same number however it is written.
#[test]
fn numbers_whose_entries_have_one_name_are_an_error() {
    let harness = Harness::new();
    let file = harness.ordinary();
    let check = ["check", "--config", file.to_str().unwrap()];
    let source = |number: &'static str, name: &'static str| {
        [("NAME", name), ("KIND", "server"), ("WRITE_KEY", "planted-key")]
            .map(|(key, value)| (format!("RAPPORT_SOURCES__{number}__{key}"), value.to_owned()))
    };
    let rule = |number: u32| {
        [("NAME", "noise"), ("EVENT", "Clicked")].map(|(key, value)| {
            (format!("RAPPORT_DESTINATIONS__0__RULES__{number}__{key}"), value.to_owned())
        })
    };
    let one = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let of_the_file = vec![one("RAPPORT_DESTINATIONS__0__NAME", "inmoment")];
    for (variables, named, words) in [
        (
            [source("3", "late"), source("12", "late")].concat(),
            "RAPPORT_SOURCES__12__NAME",
            "the entry with the number 3 has this name, too",
        ),
        (
            // Both would change the entry of the file.
            vec![
                one("RAPPORT_SOURCES__1__NAME", "website"),
                one("RAPPORT_SOURCES__1__RATE_LIMIT", "9/min"),
                one("RAPPORT_SOURCES__2__NAME", "website"),
                one("RAPPORT_SOURCES__2__ENABLED", "false"),
            ],
            "RAPPORT_SOURCES__2__NAME",
            "the entry with the number 1 has this name, too",
        ),
        (
            [of_the_file, rule(0).into(), rule(1).into()].concat(),
            "RAPPORT_DESTINATIONS__0__RULES__1__NAME",
            "the entry with the number 0 has this name, too",
        ),
        (
            vec![one("RAPPORT_SOURCES__07__NAME", "late"), one("RAPPORT_SOURCES__7__NAME", "later")],
            "RAPPORT_SOURCES__7__NAME",
            "another variable sets this key, too",
        ),
        (
            vec![one("RAPPORT_GATEWAY__MAX_EVENTS", "7"), one("RAPPORT_gateway__max_events", "8")],
            "RAPPORT_gateway__max_events",
            "another variable sets this key, too",
        ),
    ] {
        let borrowed: Vec<(&str, &str)> = variables.iter().map(|(name, value)| (&**name, &**value)).collect();
        let ended = run(harness.folder.path(), &check, &borrowed);
        assert_eq!(ended.code, 2, "{named}: {ended:?}");
        assert!(ended.err.contains(named) && ended.err.contains(words), "{named}: {}", ended.err);
        assert!(!ended.err.contains("planted-key"), "{}", ended.err);
    }
    let spread = [
        ("RAPPORT_SOURCES__007__NAME", "late"),
        ("RAPPORT_SOURCES__7__KIND", "server"),
        ("RAPPORT_SOURCES__07__WRITE_KEY", "planted-key"),
        ("RAPPORT_SOURCES__99999999999999999999999__NAME", "last"),
        ("RAPPORT_SOURCES__99999999999999999999999__KIND", "server"),
        ("RAPPORT_SOURCES__99999999999999999999999__WRITE_KEY", "another-key"),
    ];
    let print = ["check", "--print", "--config", file.to_str().unwrap()];
    let printed = run(harness.folder.path(), &print, &spread);
    assert_eq!(printed.code, 0, "{printed:?}");
    let names: Vec<&str> = printed.out.lines().filter(|line| line.starts_with("name = ")).collect();
    assert!(names[1].starts_with("name = \"late\"") && names[2].starts_with("name = \"last\""), "{names:?}");
}

#[test]
fn where_there_is_no_file_none_is_named_as_if_there_were() {
    let harness = Harness::new();
    let folder = harness.folder.path();
    let checked = run(folder, &["check"], &[]);
    assert_eq!(checked.code, 0, "{checked:?}");
    assert!(
        checked
            .out
            .starts_with("variables and defaults (there is no rapport.toml): the configuration is right"),
        "{checked:?}"
    );
    let same_port =
        [("RAPPORT_GATEWAY__LISTEN", "localhost:7000"), ("RAPPORT_ADMIN__LISTEN", "localhost:7000")];
    let refused = run(folder, &["check"], &same_port);
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(
        refused.err.contains("variables and defaults (there is no rapport.toml): admin.listen: "),
        "{refused:?}"
    );
    for command in [&["status"][..], &["doctor"]] {
        let ended = run(
            folder,
            command,
            &[("RAPPORT_ADMIN__LISTEN", "nowhere"), ("RAPPORT_JOURNAL__RETENTION__AGE", "x")],
        );
        assert!(ended.code == 2 && !ended.err.contains("rapport.toml:"), "{ended:?}");
    }
    harness.ordinary();
    let checked = run(folder, &["check"], &[]);
    assert!(
        checked.out.starts_with("rapport.toml: the configuration is right (1 source, 1 destination)"),
        "{checked:?}"
    );
    let piped = crate::harness::run_with_input(&["check", "--config", "-"], "[gatway]\n");
    assert!(piped.code == 2 && piped.err.contains("standard input:1:2: gatway: "), "{piped:?}");
    let piped = crate::harness::run_with_input(&["check", "--config", "-"], "");
    assert!(piped.out.starts_with("standard input: the configuration is right"), "{piped:?}");
}
