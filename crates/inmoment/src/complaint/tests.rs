use super::Complaints;

fn quote(body: &str) -> Option<String> {
    Complaints::read(body.as_bytes()).quote(&[])
}

fn taken(body: &str) -> Option<&'static str> {
    Complaints::read(body.as_bytes()).taken()
}

/// The shapes of docs/facts/inmoment-api.md#e1..5, and similar ones.
#[test]
fn every_shape_gives_its_words() {
    let rows = [
        (
            r#"{"type":"error_list","errors":[{"status":"record_not_found","message":"The record could not be found","field":null}]}"#,
            Some("The record could not be found"),
        ),
        (
            r#"{"type":"error_list","errors":[{"status":"invalid_param","message":"page does not have a valid value","field":"page"}]}"#,
            Some("page does not have a valid value"),
        ),
        (
            r#"{"type":"error_list","errors":[{"status":"missing_param","message":"is missing","field":"score"},{"status":"odd"}]}"#,
            Some("score: is missing; odd"),
        ),
        (
            r#"{"error":"Validation failed: Email has already been taken"}"#,
            Some("Validation failed: Email has already been taken"),
        ),
        (r#"{"error":"Not found","status":404}"#, Some("Not found")),
        (
            r#"{"error":"invalid_grant","error_description":"The grant is invalid"}"#,
            Some("invalid_grant; The grant is invalid"),
        ),
        (r#"{"error":"The access token is invalid"}"#, Some("The access token is invalid")),
        (r#"{"error":{"message":"Too odd","code":7}}"#, Some("Too odd")),
        (r#"{"error":{"type":"boom"}}"#, Some("boom")),
        (r#"{"error":["one","two"]}"#, Some("one; two")),
        (r#"{"errors":{"email":["is odd"],"score":"is missing"}}"#, Some("email: is odd; score: is missing")),
        (r#"{"errors":["plain"]}"#, Some("plain")),
        (r#"{"message":"said"}"#, Some("said")),
        (r#""Not found""#, Some("Not found")),
        (r#"{"status":500}"#, None),
        (r#"{"unknown":"shape"}"#, None),
        ("[]", None),
        ("null", None),
        ("7", None),
        ("", None),
        ("<html>Bad gateway ada@example.com</html>", None),
        (r#"{"error":"cut o"#, None),
    ];
    for (body, expected) in rows {
        assert_eq!(quote(body).as_deref(), expected, "{body}");
    }
}

#[test]
fn the_taken_value_is_named() {
    let rows = [
        (r#"{"error":"Validation failed: Email has already been taken"}"#, Some("email_taken")),
        (r#"{"error":"VALIDATION FAILED: EMAIL HAS ALREADY BEEN TAKEN"}"#, Some("email_taken")),
        (r#"{"error":"Validation failed: Phone number has already been taken"}"#, Some("phone_taken")),
        (r#"{"error":"Validation failed: External has already been taken"}"#, Some("external_id_taken")),
        (r#"{"error":"Validation failed: External id has already been taken"}"#, Some("external_id_taken")),
        (
            r#"{"error":"Validation failed: Phone number has already been taken, External has already been taken, Email has already been taken"}"#,
            Some("email_taken"),
        ),
        (r#"{"errors":[{"message":"has already been taken","field":"email"}]}"#, Some("email_taken")),
        (r#"{"errors":{"external_id":["has already been taken"]}}"#, Some("external_id_taken")),
        (r#"{"error":{"message":"Email has already been taken"}}"#, Some("email_taken")),
        ("<p>Email has already been taken</p>", Some("email_taken")),
        (r#"{"error":"Seat has already been taken"}"#, None),
        (r#"{"error":"Email is taken"}"#, None),
        ("", None),
    ];
    for (body, expected) in rows {
        assert_eq!(taken(body), expected, "{body}");
    }
}

#[test]
fn a_flood_of_complaints_is_cut() {
    let many = format!("{{\"errors\":[{}\"x\"]}}", "\"said it\",".repeat(5_000));
    assert_eq!(quote(&many).unwrap().matches("said it").count(), 10);
    let deep = format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000));
    assert_eq!(quote(&deep), None);
}
