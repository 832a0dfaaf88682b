use super::*;
use event::SourceKind;
use mapping::Profile;
use proptest::prelude::*;
use secrecy::ExposeSecret;
use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

mod ports;

const EXAMPLE: &str = include_str!("../../../../rapport.example.toml");

/// Variables and files that exist in this test only.
#[derive(Default)]
struct Given {
    variables: BTreeMap<String, String>,
    files: BTreeMap<PathBuf, String>,
}

impl Surroundings for Given {
    fn variable(&self, name: &str) -> Option<String> {
        self.variables.get(name).cloned()
    }

    fn variables(&self) -> Vec<(String, String)> {
        self.variables.clone().into_iter().collect()
    }

    fn read(&self, path: &Path) -> io::Result<String> {
        self.files.get(path).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

fn given() -> Given {
    let variables = [
        ("WEBSITE_WRITE_KEY", "web-key"),
        ("INMOMENT_PASSWORD", "planted-password"),
        ("KAFKA_PASSWORD", "planted-broker-password"),
        ("INMOMENT_ACCOUNT_TOKEN", "NPS-planted1"),
        ("RAPPORT_ADMIN_TOKEN", "planted-admin-token"),
    ];
    Given {
        variables: variables.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        files: BTreeMap::new(),
    }
}

fn parse_with(text: &str, given: &Given) -> Result<Config, ConfigError> {
    Config::parse(text, Path::new("/etc/rapport/rapport.toml"), given)
}

const BASE: &str = r#"
[[sources]]
name = "website"
kind = "web"
write_key = "k1"
[[destinations]]
name = "inmoment"
username = "alex@example.com"
password = "p"
account_token = "NPS-00000000"
sources = ["website"]
"#;

fn problems(text: &str) -> Vec<(Option<usize>, String, &'static str, String)> {
    let error = parse_with(text, &given()).expect_err("the text is wrong");
    let parts = |p: Problem| (p.place.map(|place| place.line), p.key, p.code, p.message);
    error.problems.into_iter().map(parts).collect()
}

#[test]
fn the_example_says_the_defaults() {
    let example = parse_with(EXAMPLE, &given()).unwrap();
    let defaults = parse_with(BASE, &given()).unwrap();
    assert_eq!(example.gateway, defaults.gateway);
    assert_eq!(example.admin.listen, defaults.admin.listen);
    assert_eq!(example.admin.sessions, identity::SessionLimits::default());
    assert_eq!(defaults.admin.sessions, identity::SessionLimits::default());
    assert_eq!(defaults.journal.retention_answers, Duration::from_secs(400 * 86_400));
    assert!(example.admin.token.is_none() && !example.admin.behind_proxy && example.admin.tls.is_none());
    assert_eq!(example.journal, defaults.journal);
    assert_eq!(example.transformer, TransformerSection::default());
    assert_eq!(example.destinations[0].delivery, DeliverySettings::default());
    assert_eq!(example.destinations[0].consent, defaults.destinations[0].consent);
    assert_eq!(example.destinations[0].mode, defaults.destinations[0].mode);
    assert_eq!(example.destinations[0].region, None);
    assert_eq!(example.sources[0].enabled, defaults.sources[0].enabled);
    assert_eq!(example.sources[0].rate_limit, None);
    assert!(example.warnings.is_empty(), "{:?}", example.warnings);
}

/// `# key = value` and `# [table]` lines are examples; other comments are prose.
fn uncommented(example: &str) -> String {
    let lines = example.lines().map(|line| match line.strip_prefix("# ") {
        Some(rest) if rest.starts_with('[') => rest,
        Some(rest) if rest.split_once(" = ").is_some_and(|(key, _)| !key.contains(' ')) => rest,
        _ => line,
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_example_holds_every_key() {
    let file = Path::new("rapport.toml");
    let full = uncommented(EXAMPLE);
    let (config, asked) = parse_noting(&full, file, &given());
    let config = config.unwrap();
    assert_eq!(
        config.destinations[0].delivery,
        DeliverySettings::default(),
        "commented overrides show the defaults too"
    );
    assert_eq!(config.sources[0].rate_limit, Some(Rate { count: 1_000, per: Duration::from_secs(60) }));
    let table: toml::Table = full.parse().unwrap();
    let mut shown = std::collections::BTreeSet::new();
    collect_keys("", &toml::Value::Table(table), &mut shown);
    // A key that is explained once, for [delivery] and for web, needs no explanation in the similar tables.
    let twin = |key: &str| {
        let key = key.replace("consent.mobile", "consent.web").replace("consent.server", "consent.web");
        match key.strip_prefix("destinations.") {
            Some(rest) if asked.contains(&format!("delivery.{rest}")) => format!("delivery.{rest}"),
            _ => key,
        }
    };
    let missing: Vec<_> = asked.iter().filter(|key| !shown.contains(&twin(key))).collect();
    assert!(missing.is_empty(), "rapport.example.toml does not mention {missing:?}");
}

fn collect_keys(path: &str, value: &toml::Value, into: &mut std::collections::BTreeSet<String>) {
    match value {
        toml::Value::Table(table) => {
            for (key, value) in table {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                into.insert(path.clone());
                collect_keys(&path, value, into);
            }
        }
        toml::Value::Array(items) => items.iter().for_each(|item| collect_keys(path, item, into)),
        _ => {}
    }
}

#[test]
fn unknown_keys_name_the_nearest_known_one() {
    for (text, line, key, near) in [
        ("[delivery]\nconcurency = 8", 2, "delivery.concurency", "did you mean \"concurrency\"?"),
        ("[gatway]\nlisten = \"127.0.0.1:1\"", 1, "gatway", "did you mean \"gateway\"?"),
        ("[admin]\n\nListen = \"127.0.0.1:1\"", 3, "admin.Listen", "did you mean \"listen\"?"),
        ("[journal]\nretention = { aeg = \"1 h\" }", 2, "journal.retention.aeg", "did you mean \"age\"?"),
        ("[gateway]\nxyzzy = 1", 2, "gateway.xyzzy", "known here: "),
    ] {
        let found = problems(&format!("{text}\n{BASE}"));
        assert_eq!(found.len(), 1, "{found:?}");
        let (at, name, code, message) = &found[0];
        assert_eq!((*at, name.as_str(), *code), (Some(line), key, code::UNKNOWN_KEY), "{text}");
        assert!(message.contains(near), "{text}: {message}");
    }
    let found = problems(&format!("{BASE}pasword = \"x\""));
    assert_eq!((found[0].1.as_str(), found[0].2), ("destinations[1].pasword", code::UNKNOWN_KEY));
    assert!(found[0].3.contains("\"password\""));
}

#[test]
fn sessions_and_answers_last_as_long_as_is_said() {
    let text = format!(
        "[admin]\nsession = {{ idle = \"30 min\", longest = \"8 h\" }}\n\
         [journal]\nretention = {{ answers = \"30 days\" }}\n{BASE}"
    );
    let config = parse_with(&text, &given()).unwrap();
    let minutes = |minutes: u64| Duration::from_secs(minutes * 60);
    let sessions = identity::SessionLimits { idle: minutes(30), absolute: minutes(8 * 60) };
    assert_eq!(config.admin.sessions, sessions);
    assert_eq!(config.journal.retention_answers, minutes(30 * 24 * 60));
}

#[test]
fn every_problem_is_listed_with_its_place() {
    let text = "[delivery]\nconcurrency = 0\nunknown_user_wait = \"soon\"\nlast_surveyed = \"event_time\"\n\
                [admin]\nlisten = 8081\n";
    let found = problems(&format!("{text}{BASE}"));
    let seen: Vec<_> =
        found.iter().map(|(line, key, code, _)| (line.unwrap(), key.as_str(), *code)).collect();
    assert_eq!(
        seen,
        [
            (2, "delivery.concurrency", code::INVALID_VALUE),
            (3, "delivery.unknown_user_wait", code::INVALID_VALUE),
            (4, "delivery.last_surveyed", code::INVALID_VALUE),
            (6, "admin.listen", code::INVALID_VALUE),
        ]
    );
    assert!(found[2].3.contains("did you mean \"event-time\"?"), "{}", found[2].3);
    let error = parse_with(&format!("{text}{BASE}"), &given()).unwrap_err().to_string();
    assert!(error.starts_with("/etc/rapport/rapport.toml:2:15: delivery.concurrency: "), "{error}");
    assert_eq!(error.lines().count(), 4);
}

#[test]
fn contradictions_are_found() {
    let second_source = "[[sources]]\nname = \"app\"\nkind = \"mobile\"\nwrite_key = \"k1\"\n";
    let second_name = "[[sources]]\nname = \"website\"\nkind = \"mobile\"\nwrite_key = \"k2\"\n";
    for (text, key, code) in [
        (format!("{second_source}{BASE}"), "sources.write_key", code::DUPLICATE),
        (format!("{second_name}{BASE}"), "sources.name", code::DUPLICATE),
        (
            format!(
                "{BASE}{}",
                BASE.split_once("[[dest").unwrap().1.replacen("inations", "[[destinations", 1)
            ),
            "destinations.name",
            code::DUPLICATE,
        ),
        (BASE.replace("[\"website\"]", "[\"websit\"]"), "destinations.sources", code::UNKNOWN_SOURCE),
        (format!("[admin]\nlisten = \"127.0.0.1:8080\"\n{BASE}"), "admin.listen", code::DUPLICATE),
        (
            format!("[admin]\nsession = {{ idle = \"8 days\" }}\n{BASE}"),
            "admin.session.idle",
            code::INVALID_VALUE,
        ),
        (
            format!("[admin]\nsession = {{ idle = \"30 s\" }}\n{BASE}"),
            "admin.session.idle",
            code::INVALID_VALUE,
        ),
        (
            format!("[admin]\nsession = {{ longest = \"401 days\" }}\n{BASE}"),
            "admin.session.longest",
            code::INVALID_VALUE,
        ),
        (
            format!("[delivery]\nretry = {{ first = \"1 h\" }}\n{BASE}"),
            "delivery.retry.max",
            code::INVALID_VALUE,
        ),
        (
            format!("[delivery]\nretry = {{ first = \"0 s\" }}\n{BASE}"),
            "delivery.retry.first",
            code::INVALID_VALUE,
        ),
        (BASE.replace("\"k1\"", "\"a:b\""), "sources[1].write_key", code::INVALID_VALUE),
        (BASE.replace("\"inmoment\"", "\"in moment\""), "destinations[1].name", code::INVALID_VALUE),
        (BASE.replace("kind = \"web\"\n", ""), "sources[1].kind", code::MISSING_KEY),
        (BASE.replace("password = \"p\"\n", ""), "destinations[1].password", code::MISSING_KEY),
        (format!("{BASE}base_url = \"ftp://x\""), "destinations[1].base_url", code::INVALID_VALUE),
        (format!("{BASE}region = \"uk\""), "destinations[1].region", code::INVALID_VALUE),
        ("[gateway".to_owned(), "", code::SYNTAX),
        ("[gateway]\nlisten = 1\nlisten = 2".to_owned(), "", code::SYNTAX),
    ] {
        let found = problems(&text);
        assert!(found.iter().any(|(_, k, c, _)| k == key && *c == code), "{key} {code}: {found:?}");
    }
}

#[test]
fn secrets_come_from_the_text_the_environment_or_a_file() {
    let mut given = given();
    given.files.insert(PathBuf::from("/etc/rapport/secrets/pw"), "from file\n".to_owned());
    given.variables.insert("EMPTY".to_owned(), String::new());
    for (written, wanted) in [
        ("plain", Ok("plain")),
        ("env:INMOMENT_PASSWORD", Ok("planted-password")),
        ("file:secrets/pw", Ok("from file")),
        ("env:NOT_SET", Err("NOT_SET is not set")),
        ("file:none", Err("/etc/rapport/none")),
        ("env:EMPTY", Err("empty")),
    ] {
        let read = parse_with(&BASE.replace("\"p\"", &format!("{written:?}")), &given);
        match wanted {
            Ok(wanted) => assert_eq!(read.unwrap().destinations[0].password.expose_secret(), wanted),
            Err(part) => {
                let error = read.unwrap_err();
                assert_eq!(error.code(), code::SECRET_UNAVAILABLE, "{written}");
                assert!(error.to_string().contains(part), "{error}");
            }
        }
    }
}

#[test]
fn no_secret_is_shown() {
    let text = format!("[admin]\ntoken = \"env:RAPPORT_ADMIN_TOKEN\"\n{EXAMPLE}")
        .replace("\n[admin]\nlisten", "\n[adm]\nlisten");
    let shown = format!("{:?} {:?}", parse_with(EXAMPLE, &given()), parse_with(&text, &given()));
    assert!(!shown.contains("planted"), "{shown}");
    assert!(!shown.contains("alex@example.com"), "{shown}");
    assert!(!shown.contains("web-key"), "{shown}");
}

#[test]
fn a_destination_overrides_the_defaults_key_by_key() {
    let text = format!(
        "[delivery]\nconcurrency = 3\nretry = {{ first = \"2 s\" }}\n{BASE}retry = {{ max = \"10 s\" }}\nlast_surveyed = \"off\"\n"
    );
    let delivery = parse_with(&text, &given()).unwrap().destinations.remove(0).delivery;
    let wanted = DeliverySettings {
        concurrency: 3,
        last_surveyed: mapping::LastSurveyed::Off,
        retry: delivery::Retry {
            first: Duration::from_secs(2),
            max: Duration::from_secs(10),
            ..delivery::Retry::default()
        },
        ..DeliverySettings::default()
    };
    assert_eq!(delivery, wanted);
}

#[test]
fn a_destination_has_its_own_placeholders_nulls_and_rules() {
    let text = format!(
        "[delivery]\nplaceholder_ids = [\"nobody\"]\n{BASE}null_traits = \"clear\"\n\
         [[destinations.rules]]\nname = \"clicks\"\nevent = \"Button Clicked\"\n"
    );
    let destination = parse_with(&text, &given()).unwrap().destinations.remove(0);
    let mapping = destination.mapping();
    assert!(mapping.placeholder_ids.contains("Nobody") && !mapping.placeholder_ids.contains("undefined"));
    assert_eq!(mapping.null_traits, mapping::NullTraits::Clear);
    let scope = mapping::SkipScope { event: Some("Button Clicked".to_owned()), source: None };
    assert_eq!(mapping.rules, [mapping::SkipRule { name: "clicks".to_owned(), scope }]);
}

/// The rules of the base's destination.
fn with_rules(rules: &str) -> String {
    format!("{BASE}{}", rules.replace("[rule]", "[[destinations.rules]]"))
}

#[test]
fn rules_are_about_names_sources_or_both() {
    let config = parse_with(
        &with_rules(
            "[rule]\nname = \"one\"\nsource = \"website\"\n[rule]\nname = \"two\"\nevent = \" Click \"\nsource = \"website\"\n",
        ),
        &given(),
    )
    .unwrap();
    assert!(config.warnings.is_empty(), "{:?}", config.warnings);
    let rules = &config.destinations[0].rules;
    let scopes: Vec<_> =
        rules.iter().map(|rule| (rule.scope.event.as_deref(), rule.scope.source.as_deref())).collect();
    assert_eq!(scopes, [(None, Some("website")), (Some("Click"), Some("website"))]);
    for (rules, code, at) in [
        ("[rule]\nname = \"x\"\n", "missing_key", "event"),
        ("[rule]\nevent = \"x\"\n", "missing_key", "name"),
        ("[rule]\nname = \"x\"\nevent = \" \"\n", "invalid_value", "event"),
        ("[rule]\nname = \"x\"\nevent = \"y\"\nsource = \"\"\n", "invalid_value", "source"),
        ("[rule]\nname = \"x\"\nevent = 7\n", "invalid_value", "event"),
        ("[rule]\nname = \"x\"\nsource = \"websit\"\n", "unknown_source", "destinations.rules.source"),
        ("[rule]\nname = \"x\"\nsources = \"website\"\n", "unknown_key", "sources"),
        (
            "[rule]\nname = \"x\"\nevent = \"a\"\n[rule]\nname = \"x\"\nevent = \"b\"\n",
            "duplicate",
            "destinations.rules.name",
        ),
    ] {
        let found = problems(&with_rules(rules));
        let told = found
            .iter()
            .any(|(_, key, told, _)| told.strip_prefix("config_") == Some(code) && key.ends_with(at));
        assert!(told, "{rules}: {found:?}");
    }
    let elsewhere = format!(
        "{}[[sources]]\nname = \"shop\"\nkind = \"web\"\nwrite_key = \"another\"\nenabled = false\n",
        with_rules("[rule]\nname = \"x\"\nsource = \"shop\"\n")
    );
    let warnings = parse_with(&elsewhere, &given()).unwrap().warnings;
    assert!(warnings.len() == 1 && warnings[0].contains("it skips nothing"), "{warnings:?}");
}

#[test]
fn a_transformer_is_started_where_it_is_told_to() {
    let text = |keys: &str| format!("[transformer]\n{keys}\n{BASE}");
    let config = parse_with(
        &text("listen = \"127.0.0.1:9090\"\nprofile = \"native\"\nupstream = \"http://10.0.0.1:9091/\""),
        &given(),
    )
    .unwrap();
    assert_eq!(config.transformer.listen, Some("127.0.0.1:9090".parse().unwrap()));
    assert_eq!(config.transformer.profile, Profile::Native);
    assert_eq!(config.transformer.upstream.as_deref(), Some("http://10.0.0.1:9091"));
    assert!(config.warnings.is_empty(), "{:?}", config.warnings);
    let alone = parse_with("[transformer]\nlisten = \"127.0.0.1:9090\"\n", &given()).unwrap();
    assert!(alone.sources.is_empty());

    let refused = |keys: &str| {
        let problem = problems(&text(keys)).remove(0);
        (problem.1, problem.2)
    };
    let invalid = |key: &str| (format!("transformer.{key}"), code::INVALID_VALUE);
    assert_eq!(refused("upstream = \"https://10.0.0.1\""), invalid("upstream"));
    assert_eq!(refused("upstream = \"http://10.0.0.1/path\""), invalid("upstream"));
    assert_eq!(refused("upstream = \"nowhere\""), invalid("upstream"));
    assert_eq!(refused("max_body = \"2 GiB\""), invalid("max_body"));
    assert_eq!(refused("concurrency = 0"), invalid("concurrency"));
    assert_eq!(refused("listen = \"127.0.0.1:8081\"").1, code::DUPLICATE);

    let open =
        parse_with(&text("listen = \"0.0.0.0:9090\"\nbase_url = \"http://inmoment.example\""), &given());
    let warnings = open.unwrap().warnings;
    assert!(
        warnings[0].contains("transformer.listen") && warnings[1].contains("transformer.base_url"),
        "{warnings:?}"
    );
}

#[test]
fn consents_by_kind_of_source() {
    let text = format!(
        "{BASE}[destinations.consent.web]\none_trust = [\"C0002\"]\n[[destinations.consent.web.management]]\n\
         provider = \"custom\"\nresolution_strategy = \"or\"\nconsents = [\"a\", \"b\"]\n"
    );
    let consent = parse_with(&text, &given()).unwrap().destinations.remove(0).consent;
    assert_eq!(consent.keys().copied().collect::<Vec<_>>(), [SourceKind::Web]);
    let web = &consent[&SourceKind::Web];
    assert_eq!(web.one_trust, ["C0002"]);
    assert_eq!((web.management[0].provider.as_str(), web.management[0].consents.len()), ("custom", 2));
}

#[test]
fn what_is_probably_not_meant_is_a_warning() {
    let lonely = "[[sources]]\nname = \"app\"\nkind = \"mobile\"\nwrite_key = \"k2\"\n";
    let config = parse_with(&format!("{lonely}{BASE}base_url = \"http://10.0.0.1:9500\""), &given()).unwrap();
    assert_eq!(config.warnings.len(), 2, "{:?}", config.warnings);
    assert!(config.warnings[0].contains("feeds no destination"), "{:?}", config.warnings);
    let disabled = parse_with(&format!("{lonely}enabled = false\n{BASE}"), &given()).unwrap();
    assert!(disabled.warnings.is_empty(), "{:?}", disabled.warnings);
    let local = parse_with(&format!("{BASE}base_url = \"http://127.0.0.1:9500/\""), &given()).unwrap();
    assert!(local.warnings.is_empty());
    assert_eq!(local.destinations[0].base_url.as_deref(), Some("http://127.0.0.1:9500"));
}

#[test]
fn a_token_is_made_once_and_kept_private() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let first = admin_token(folder.path()).unwrap();
    assert_eq!(first.expose_secret().len(), 64);
    assert_eq!(admin_token(folder.path()).unwrap().expose_secret(), first.expose_secret());
    let mode = std::fs::metadata(folder.path().join("admin-token")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn a_command_needs_no_other_secrets_to_reach_the_server() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rapport.toml");
    std::fs::write(
        &file,
        format!(
            "[admin]\nlisten = \"127.0.0.1:7001\"\n{}",
            BASE.replace("\"p\"", "\"env:RAPPORT_NEVER_SET\"")
        ),
    )
    .unwrap();
    let error = access_from_file(Some(&file)).unwrap_err();
    assert_eq!(error.code(), code::SECRET_UNAVAILABLE);
    std::fs::create_dir(folder.path().join("data")).unwrap();
    let token = admin_token(&folder.path().join("data")).unwrap();
    let access = access_from_file(Some(&file)).unwrap();
    assert_eq!(access.address.url, "http://127.0.0.1:7001");
    assert_eq!((access.address.trust, access.token.expose_secret()), (None, token.expose_secret()));

    let tls = "tls = { certificate = \"c.pem\", key = \"k.pem\" }";
    std::fs::write(&file, format!("[admin]\nlisten = \"0.0.0.0:7001\"\n{tls}\n{BASE}")).unwrap();
    let access = access_from_file(Some(&file)).unwrap();
    assert_eq!(access.address.url, "https://127.0.0.1:7001");
    assert_eq!(access.address.trust, Some(folder.path().join("c.pem")), "no other certificate is believed");
}

#[test]
fn the_address_alone_needs_no_secret_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rapport.toml");
    let text = "[admin]\nlisten = \"[::]:7001\"\ntoken = \"env:RAPPORT_NEVER_SET\"\n";
    std::fs::write(&file, text).unwrap();
    let address = admin_address(Some(&file)).unwrap();
    assert_eq!((address.url.as_str(), address.trust), ("http://[::1]:7001", None));
    std::fs::write(&file, "[admin]\nlisten = \"nowhere\"\n").unwrap();
    assert_eq!(admin_address(Some(&file)).unwrap_err().code(), code::INVALID_VALUE);
    assert!(
        admin_address(Some(&folder.path().join("other.toml"))).is_err(),
        "a file that is named must be there"
    );
}

proptest! {
    #[test]
    fn no_text_panics(text in "([a-z\\[\\]{}=\"\n .0-9#]|é|\\[\\[sources\\]\\]\n|name = ){0,60}") {
        let _ = parse_with(&text, &given());
    }
}
