use super::{StatusMeaning, author, is_foreign, is_page, verdict};
use crate::http::HttpReply;
use crate::outcome::{Executed, FailureClass};

/// The status, its meaning with InMoment's own body or none, its meaning with a foreign body. `true`: a write may have
/// been carried out.
type Row = (u16, (FailureClass, &'static str), (FailureClass, &'static str), bool);

const DENIED: (FailureClass, &str) = (FailureClass::Deny, "permission_denied");
const AWAY: (FailureClass, &str) = (FailureClass::Deny, "turned_away");
const REDIRECTED: (FailureClass, &str) = (FailureClass::Deny, "redirected");
const REJECTED: (FailureClass, &str) = (FailureClass::Reject, "rejected");
const GONE: (FailureClass, &str) = (FailureClass::Reject, "not_found");
const AGAIN: (FailureClass, &str) = (FailureClass::Wait, "asked_to_repeat");
const FAILED: (FailureClass, &str) = (FailureClass::Wait, "server_error");
const ODD: (FailureClass, &str) = (FailureClass::Wait, "unreadable_reply");
const TOKEN: (FailureClass, &str) = (FailureClass::Refresh, "token_refused");
const LIMIT: (FailureClass, &str) = (FailureClass::Wait, "rate_limited");
const FEATURE: (FailureClass, &str) = (FailureClass::Reject, "feature_not_enabled");

const TABLE: [Row; 49] = [
    (0, ODD, ODD, true),
    (100, ODD, ODD, true),
    (101, ODD, ODD, true),
    (300, REDIRECTED, REDIRECTED, false),
    (301, REDIRECTED, REDIRECTED, false),
    (302, REDIRECTED, REDIRECTED, false),
    (303, REDIRECTED, REDIRECTED, false),
    (304, REDIRECTED, REDIRECTED, false),
    (307, REDIRECTED, REDIRECTED, false),
    (308, REDIRECTED, REDIRECTED, false),
    (400, REJECTED, AWAY, false),
    (401, TOKEN, TOKEN, false),
    (402, DENIED, DENIED, false),
    (403, DENIED, DENIED, false),
    (404, GONE, AWAY, false),
    (405, AWAY, AWAY, false),
    (406, AWAY, AWAY, false),
    (407, AWAY, AWAY, false),
    (408, FAILED, FAILED, true),
    (409, AGAIN, AGAIN, false),
    (410, GONE, AWAY, false),
    (411, REJECTED, AWAY, false),
    (412, AWAY, AWAY, false),
    (413, REJECTED, AWAY, false),
    (414, REJECTED, AWAY, false),
    (415, REJECTED, AWAY, false),
    (418, REJECTED, AWAY, false),
    (421, AWAY, AWAY, false),
    (422, REJECTED, AWAY, false),
    (423, FEATURE, AWAY, false),
    (424, REJECTED, AWAY, false),
    (425, AGAIN, AGAIN, false),
    (426, AWAY, AWAY, false),
    (428, AWAY, AWAY, false),
    (429, LIMIT, LIMIT, false),
    (431, REJECTED, AWAY, false),
    (451, DENIED, DENIED, false),
    (499, REJECTED, AWAY, false),
    (500, FAILED, FAILED, true),
    (501, FAILED, FAILED, true),
    (502, FAILED, FAILED, true),
    (503, FAILED, FAILED, true),
    (504, FAILED, FAILED, true),
    (511, FAILED, FAILED, true),
    (520, FAILED, FAILED, true),
    (599, FAILED, FAILED, true),
    (600, ODD, ODD, true),
    (700, ODD, ODD, true),
    (u16::MAX, ODD, ODD, true),
];

#[test]
fn every_status_has_its_meaning() {
    for (status, own, foreign, doubtful) in TABLE {
        for (is_foreign, expected) in [(false, own), (true, foreign)] {
            for writes in [false, true] {
                let StatusMeaning { class, executed, code, .. } = verdict(status, is_foreign, writes);
                assert_eq!((class, code), expected, "{status}, foreign: {is_foreign}");
                let maybe = if doubtful && writes { Executed::Maybe } else { Executed::No };
                assert_eq!(executed, maybe, "{status}, foreign: {is_foreign}, writes: {writes}");
            }
        }
    }
}

#[test]
fn only_the_token_endpoint_halts() {
    for status in 0..=999 {
        for foreign in [false, true] {
            assert_ne!(verdict(status, foreign, true).class, FailureClass::Halt, "{status}");
        }
    }
}

#[test]
fn what_is_no_json_is_not_inmoments() {
    for own in ["", " \n", "{}", "[]", r#"{"error":"x"}"#, "null", "\"text\"", "7"] {
        assert!(!is_foreign(own.as_bytes()), "{own}");
    }
    for foreign in ["<html>", "Forbidden", "error code: 1020", "{", "{}{}", "\u{feff}<!doctype html>"] {
        assert!(is_foreign(foreign.as_bytes()), "{foreign}");
    }
    assert!(is_foreign(&[0xff, 0xfe, 0x00]));
    for page in ["<html>", "  <!DOCTYPE html>", "\u{feff}\n<html>", "<?xml version=\"1.0\"?>"] {
        assert!(is_page(page.as_bytes()), "{page}");
    }
    for other in ["", "{}", "Forbidden", "[\"<html>\"]"] {
        assert!(!is_page(other.as_bytes()), "{other}");
    }
}

#[test]
fn a_server_is_named_only_by_a_plain_name() {
    let of = |server: &str, body: &str| {
        let headers = vec![("server".to_owned(), server.to_owned())];
        author(&HttpReply { status: 403, headers, body: body.as_bytes().to_vec() })
    };
    assert_eq!(
        of("cloudflare", "<p>"),
        "a web page of a server that calls itself cloudflare, and no reply of InMoment's"
    );
    assert_eq!(
        of("nginx/1.27", "No."),
        "a text of a server that calls itself nginx/1.27, and no reply of InMoment's"
    );
    for odd in ["", "ada@example.com", "a b", &"a".repeat(41)] {
        assert_eq!(of(odd, "No."), "a text, and no reply of InMoment's", "{odd}");
    }
}
