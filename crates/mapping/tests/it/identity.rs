//! Whom an event is about (docs/facts/mapping.md#identity).

use crate::planned::{Parts, native, read, settings};
use mapping::{DeadReason, EndUserFields, Profile, Who, create_refusal, who};
use serde_json::{Value, json};

/// The end-user id and external id of an identify with these members, or the reason why it is dead.
fn ids(profile: Profile, members: Value) -> Result<(Option<String>, Option<String>), String> {
    who(&read(&members), &settings(profile))
        .map(|who| (who.end_user_id, who.external_id))
        .map_err(|refusal| refusal.reason)
}

fn external(id: &str) -> Result<(Option<String>, Option<String>), String> {
    Ok((None, Some(id.to_owned())))
}

fn internal(id: &str) -> Result<(Option<String>, Option<String>), String> {
    Ok((Some(id.to_owned()), None))
}

fn missing() -> Result<(Option<String>, Option<String>), String> {
    Err("wootricEndUserId/userId are missing. At least one parameter must be provided".to_owned())
}

fn entries(entries: Value) -> Value {
    json!({ "context": { "externalId": entries } })
}

#[test]
fn external_ids() {
    let table = [
        (json!({ "userId": "u", "traits": { "userId": "t" } }), external("u")),
        (json!({ "userId": " u ", "anonymousId": "a" }), external("u")),
        (json!({ "userId": "", "traits": { "userId": "t", "id": "i" } }), external("t")),
        (json!({ "userId": "\u{200b} ", "traits": { "id": "i" } }), external("i")),
        (json!({ "traits": { "id": "i" }, "context": { "traits": { "userId": "c" } } }), external("i")),
        (json!({ "context": { "traits": { "userId": "c", "id": "d" } } }), external("c")),
        (json!({ "context": { "traits": { "id": "d" } } }), external("d")),
        (json!({ "userId": 456 }), external("456")),
        (json!({ "userId": 456.0 }), external("456")),
        (json!({ "userId": 0 }), external("0")),
        (json!({ "userId": false, "traits": { "id": "i" } }), external("i")),
        (json!({ "userId": { "a": 1 }, "traits": { "userId": ["x"], "id": 7 } }), external("7")),
        (json!({ "userId": null }), missing()),
        (json!({ "anonymousId": "a" }), missing()),
        (json!({ "userId": true }), missing()),
    ];
    for (members, wanted) in table {
        assert_eq!(ids(Profile::Native, members.clone()), wanted, "{members}");
    }
    let long: Value = serde_json::from_str(r#"{"userId":12345678901234567890123}"#).unwrap();
    assert_eq!(ids(Profile::Native, long), external("12345678901234567890123"));
}

#[test]
fn end_user_ids() {
    let ours = |id: Value| json!({ "type": "wootricEndUserId", "id": id });
    let table = [
        (json!([ours(json!("12345"))]), internal("12345")),
        (json!([ours(json!(12345))]), internal("12345")),
        (json!([ours(json!(12345.0))]), internal("12345")),
        (json!([{ "type": "other", "id": "1" }, 5, null, ours(json!("2")), ours(json!("3"))]), internal("2")),
        (json!([{ "id": "1" }]), internal("1")),
        (json!([{ "type": null, "id": "1" }]), internal("1")),
        (json!([{ "id": "1" }, ours(json!("2"))]), internal("2")),
        (json!([{ "type": "other", "id": "1" }, { "id": "2" }]), missing()),
        (json!([ours(json!("")), ours(json!("3"))]), missing()),
        (json!([ours(json!(" "))]), missing()),
        (json!([ours(json!(1.5))]), missing()),
        (json!([ours(json!(["1"]))]), missing()),
        (json!([ours(json!(true))]), missing()),
        (json!([{ "type": "WootricEndUserId", "id": "1" }]), missing()),
        (json!([]), missing()),
        (json!({ "type": "wootricEndUserId", "id": "1" }), missing()),
    ];
    for (list, wanted) in table {
        assert_eq!(ids(Profile::Native, entries(list.clone())), wanted, "{list}");
    }
    let both = json!({ "userId": "u", "context": { "externalId": [ours(json!("1"))] } });
    assert_eq!(ids(Profile::Native, both), Ok((Some("1".to_owned()), Some("u".to_owned()))));
}

/// docs/facts/transformer.md#case-2..19.
#[test]
fn as_rudder_transformer() {
    let ours = |id: Value| json!({ "type": "wootricEndUserId", "id": id });
    let table = [
        (json!({ "userId": 123 }), missing()),
        (json!({ "userId": 0, "traits": { "userId": "E" } }), missing()),
        (json!({ "userId": false, "traits": { "userId": "E" } }), missing()),
        (json!({ "userId": "", "traits": { "userId": "E" } }), external("E")),
        (json!({ "userId": null, "traits": { "id": "E" } }), external("E")),
        (json!({ "traits": { "id": "A" }, "context": { "traits": { "userId": "E" } } }), external("A")),
        (json!({ "anonymousId": "a" }), missing()),
        (json!({ "userId": "  " }), external("  ")),
        (json!({ "userId": { "a": 1 } }), external("[object Object]")),
        (json!({ "userId": [] }), missing()),
        (entries(json!([ours(json!(490635419))])), missing()),
        (entries(json!([ours(json!(["490635419"]))])), internal("490635419")),
        (entries(json!([ours(json!({ "a": 1 }))])), internal("[object Object]")),
        (entries(json!([ours(json!("")), ours(json!("1"))])), missing()),
        (entries(json!([{ "type": "WootricEndUserId", "id": "1" }])), missing()),
        (entries(json!([{ "id": "1" }])), missing()),
        (entries(json!({ "type": "wootricEndUserId", "id": "1" })), missing()),
        (json!({ "traits.userId": "E" }), external("E")),
        (
            entries(json!([ours(json!({ "toString": 1 }))])),
            Err("Cannot convert object to primitive value".to_owned()),
        ),
    ];
    for (members, wanted) in table {
        assert_eq!(ids(Profile::Rudderstack, members.clone()), wanted, "{members}");
    }
}

#[test]
fn nobody_is_a_dead_letter() {
    let plan = native(&json!({ "type": "track", "anonymousId": "a", "properties": { "feedbackScore": 9 } }));
    assert_eq!(plan.dead().0, "identity_missing");
    assert_eq!(plan.field("external_id").value, None);
}

#[test]
fn where_the_ids_came_from() {
    let plan = native(&json!({
        "type": "identify",
        "traits": { "id": 7 },
        "context": { "externalId": [{ "type": "x" }, { "type": "wootricEndUserId", "id": "5" }] }
    }));
    assert_eq!(plan.field("end_user_id").from.as_deref(), Some("context.externalId[1].id"));
    assert_eq!(plan.field("external_id").from.as_deref(), Some("traits.id"));
    assert_eq!(plan.field("external_id").value, Some(json!("7")));
}

/// docs/facts/mapping.md#create-needs: the fields that a create needs; docs/facts/transformer.md#case-11, #case-24,
/// #case-25, #case-29, #case-33.
#[test]
fn what_a_create_needs() {
    let who = |external: Option<&str>| Who {
        end_user_id: Some("1".into()),
        external_id: external.map(str::to_owned),
    };
    let fields = |email: Value, phone: Value| EndUserFields {
        email: Some(email).filter(|value| !value.is_null()),
        phone_number: Some(phone).filter(|value| !value.is_null()),
        ..EndUserFields::default()
    };
    let no_contact = Some("email_or_phone_missing");
    let table = [
        (Profile::Native, None, json!("a@b.c"), json!(null), Some("external_id_missing")),
        (Profile::Native, Some("u"), json!("a@b.c"), json!(null), None),
        (Profile::Native, Some("u"), json!(null), json!("+1"), None),
        (Profile::Native, Some("u"), json!(null), json!(null), no_contact),
        (Profile::Rudderstack, None, json!("a@b.c"), json!(null), Some("external_id_missing")),
        (Profile::Rudderstack, Some("u"), json!(123), json!(null), no_contact),
        (Profile::Rudderstack, Some("u"), json!(123), json!("+1"), None),
        (Profile::Rudderstack, Some("u"), json!("   "), json!(null), None),
        (Profile::Rudderstack, Some("u"), json!(["a"]), json!(null), None),
        (Profile::Rudderstack, Some("u"), json!([]), json!(null), no_contact),
    ];
    for (profile, external, email, phone, wanted) in table {
        let refusal = create_refusal(profile, &who(external), &fields(email.clone(), phone.clone()));
        assert_eq!(
            refusal.as_ref().map(|refusal| refusal.code),
            wanted,
            "{profile:?} {external:?} {email} {phone}"
        );
    }
    let reason = |external| {
        create_refusal(Profile::Native, &who(external), &EndUserFields::default())
            .map(|refusal| refusal.reason)
    };
    assert_eq!(reason(None).as_deref(), Some("userId is missing"));
    assert_eq!(
        reason(Some("u")).as_deref(),
        Some("email/phone number are missing. At least one parameter must be provided")
    );
    let plan = native(&json!({ "type": "identify", "userId": "u" }));
    assert!(plan.notes_say("cannot be created from this event: email/phone number are missing"));
}

#[test]
fn unknown_end_users() {
    let unknown = |end_user: Option<&str>, external: Option<&str>| {
        let who = Who { end_user_id: end_user.map(str::to_owned), external_id: external.map(str::to_owned) };
        DeadReason::end_user_unknown(&who)
    };
    assert_eq!(unknown(None, Some("X")).reason, "No user found with userId : X");
    assert_eq!(unknown(Some("9"), Some("X")).reason, "No user found with wootric end user Id : 9");
    assert_eq!(unknown(None, Some("X")).code, "end_user_unknown");
    assert_eq!(DeadReason::email_belongs_to_another_user().code, "email_belongs_to_another_user");
}
