use super::*;

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");

fn described_now() -> String {
    text(&api().1)
}

#[test]
fn the_description_is_the_one_that_is_kept() {
    let kept = std::fs::read_to_string(PATH).unwrap_or_default();
    assert!(
        kept == described_now(),
        "the admin API differs from {PATH}: write it anew with \
         `cargo test -p console@0.1.0 -- --ignored write_the_description`, look at what changed, and generate the web \
         app's client again (web/README.md)"
    );
}

#[test]
#[ignore = "writes the kept description anew"]
fn write_the_description() {
    std::fs::write(PATH, described_now()).unwrap();
}
