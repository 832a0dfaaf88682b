use super::*;

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");

#[test]
fn the_description_is_the_one_that_is_kept() {
    let kept = std::fs::read_to_string(PATH).unwrap_or_default();
    assert!(
        kept == description(),
        "the admin API differs from {PATH}: write it anew with \
         `cargo run -p console@0.1.0 --example describe > crates/console/openapi.json`, look at what changed, and generate the web \
         app's client again (web/README.md)"
    );
}
