//! The SDKs of web pages, each in a real browser, on a page of another origin. Chromium is in every run of the tests; Firefox
//! is for `make test-clients`, which installs it.

use crate::arrived::{Expected, assert_arrived};
use crate::program::{Ended, Program};
use crate::stand::{self, Stand};
use crate::visitor::Visitor;
use serde_json::Value;

/// What the page's requests were, and where it stood.
fn report(ended: &Ended) -> (String, Vec<String>) {
    let report: Value = serde_json::from_str(&ended.stdout).expect("one line of JSON");
    let mut requests: Vec<String> = report["requests"]
        .as_array()
        .expect("a list of requests")
        .iter()
        .map(|request| {
            format!("{} {} {}", text(&request["method"]), text(&request["path"]), request["status"])
        })
        .collect();
    // The SDK sends its events side by side. Browsers differ in whether they tell of a preflight.
    requests.retain(|request| !request.starts_with("OPTIONS "));
    requests.sort();
    (format!("{}/", text(&report["page"])), requests)
}

fn text(value: &Value) -> &str {
    value.as_str().expect("text")
}

/// One request for each event.
fn over_xhr(options: &str, wanted: &[&str]) {
    let visitor = Visitor::new(&options.replace([' ', '-'], ""));
    let stand = Stand::start();
    let ended = Program::new(&format!("web {options}"), &stand.url(), stand::WEB_KEY, &visitor).run();
    ended.assert_success();
    let (page, requests) = report(&ended);
    assert!(!page.starts_with(&stand.url()), "the page must be of another origin: {page}");
    assert_eq!(requests, wanted);
    assert_arrived(&stand.settled(), &visitor, &Expected { origin_url: &page, ..Expected::default() });
}

/// A beacon outlives its page, and nobody in the browser can see its answer: only InMoment's end tells.
fn by_beacon(browser: &str) {
    let visitor = Visitor::new(&format!("beacon{browser}"));
    let stand = Stand::start();
    let program = format!("web --transport beacon --browser {browser}");
    let running = Program::new(&program, &stand.url(), stand::WEB_KEY, &visitor).start();
    stand.wait_for_response();
    let ended = running.finish();
    ended.assert_success();
    let (page, requests) = report(&ended);
    assert!(requests.contains(&"GET /sourceConfig/ 200".to_owned()), "{requests:?}");
    assert!(!requests.iter().any(|request| request.starts_with("POST /v1/identify")), "{requests:?}");
    assert_arrived(&stand.settled(), &visitor, &Expected { origin_url: &page, ..Expected::default() });
}

const RUDDERSTACK: [&str; 3] = ["GET /sourceConfig/ 200", "POST /v1/identify 200", "POST /v1/track 200"];
/// Its write key is in the body, and each type of event has a letter.
const SEGMENT: [&str; 2] = ["POST /v1/i 200", "POST /v1/t 200"];

#[test]
fn rudderstack_in_chromium() {
    over_xhr("--transport xhr", &RUDDERSTACK);
}

/// The deprecated `rudder-sdk-js`, which many sites still have.
#[test]
fn former_rudderstack_in_chromium() {
    over_xhr("--sdk former", &RUDDERSTACK);
}

#[test]
fn segment_in_chromium() {
    over_xhr("--sdk segment", &SEGMENT);
}

#[test]
fn rudderstack_by_beacon_in_chromium() {
    by_beacon("chromium");
}

#[test]
#[ignore = "needs a Firefox: make test-clients"]
fn rudderstack_in_firefox() {
    over_xhr("--browser firefox --transport xhr", &RUDDERSTACK);
}

#[test]
#[ignore = "needs a Firefox: make test-clients"]
fn former_rudderstack_in_firefox() {
    over_xhr("--browser firefox --sdk former", &RUDDERSTACK);
}

#[test]
#[ignore = "needs a Firefox: make test-clients"]
fn segment_in_firefox() {
    over_xhr("--browser firefox --sdk segment", &SEGMENT);
}

#[test]
#[ignore = "needs a Firefox: make test-clients"]
fn rudderstack_by_beacon_in_firefox() {
    by_beacon("firefox");
}
