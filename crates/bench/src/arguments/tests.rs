use super::*;

fn wish(line: &str) -> Wish {
    read(line.split_whitespace().map(str::to_owned))
}

fn measure(line: &str) -> Arguments {
    match wish(line) {
        Wish::Measure(arguments) => arguments,
        _ => panic!("{line} is not understood"),
    }
}

#[test]
fn without_arguments_everything_is_measured() {
    let arguments = measure("");
    assert!(Scenario::ALL.iter().all(|scenario| arguments.wants(scenario.name())));
    assert_eq!(arguments.effort().pending, 1_000_000);
}

#[test]
fn only_takes_the_beginning_of_a_name() {
    let arguments = measure("--only ingest --only mem");
    let wanted: Vec<_> =
        Scenario::ALL.iter().map(|scenario| scenario.name()).filter(|name| arguments.wants(name)).collect();
    assert_eq!(wanted, ["ingest", "ingest-delivering", "memory"]);
}

#[test]
fn runs_override_what_quick_says() {
    assert_eq!(measure("--quick --runs 7").effort().runs, 7);
    assert!(measure("--quick").effort().window < measure("").effort().window);
}

#[test]
fn length_overrides_how_long_a_reader_reads() {
    assert_eq!(measure("--quick --length 600").effort().reader_run, Duration::from_secs(600));
    assert!(measure("--quick").effort().reader_run < measure("").effort().reader_run);
}

#[test]
fn what_is_not_understood_is_said() {
    for line in
        ["--fast", "--only nothing", "--only", "--runs", "--runs 0", "--runs many", "--length", "--length 0"]
    {
        assert!(matches!(wish(line), Wish::Unclear(_)), "{line}");
    }
    assert!(matches!(wish("--help"), Wish::Help));
}
