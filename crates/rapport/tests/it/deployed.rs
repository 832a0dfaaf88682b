//! What `deploy/systemd` names exists, as far as this repository says where things are: the lines of docs/operating.md that
//! install it, its configuration, its user, and the program's own options.

use crate::harness::rapport;
use rapport::config::{CREDENTIAL, Config};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// What is installed where, by the lines of the document: a file of the source tree, and its place.
fn installed() -> BTreeMap<String, String> {
    let text = read("docs/operating.md");
    let lines = text.lines().filter(|line| line.starts_with("install ") && !line.starts_with("install -d "));
    let words = |line: &str| -> Vec<String> {
        let commands = line.split("&&").next().unwrap().split('#').next().unwrap();
        commands.split_whitespace().map(str::to_owned).collect()
    };
    let pair = |line: &str| match words(line).as_slice() {
        [.., from, to] => (from.clone(), to.clone()),
        _ => panic!("{line} installs nothing"),
    };
    lines.map(pair).collect()
}

/// The directives of the unit, in their order. What a comment suggests counts as well: somebody will take it in.
fn unit() -> Vec<(String, String)> {
    let text = read("deploy/systemd/rapport.service");
    let directive = |line: &str| {
        let line = line.strip_prefix('#').unwrap_or(line);
        let (key, value) = line.split_once('=')?;
        let is_key = !key.is_empty() && key.chars().all(char::is_alphanumeric);
        is_key.then(|| (key.to_owned(), value.to_owned()))
    };
    text.lines().filter_map(directive).collect()
}

fn of<'u>(unit: &'u [(String, String)], key: &str) -> Vec<&'u str> {
    unit.iter().filter(|(known, _)| known == key).map(|(_, value)| value.as_str()).collect()
}

#[test]
fn every_file_that_is_installed_is_there_and_each_has_a_place_of_its_own() {
    let installed = installed();
    assert!(installed.len() >= 5, "{installed:?}");
    for (from, to) in &installed {
        let is_built = from.starts_with("target/release/");
        assert!(is_built || root().join(from).is_file(), "{from} is not in the source tree");
        assert!(Path::new(to).is_absolute() && !to.contains(' '), "{to}");
    }
    let places: std::collections::BTreeSet<&String> = installed.values().collect();
    assert_eq!(places.len(), installed.len(), "{installed:?}");
    for file in ["rapport.service", "rapport.sysusers", "rapport.toml"] {
        assert!(installed.contains_key(&format!("deploy/systemd/{file}")), "{file} is installed by no line");
    }
}

#[test]
fn the_unit_starts_what_is_installed_with_options_that_the_program_has() {
    let (unit, installed) = (unit(), installed());
    let start: Vec<&str> = of(&unit, "ExecStart")[0].split_whitespace().collect();
    let [binary, command, options @ ..] = start.as_slice() else { panic!("{start:?}") };
    assert_eq!(*binary, installed["target/release/rapport"]);
    let help = rapport().args([command, "--help"]).output().unwrap();
    assert!(help.status.success(), "{command} is no command");
    let help = String::from_utf8(help.stdout).unwrap();
    for option in options.iter().filter(|option| option.starts_with("--")) {
        assert!(help.contains(*option), "{command} has no {option}");
    }
    let config = options[options.iter().position(|option| *option == "--config").unwrap() + 1];
    assert_eq!(config, installed["deploy/systemd/rapport.toml"]);
    assert!(read("docs/operating.md").contains(&format!("`{config}`")), "the document names another");

    let folder = PathBuf::from(format!("/etc/{}", of(&unit, "ConfigurationDirectory")[0]));
    assert_eq!(Path::new(config).parent().unwrap(), folder);
    let environment = of(&unit, "EnvironmentFile")[0].trim_start_matches('-');
    assert_eq!(Path::new(environment).parent().unwrap(), folder);
    let (credential, from) = of(&unit, "LoadCredential")[0].split_once(':').unwrap();
    assert_eq!((credential, Path::new(from).parent().unwrap()), (CREDENTIAL, folder.as_path()));
    assert_eq!(of(&unit, "ExecReload"), ["/bin/kill -HUP $MAINPID"]);
    // Exit code 2: the command line or the configuration is wrong.
    let wrong = rapport().args(["serve", "--config", "/nowhere/at/all.toml"]).output().unwrap();
    assert_eq!(of(&unit, "RestartPreventExitStatus"), [wrong.status.code().unwrap().to_string()]);
}

#[test]
fn the_data_folder_and_the_user_are_the_same_everywhere() {
    let unit = unit();
    let state = format!("/var/lib/{}", of(&unit, "StateDirectory")[0]);
    let config = Config::load(Some(&root().join("deploy/systemd/rapport.toml"))).unwrap();
    assert_eq!(config.journal.path, PathBuf::from(&state));
    let users = read("deploy/systemd/rapport.sysusers");
    let user: Vec<&str> = users.lines().next().unwrap().split_whitespace().collect();
    assert_eq!((user[0], user[1], *user.last().unwrap()), ("u", of(&unit, "User")[0], state.as_str()));
    assert_eq!(of(&unit, "Group"), [user[1]]);
    assert!(read("docs/operating.md").contains(&format!("`{state}`")), "the document names another");
    // The server may write nowhere else, and makes files for itself alone.
    assert_eq!(of(&unit, "ProtectSystem"), ["strict"]);
    assert_eq!((of(&unit, "StateDirectoryMode"), of(&unit, "UMask")), (vec!["0700"], vec!["0077"]));
    let example = installed()["rapport.example.toml"].clone();
    assert!(
        read("deploy/systemd/rapport.toml").contains(&example),
        "the configuration names another example"
    );
}
