//! What goes wrong before anything is started, and how it is told.

use crate::harness::{Harness, rapport, run};
use sandbox::Account;
use std::net::TcpListener;

#[test]
fn two_servers_on_one_folder() {
    let harness = Harness::new();
    let config = harness.ordinary();
    let first = harness.serve(&config);
    let second = run(&["serve", "--config", config.to_str().unwrap()]);
    assert_eq!(second.code, 1, "{second:?}");
    assert!(second.err.contains("[journal_locked]"), "{}", second.err);
    assert!(second.err.contains(&format!("process {}", first.id())), "{}", second.err);
    assert!(second.err.contains("data:") && second.err.contains("do:"), "{}", second.err);
    assert_eq!(first.settled()["accepted"], 0, "the first one goes on");
    assert_eq!(first.stop("-TERM").0, Some(0));
    assert_eq!(harness.serve(&config).stop("-INT").0, Some(0), "the folder is free again");
}

#[test]
fn a_port_in_use() {
    let harness = Harness::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for (gateway, admin, key) in [
        (address.as_str(), "127.0.0.1:0", "gateway.listen"),
        ("127.0.0.1:0", address.as_str(), "admin.listen"),
    ] {
        let config = harness.config("rapport.toml", gateway, admin, "p");
        let ended = run(&["serve", "--config", config.to_str().unwrap()]);
        assert_eq!(ended.code, 1);
        assert!(ended.err.contains("[port_in_use]") && ended.err.contains(key), "{}", ended.err);
        assert!(ended.err.contains(&address), "{}", ended.err);
        assert!(!harness.folder.path().join("data").exists(), "nothing was changed");
    }
}

#[test]
fn a_data_folder_that_is_none() {
    let harness = Harness::new();
    let config = harness.ordinary();
    harness.write("data", "a file");
    let ended = run(&["serve", "--config", config.to_str().unwrap()]);
    assert_eq!(ended.code, 1);
    assert!(ended.err.contains("[journal_unusable]") && ended.err.contains("journal.path"), "{}", ended.err);
}

#[test]
fn check_proves_the_credentials() {
    let harness = Harness::new();
    let config = harness.ordinary();
    let ended = run(&["check", "--config", config.to_str().unwrap()]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(ended.out.contains("inmoment: InMoment accepts the credentials"), "{}", ended.out);

    let config = harness.config("wrong.toml", "127.0.0.1:0", "127.0.0.1:0", "planted-wrong-password");
    let ended = run(&["check", "--config", config.to_str().unwrap()]);
    assert_eq!(ended.code, 4, "{ended:?}");
    assert!(ended.out.contains("[credentials_refused]") && ended.out.contains("do:"), "{}", ended.out);
    let shown = format!("{}{}", ended.out, ended.err);
    assert!(!shown.contains("planted") && !shown.contains(&Account::demo().username), "{shown}");
    assert!(!harness.folder.path().join("data").exists(), "check starts nothing");
}

#[test]
fn a_wrong_configuration_lists_every_problem() {
    let harness = Harness::new();
    let text = std::fs::read_to_string(harness.ordinary()).unwrap();
    let text = text.replace("last_surveyed", "last_survyed").replace("kind = \"web\"", "kind = \"wep\"");
    let config = harness.write("wrong.toml", &text);
    for command in ["serve", "check"] {
        let ended = run(&[command, "--config", config.to_str().unwrap()]);
        assert_eq!((ended.code, ended.out.as_str()), (2, ""), "{ended:?}");
        assert!(ended.err.contains("wrong.toml:6:1: delivery.last_survyed: unknown key"), "{}", ended.err);
        assert!(ended.err.contains("did you mean \"last_surveyed\"?"), "{}", ended.err);
        assert!(ended.err.contains("did you mean \"web\"?"), "{}", ended.err);
    }
    let ended = run(&["serve", "--config", "/no/such/file.toml"]);
    assert!(ended.code == 2 && ended.err.contains("[config_unreadable]"), "{ended:?}");
}

#[test]
fn a_server_that_is_not_there_or_not_ours() {
    let harness = Harness::new();
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let with_token = |arguments: &[&str]| {
        let output = rapport().args(arguments).env("RAPPORT_ADMIN_TOKEN", "planted").output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, err) = with_token(&["status", "--admin", &format!("http://{free}")]);
    assert!(code == 3 && err.contains("[server_unreachable]"), "{err}");
    let ended = run(&["status", "--admin", &format!("http://{free}")]);
    assert!(ended.code == 2 && ended.err.contains("[admin_token_missing]"), "{ended:?}");
    let served = harness.serve(&harness.ordinary());
    let (code, err) = with_token(&["status", "--admin", &format!("http://{}", served.admin)]);
    assert!(code == 3 && err.contains("[admin_token_refused]"), "{err}");
    let (code, err) = with_token(&["status", "--admin", &format!("http://{}", served.public)]);
    assert!(code == 3 && err.contains("[server_unintelligible]"), "{err}");
    assert!(!err.contains("planted"));
}
