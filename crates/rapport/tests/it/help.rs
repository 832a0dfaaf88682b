//! The help texts, word for word: other tools and people rely on them.

use crate::harness::run;

const COMMANDS: [&[&str]; 28] = [
    &[],
    &["serve"],
    &["transformer"],
    &["api"],
    &["keys"],
    &["keys", "new"],
    &["keys", "rotate"],
    &["demo"],
    &["sandbox"],
    &["check"],
    &["doctor"],
    &["backup"],
    &["restore"],
    &["explain"],
    &["compare"],
    &["import-config"],
    &["send"],
    &["status"],
    &["health"],
    &["dead-letters"],
    &["dead-letters", "list"],
    &["dead-letters", "show"],
    &["dead-letters", "requeue"],
    &["dead-letters", "discard"],
    &["pause"],
    &["resume"],
    &["completions"],
    &["manual"],
];

#[test]
fn help_texts() {
    let mut all = String::new();
    for command in COMMANDS {
        let mut arguments = command.to_vec();
        arguments.push("--help");
        let ended = run(&arguments);
        assert_eq!((ended.code, ended.err.as_str()), (0, ""), "{command:?}");
        all.push_str(&format!("$ rapport {}\n{}\n", arguments.join(" "), ended.out));
    }
    insta::assert_snapshot!("help", all);
}

#[test]
fn a_wrong_command_line_ends_with_2_and_says_so_on_standard_error() {
    for arguments in [
        &["srve"][..],
        &["status", "--config", "a", "--admin", "b"],
        &["pause", "--admin", "x"],
        &["transformer", "--listen", "127.0.0.1:0", "--upstream", "https://nowhere"],
        &["transformer", "--listen", "127.0.0.1:0", "--base-url", "nowhere"],
        &["sandbox", "--listen", "nowhere"],
        &["sandbox", "--listen", "127.0.0.1:0", "--limit", "5/s"],
        &["sandbox", "--listen", "127.0.0.1:0", "--switch", "create_status=600"],
        &["sandbox", "--listen", "127.0.0.1:0", "--switch", "colour=red"],
        &["import-config", "workspaceConfig.json", "--out", "-"],
        &["health", "--config", "a", "--url", "b"],
        &["health", "--ca", "a"],
    ] {
        let ended = run(arguments);
        assert_eq!((ended.code, ended.out.as_str()), (2, ""), "{arguments:?}");
        assert!(ended.err.contains("error"), "{}", ended.err);
    }
}

#[test]
fn every_command_has_a_page_in_the_manual() {
    let folder = tempfile::tempdir().unwrap();
    let written = run(&["manual", folder.path().join("man").to_str().unwrap()]);
    assert_eq!(written.code, 0, "{written:?}");
    for command in COMMANDS {
        let name = ["rapport"].iter().chain(command).copied().collect::<Vec<_>>().join("-");
        let page = std::fs::read_to_string(folder.path().join(format!("man/{name}.1"))).unwrap();
        assert!(page.contains(".SH SYNOPSIS") && page.contains(".SH OPTIONS"), "{name}");
    }
}
