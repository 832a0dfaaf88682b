use super::*;

#[test]
fn a_delivery_form_says_what_differs_and_the_rest_is_the_default() {
    let form: DeliveryForm =
        serde_json::from_str(r#"{"profile":"rudderstack","unknown_user_wait":"1 h 30 min"}"#).unwrap();
    let delivery = form.over(&DeliverySettings::default()).unwrap();
    assert_eq!(delivery.profile, Profile::Rudderstack);
    assert_eq!(delivery.unknown_user_wait, Duration::from_secs(90 * 60));
    assert_eq!(delivery.retry, delivery::Retry::default());
}

#[test]
fn placeholders_and_nulls_are_as_they_are_said() {
    let over = |text: &str| {
        let form: DeliveryForm = serde_json::from_str(text).unwrap();
        let delivery = form.over(&DeliverySettings::default()).unwrap();
        (delivery.placeholder_ids, delivery.null_traits)
    };
    assert_eq!(over("{}"), (PlaceholderIds::default(), NullTraits::Ignore));
    let own = PlaceholderIds(vec!["n/a".to_owned(), "test user".to_owned()]);
    assert_eq!(
        over(r#"{"placeholder_ids":[" n/a","test user"],"null_traits":"clear"}"#),
        (own, NullTraits::Clear)
    );
    assert_eq!(over(r#"{"placeholder_ids":[]}"#), (PlaceholderIds(Vec::new()), NullTraits::Ignore));
}

#[test]
fn what_does_not_do_is_refused_by_its_field() {
    let cases = [
        (r#"{"concurrency":0}"#, "concurrency"),
        (r#"{"concurrency":1001}"#, "concurrency"),
        (r#"{"unknown_user_wait":"5"}"#, "unknown_user_wait"),
        (r#"{"known_user_max_age":"soon"}"#, "known_user_max_age"),
        (r#"{"retry_first":"0 s"}"#, "retry_first"),
        (r#"{"retry_first":"2 s","retry_max":"1 s"}"#, "retry_max"),
        (r#"{"give_up_lane_after":"x"}"#, "give_up_lane_after"),
        (r#"{"placeholder_ids":[" "]}"#, "placeholder_ids"),
        (&format!(r#"{{"placeholder_ids":["{}"]}}"#, "x".repeat(201)), "placeholder_ids"),
        (&format!(r#"{{"placeholder_ids":["x"{}]}}"#, ",\"x\"".repeat(100)), "placeholder_ids"),
    ];
    for (text, field) in cases {
        let form: DeliveryForm = serde_json::from_str(text).unwrap();
        assert_eq!(form.over(&DeliverySettings::default()).unwrap_err().field, field, "{text}");
    }
}

#[test]
fn regions_addresses_names_and_modes() {
    let form = |region: &str, base_url: &str| DestinationForm {
        region: Some(region.to_owned()),
        base_url: Some(base_url.to_owned()),
        ..DestinationForm::default()
    };
    assert_eq!(form("eu", "").region(), Ok(Some(Some(Region::Eu))));
    assert_eq!(form("", "").region(), Ok(Some(None)));
    assert_eq!(form("mars", "").region().unwrap_err().field, "region");
    assert_eq!(form("", "").base_url(), Ok(Some(None)));
    assert_eq!(form("", "http://127.0.0.1:1/").base_url(), Ok(Some(Some("http://127.0.0.1:1".to_owned()))));
    for wrong in ["ftp://x", "x", "https://a:b@c", "https://c?d", "javascript:alert(1)"] {
        assert_eq!(form("", wrong).base_url().unwrap_err().field, "base_url", "{wrong}");
    }
    for wrong in ["", ".", "..", "a b", "a/b", "ä", "a\r\nb", &"a".repeat(65)] {
        assert!(checked_name(wrong).is_err(), "{wrong:?}");
    }
    assert!(checked_name("web-1.prod_x").is_ok());
    assert!(mode("off").is_err());
}

#[test]
fn consent_comes_back_as_it_was_given() {
    let text = r#"{"web":{"one_trust":["C0002"],"ketch":[],"management":[{"provider":"custom","resolution_strategy":"and","consents":["a"]}]}}"#;
    let form: ConsentForm = serde_json::from_str(text).unwrap();
    let settings = form.settings();
    assert_eq!(settings[&SourceKind::Web].management[0].consents, ["a"]);
    assert_eq!(ConsentForm::of(&settings), form);
    assert_eq!(serde_json::to_string(&form).unwrap(), text);
}
