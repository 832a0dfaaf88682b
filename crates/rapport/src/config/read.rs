//! Reads the document's tables into the typed configuration: there is one function for each table, and every key has
//! its default.

use super::cluster::cluster;
use super::judged::{Judged, JudgedRule};
use super::model::{BackupSection, Config, JournalSection, LogSection, TransformerSection};
use super::ports::{admin, gateway, listen};
use super::problem::code;
use super::reader::{At, Section};
use super::review;
use super::setting::Origin;
use delivery::Mode;
use event::SourceKind;
use inmoment::Region;
use mapping::{
    ConsentEntry, ConsentSettings, LastSurveyed, NullTraits, PlaceholderIds, Profile, ResponseCreatedAt,
    SkipRule, SkipScope, SourceConsent,
};
use registry::model::{self, NAME_RULE, WRITE_KEY_RULE};
use registry::units::{disk_share, rate};
use registry::{DeliverySettings, Destination, Source};
use std::path::{Path, PathBuf};
use std::time::Duration;

const KINDS: [(&str, SourceKind); 3] =
    [("web", SourceKind::Web), ("mobile", SourceKind::Mobile), ("server", SourceKind::Server)];

const PROFILES: [(&str, Profile); 2] = [("native", Profile::Native), ("rudderstack", Profile::Rudderstack)];

/// The whole document.
pub(super) fn config(root: Section<'_, '_, '_>, folder: &Path) -> Config {
    let gateway = gateway(root.section("gateway"), folder);
    let admin = admin(root.section("admin"), folder);
    let journal = journal(root.section("journal"), folder);
    let transformer = transformer(root.section("transformer"));
    let defaults = delivery(root.section("delivery"));
    let key_file = secrets(root.section("secrets"), folder);
    let log = log(root.section("log"));
    let backup = backup(root.section("backup"), folder);
    let cluster = cluster(root.section("cluster"), folder);
    let sources: Vec<At<Source>> = root.sections("sources").into_iter().filter_map(source).collect();
    let destinations: Vec<Judged> = root
        .sections("destinations")
        .into_iter()
        .filter_map(|section| destination(section, &defaults))
        .collect();
    let warnings = review::whole(&root, &gateway, &admin, &transformer, &sources, &destinations);
    root.finish();
    Config {
        gateway,
        admin,
        journal,
        transformer,
        delivery: defaults,
        key_file,
        log,
        backup,
        cluster,
        settings: Vec::new(),
        sources: sources.into_iter().map(|source| source.value).collect(),
        destinations: destinations.into_iter().map(|judged| judged.destination.value).collect(),
        warnings,
    }
}

fn transformer(section: Section<'_, '_, '_>) -> TransformerSection {
    let defaults = TransformerSection::default();
    let upstream = |text: &str| {
        let refuse = "this must be an address like \"http://127.0.0.1:9091\", without a path";
        let url = reqwest::Url::parse(text).map_err(|_| refuse)?;
        let fits = url.scheme() == "http" && url.has_host() && url.path() == "/" && url.query().is_none();
        fits.then(|| text.trim_end_matches('/').to_owned()).ok_or(refuse)
    };
    let transformer = TransformerSection {
        listen: listen(&section),
        max_connections: section.number_or("max_connections", 1..=1_000_000, defaults.max_connections),
        profile: section.choice_or("profile", &PROFILES, defaults.profile),
        upstream: section.parsed("upstream", upstream),
        base_url: base_url(&section),
        concurrency: section.number_or("concurrency", 1..=10_000, defaults.concurrency),
        max_body: section.size_or("max_body", defaults.max_body),
        max_body_memory: section.size_or("max_body_memory", defaults.max_body_memory),
        call_timeout: section.duration_or("call_timeout", defaults.call_timeout),
    };
    if transformer.max_body == 0 || transformer.max_body > transformer.max_body_memory {
        let message = "this must be at least one byte, and not more than max_body_memory".to_owned();
        section.problem("max_body", None, code::INVALID_VALUE, message);
    }
    section.finish();
    transformer
}

/// `[journal]`; a relative path begins at the configuration's folder.
pub(super) fn journal(section: Section<'_, '_, '_>, folder: &Path) -> JournalSection {
    let path = section.parsed_or("path", |text| Ok::<_, &str>(text.to_owned()), "data".to_owned(), "data");
    let retention = section.section("retention");
    let journal = JournalSection {
        path: folder.join(path),
        retention_age: retention.duration_or("age", Duration::from_secs(7 * 24 * 60 * 60)),
        retention_size: retention.size_or("size", 1 << 30),
        retention_answers: retention.duration_or("answers", Duration::from_secs(400 * 24 * 60 * 60)),
    };
    retention.finish();
    section.finish();
    journal
}

/// `[secrets]`; a relative path begins at the configuration's folder.
pub(super) fn secrets(section: Section<'_, '_, '_>, folder: &Path) -> Option<PathBuf> {
    let key_file = section.text("key_file").map(|path| folder.join(path.value));
    section.finish();
    key_file
}

/// `[backup]`; a relative path begins at the configuration's folder.
fn backup(section: Section<'_, '_, '_>, folder: &Path) -> BackupSection {
    let every = section.duration_or("every", Duration::from_secs(24 * 60 * 60));
    if every < Duration::from_secs(1) {
        section.problem("every", None, code::INVALID_VALUE, "this must be 1 s at least".to_owned());
    }
    let backup = BackupSection {
        path: section.text("path").map(|path| folder.join(path.value)),
        every,
        keep: section.number_or("keep", 1..=10_000, 7),
    };
    section.finish();
    backup
}

/// `[log]`
fn log(section: Section<'_, '_, '_>) -> LogSection {
    let parse = |text: &str| match crate::log::filter(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(_) => {
            Err("write a level (error, warn, info, debug, trace) or a filter, as in \"info,delivery=debug\"")
        }
    };
    let log = LogSection { level: section.parsed_or("level", parse, "info".to_owned(), "info") };
    section.finish();
    log
}

fn delivery(section: Section<'_, '_, '_>) -> DeliverySettings {
    let delivery = overridden(&section, &DeliverySettings::default());
    section.finish();
    delivery
}

/// The keys of `[delivery]` in this table, over these defaults.
fn overridden(section: &Section<'_, '_, '_>, defaults: &DeliverySettings) -> DeliverySettings {
    let last_surveyed = [
        ("event-time", LastSurveyed::EventTime),
        ("on-create", LastSurveyed::OnCreate),
        ("off", LastSurveyed::Off),
    ];
    let created_at =
        [("document", ResponseCreatedAt::Document), ("event-time", ResponseCreatedAt::EventTime)];
    let null_traits = [("ignore", NullTraits::Ignore), ("clear", NullTraits::Clear)];
    DeliverySettings {
        profile: section.choice_or("profile", &PROFILES, defaults.profile),
        concurrency: section.number_or("concurrency", 1..=1_000, defaults.concurrency),
        unknown_user_wait: section.duration_or("unknown_user_wait", defaults.unknown_user_wait),
        known_user_max_age: section.duration_or("known_user_max_age", defaults.known_user_max_age),
        last_surveyed: section.choice_or("last_surveyed", &last_surveyed, defaults.last_surveyed),
        response_created_at: section.choice_or(
            "response_created_at",
            &created_at,
            defaults.response_created_at,
        ),
        placeholder_ids: PlaceholderIds(
            section
                .texts_or("placeholder_ids", &defaults.placeholder_ids.0)
                .iter()
                .map(|text| text.trim().to_owned())
                .collect(),
        ),
        null_traits: section.choice_or("null_traits", &null_traits, defaults.null_traits),
        retry: retry(section.section("retry"), &defaults.retry),
    }
}

fn retry(section: Section<'_, '_, '_>, defaults: &delivery::Retry) -> delivery::Retry {
    let retry = delivery::Retry {
        first: section.duration_or("first", defaults.first),
        max: section.duration_or("max", defaults.max),
        give_up_lane_after: section.duration_or("give_up_lane_after", defaults.give_up_lane_after),
    };
    if let Err((key, message)) = model::retry_fits(&retry) {
        section.problem(key, None, code::INVALID_VALUE, message.to_owned());
    }
    section.finish();
    retry
}

fn name(section: &Section<'_, '_, '_>) -> Option<At<String>> {
    let Some(name) = section.text("name") else {
        section.missing("name", "a short word that status and metrics show");
        return None;
    };
    if !model::name_fits(&name.value) {
        section.problem("name", Some(name.span), code::INVALID_VALUE, NAME_RULE.to_owned());
        return None;
    }
    Some(name)
}

pub(super) fn source(section: Section<'_, '_, '_>) -> Option<At<Source>> {
    let name = name(&section);
    let kind = section.choice("kind", &KINDS);
    section.missing("kind", "\"web\", \"mobile\" or \"server\"");
    let write_key = section.secret("write_key");
    section.missing("write_key", "the word an SDK is set up with");
    if let Some(key) = write_key.as_ref().filter(|key| !model::write_key_fits(&key.value)) {
        section.problem("write_key", Some(key.span.clone()), code::INVALID_VALUE, WRITE_KEY_RULE.to_owned());
    }
    let enabled = section.switch_or("enabled", true);
    let rate_limit = section.parsed("rate_limit", rate);
    let disk = section.parsed("disk", disk_share);
    section.finish();
    let At { value: name, span } = name?;
    let (kind, write_key) = (kind?, write_key?.value);
    Some(At {
        value: Source { name, kind, write_key, old_keys: Vec::new(), enabled, rate_limit, disk },
        span,
    })
}

pub(super) fn destination(mut section: Section<'_, '_, '_>, defaults: &DeliverySettings) -> Option<Judged> {
    let name = name(&section);
    let mode = section.choice_or("mode", &[("live", Mode::Live), ("shadow", Mode::Shadow)], Mode::Live);
    let username = section.secret("username");
    section.missing("username", "the e-mail of the InMoment login");
    let password = section.secret("password");
    section.missing("password", "the password of the InMoment login, best as \"env:NAME\" or \"file:PATH\"");
    let account_token = section.secret("account_token");
    section.missing("account_token", "InMoment shows it under Settings, Your Account");
    let region = section.choice("region", &Region::ALL.map(|region| (region.word(), region)));
    let base_url = base_url(&section);
    let sources = section.texts("sources");
    section.missing("sources", "the names of the sources whose events it gets");
    let consent = consent(section.section("consent"));
    let (rules, judged): (Vec<_>, Vec<_>) =
        section.sections("rules").into_iter().filter_map(skip_rule).unzip();
    section.otherwise(Origin::Delivery);
    let delivery = overridden(&section, defaults);
    section.finish();
    let At { value: name, span } = name?;
    let sources = sources?;
    let destination = Destination {
        name,
        mode,
        username: username?.value,
        password: password?.value,
        account_token: account_token?.value,
        region,
        base_url,
        addresses: None,
        sources: sources.iter().map(|source| source.value.clone()).collect(),
        consent,
        rules,
        delivery,
    };
    Some(Judged { destination: At { value: destination, span }, sources, rules: judged })
}

fn base_url(section: &Section<'_, '_, '_>) -> Option<String> {
    section.parsed("base_url", model::base_url)
}

/// One of `[[destinations.rules]]`: events that are skipped.
fn skip_rule(section: Section<'_, '_, '_>) -> Option<(SkipRule, JudgedRule)> {
    let said = |key| {
        let text: At<String> = section.text(key)?;
        let is_blank = text.value.trim().is_empty();
        if is_blank {
            section.problem(
                key,
                Some(text.span.clone()),
                code::INVALID_VALUE,
                "this must not be blank".to_owned(),
            );
        }
        Some(text).filter(|_| !is_blank)
    };
    let (name, event, source) = (said("name"), said("event"), said("source"));
    section.missing("name", "what the rule is called, for people");
    if !section.has("source") {
        let what =
            "the `event` of the tracks that are to be skipped, or `source`, the source whose events are";
        section.missing("event", what);
    }
    section.finish();
    let scope = SkipScope {
        event: event.map(|event| event.value.trim().to_owned()),
        source: source.as_ref().map(|source| source.value.clone()),
    };
    let name = name?;
    Some((SkipRule { name: name.value.clone(), scope }, JudgedRule { name, source }))
}

/// `[destinations.consent.web]` and its like (docs/facts/gateway.md#consent).
fn consent(section: Section<'_, '_, '_>) -> ConsentSettings {
    let mut settings = ConsentSettings::new();
    for (word, kind) in KINDS {
        let table = section.section(word);
        let words = |key| table.texts(key).unwrap_or_default().into_iter().map(|text| text.value).collect();
        let consent = SourceConsent {
            management: table.sections("management").into_iter().map(consent_entry).collect(),
            one_trust: words("one_trust"),
            ketch: words("ketch"),
        };
        if section.has(word) {
            settings.insert(kind, consent);
        }
        table.finish();
    }
    section.finish();
    settings
}

fn consent_entry(section: Section<'_, '_, '_>) -> ConsentEntry {
    let text = |key| section.text(key).map(|text| text.value).unwrap_or_default();
    let entry = ConsentEntry {
        provider: text("provider"),
        resolution_strategy: text("resolution_strategy"),
        consents: section.texts("consents").unwrap_or_default().into_iter().map(|text| text.value).collect(),
    };
    section.missing("provider", "e.g. \"oneTrust\", \"ketch\", \"iubenda\" or \"custom\"");
    section.finish();
    entry
}
