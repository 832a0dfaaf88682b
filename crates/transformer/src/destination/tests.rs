use super::*;
use serde_json::json;

const TEXT: &str = r#"{"ID":"d1", "n":12345678901234567890,"Config":{"username":"u","password":"p","accountToken":"NPS-1"}}"#;

#[test]
fn a_login_is_read_and_the_text_kept() {
    let mut destinations = Destinations::default();
    let destination = destinations.read(TEXT);
    assert_eq!(destination.text, TEXT);
    let login = destination.login.clone().unwrap();
    let read = [&login.destination, &login.username, &login.password, &login.account_token];
    assert_eq!(read, ["d1", "u", "p", "NPS-1"]);
    assert!(Arc::ptr_eq(&destination, &destinations.read(TEXT)));
    assert!(destination.filled_in(&mut Map::new()).is_none());
}

#[test]
fn what_is_missing_is_said() {
    let mut destinations = Destinations::default();
    let mut refused = |text: &'static str| destinations.read(text).login.clone().err().unwrap();
    assert!(refused(r#"{"Config":{}}"#).text.ends_with("Found: undefined"));
    assert!(refused(r#"{"ID":null,"Config":{}}"#).text.contains("The key argument"));
    assert_eq!(refused(r#"{"ID":"d"}"#).status, 500);
    assert_eq!(refused("5").status, 500);
    assert_eq!(refused(r#"{"ID":"d","Config":[]}"#).status, 500);
}

#[test]
fn dynamic_settings_change_the_configuration_alone() {
    let text = r#"{"ID": 7,"Config": {"username":"{{ event.traits.login || x }}","n":1.50} ,"z":1e400}"#;
    let mut destinations = Destinations::default();
    let destination = destinations.read(text);
    let Value::Object(mut message) = json!({ "traits": { "login": "ada" } }) else { panic!() };
    let filled = destination.filled_in(&mut message).unwrap();
    assert_eq!(filled.text, r#"{"ID": 7,"Config": {"username":"ada","n":1.50} ,"z":1e400}"#);
    assert_eq!(filled.login.clone().unwrap().username, "ada");
    assert_eq!(filled.key, ("7", Cow::Borrowed(r#"{"username":"ada","n":1.50}"#)));
    assert_eq!(message["traits"], json!({}));
    let fixed = text.replacen('{', r#"{"hasDynamicConfig":false,"#, 1);
    let fixed: &'static str = fixed.leak();
    let destination = destinations.read(fixed);
    assert!(destination.filled_in(&mut message).is_none());
    assert_eq!(destination.key, ("7", Cow::Borrowed("")));
}
