use super::*;
use crate::settings::{Profile, Settings};
use event::{Envelope, Event, Millis, SourceKind};
use proptest::prelude::*;
use serde_json::json;

fn read_body(body: &Value, profile: Profile) -> Result<(String, Vec<String>), DeadReason> {
    let envelope = Envelope {
        source: None,
        source_kind: SourceKind::Web,
        received_at: Millis(0),
        request_ip: None,
        forced: None,
        request_id: [0; 16],
        index: 0,
    };
    let event = Event::read(&body.to_string(), &envelope).unwrap();
    let settings = Settings { profile, ..Settings::default() };
    let mut reader = EventMapper::new(&event, &settings);
    let properties = read(&mut reader, "properties")?;
    let shown: Vec<String> =
        properties.iter().map(|(key, value)| format!("{key}={}", value.as_str().unwrap())).collect();
    Ok((shown.join("; "), reader.notes))
}

fn native(traits: Value) -> String {
    read_body(&json!({ "traits": traits }), Profile::Native).unwrap().0
}

fn javascript(traits: Value) -> String {
    read_body(&json!({ "traits": traits }), Profile::Rudderstack).unwrap().0
}

/// docs/facts/mapping.md#properties.
#[test]
fn native_values() {
    let table = [
        (json!({ "a": "x y", "b": "" }), "a=x y; b="),
        (json!({ "n": 5, "f": 9.50, "i": 1e3, "z": 2.0 }), "n=5; f=9.5; i=1000; z=2"),
        (json!({ "t": true, "f": false, "n": null }), "t=true; f=false"),
        (json!({ "l": [1, "b", true, null, 2.0] }), "l=1,b,true,2"),
        (json!({ "l": [] }), "l="),
        (json!({ "l": [{ "a": 1 }, 2] }), "l=[{\"a\":1},2]"),
        (json!({ "l": [[1], [2]] }), "l=[[1],[2]]"),
        (json!({ "o": { "a": 1, "p": { "q": "x" }, "n": null }, "e": {} }), "o_a=1; o_p_q=x"),
        (json!({ "o": { "l": [1, 2], "m": [{}] } }), "o_l=1,2; o_m=[{}]"),
        (json!({ "2": "b", "1": "a" }), "2=b; 1=a"),
    ];
    for (traits, wanted) in table {
        assert_eq!(native(traits.clone()), wanted, "{traits}");
    }
}

#[test]
fn digits_are_kept() {
    let traits = serde_json::from_str(r#"{"id_of":12345678901234567890123,"x":0.10}"#).unwrap();
    assert_eq!(native(traits), "id_of=12345678901234567890123; x=0.1");
}

#[test]
fn the_most_plainly_meant_key_wins() {
    let table = [
        (json!({ "o": { "a": 1 }, "o_a": 2 }), "o_a=2"),
        (json!({ "o_a": 2, "o": { "a": 1 } }), "o_a=2"),
        (json!({ "a": { "b": { "c": 1 } }, "a_b": { "c": 2 } }), "a_b_c=2"),
        (json!({ "a.b": 1, "a_b": 2 }), "a_b=2"),
        (json!({ "a.b": 1, "a$b": 2 }), "a_b=1"),
        (json!({ "x": 0, "o": { "a": 1 }, "o_a": null }), "x=0; o_a=1"),
    ];
    for (traits, wanted) in table {
        let (shown, notes) = read_body(&json!({ "traits": traits }), Profile::Native).unwrap();
        assert_eq!(shown, wanted, "{traits}");
        // The notes say which key wins, and that a null is left out.
        assert_eq!(notes.len(), 1, "{traits}: {notes:?}");
    }
}

/// docs/facts/inmoment-api.md#property-suffixes.
#[test]
fn conventions() {
    let table = [
        (json!({ "buy_date": "2022-01-20T13:39:21.032Z" }), "buy_date=1642685961", 0),
        (json!({ "buy_date": 1642685961032_i64 }), "buy_date=1642685961", 0),
        (json!({ "o": { "buy_date": "2022-01-20" } }), "o_buy_date=1642636800", 0),
        (json!({ "buy_date": "soon" }), "buy_date=soon", 1),
        (json!({ "buy_date": "" }), "buy_date=", 0),
        (
            json!({ "buy_Date": "2022-01-20", "date": "2022-01-20" }),
            "buy_Date=2022-01-20; date=2022-01-20",
            0,
        ),
        (json!({ "revenue_amount": "10000.0" }), "revenue_amount=10000", 0),
        (json!({ "revenue_amount": 21.5 }), "revenue_amount=21.5", 0),
        (json!({ "revenue_amount": "a lot" }), "revenue_amount=a lot", 1),
        (json!({ "tags_array": ["a", "b"] }), "tags_array=a,b", 0),
        (json!({ "a.b$c\u{0}d": 1, "$": 2 }), "a_b_cd=1", 1),
        (json!({ "": 1, "\u{0}": 2, "o": { "": 3 } }), "o_=3", 2),
    ];
    for (traits, wanted, noted) in table {
        let (shown, notes) = read_body(&json!({ "traits": traits }), Profile::Native).unwrap();
        assert_eq!((shown.as_str(), notes.len()), (wanted, noted), "{traits} {notes:?}");
    }
}

/// docs/facts/mapping.md#which-traits.
#[test]
fn which_traits() {
    let own = json!({ "userId": 1, "anonymousId": 1, "id": 1, "email": 1, "phone": 1, "createdAt": 1, "Email": 2, "createdat": 3, "o": { "id": 4 } });
    assert_eq!(native(own), "Email=2; createdat=3; o_id=4");
    let other = json!({ "traits": { "z": 1 } });
    for traits in [json!({}), json!(null), json!("text"), json!([1])] {
        let body = json!({ "traits": traits, "context": other });
        assert_eq!(read_body(&body, Profile::Native).unwrap().0, "z=1", "{body}");
    }
    let body = json!({ "traits": { "a": 1 }, "context": other });
    assert_eq!(read_body(&body, Profile::Native).unwrap().0, "a=1");
    // Traits that have only known fields count as traits, too.
    let body = json!({ "traits": { "email": "a@b.c" }, "context": other });
    assert_eq!(read_body(&body, Profile::Native).unwrap().0, "");
}

/// docs/facts/transformer.md#case-44..51, #case-88.
#[test]
fn as_rudder_transformer() {
    let table = [
        (json!({ "a": null, "b": 0, "c": false, "d": "" }), "a=null; b=0; c=false; d="),
        (
            json!({ "a": [1, 2], "b": [null, 1, [2, 3]], "c": [{}, {}], "d": [], "e": {} }),
            "a=1,2; b=,1,2,3; c=[object Object],[object Object]; d=; e=[object Object]",
        ),
        (json!({ "a.b": 1, "x[y]": 2, "": 3, "2": 4, "1": 5 }), "1=5; 2=4; a.b=1; x[y]=2; =3"),
        (
            json!({ "userId": 1, "anonymousId": 1, "id": 1, "email": 1, "phone": 1, "createdAt": 1, "Email": 2, "createdat": 3 }),
            "Email=2; createdat=3",
        ),
        (json!("abc"), "0=a; 1=b; 2=c"),
        (json!([7, "x"]), "0=7; 1=x"),
        (json!(5), ""),
        (json!(true), ""),
        (json!({ "buy_date": "2022-01-20" }), "buy_date=2022-01-20"),
    ];
    for (traits, wanted) in table {
        assert_eq!(javascript(traits.clone()), wanted, "{traits}");
    }
    let of = |body: Value| read_body(&body, Profile::Rudderstack).map(|(shown, _)| shown);
    assert_eq!(
        of(json!({ "traits": {}, "context": { "traits": { "email": "c", "city": "C" } } })),
        Ok(String::new())
    );
    assert_eq!(
        of(json!({ "traits": null, "context": { "traits": { "city": "C" } } })),
        Ok("city=C".to_owned())
    );
    let refusal = of(json!({ "traits": { "a": { "toString": "x" } } })).unwrap_err();
    assert_eq!(refusal.reason, "Cannot convert object to primitive value");
}

proptest! {
    /// Keys have one level, are clean and occur once.
    #[test]
    fn keys_are_clean(keys in prop::collection::vec("[a.$\u{0}_]{0,3}", 0..6), nested in prop::collection::vec("[a.$_]{0,2}", 0..4)) {
        let mut traits = serde_json::Map::new();
        for key in keys {
            let inner: serde_json::Map<String, Value> = nested.iter().map(|key| (key.clone(), json!(1))).collect();
            traits.insert(key.clone(), if key.len() > 1 { Value::Object(inner) } else { json!(2) });
        }
        let envelope = Envelope {
            source: None, source_kind: SourceKind::Web, received_at: Millis(0), request_ip: None, forced: None, request_id: [0; 16], index: 0,
        };
        let body = json!({ "traits": traits });
        let event = Event::from_body(body.as_object().unwrap().clone(), &envelope);
        let settings = Settings::default();
        let properties = read(&mut EventMapper::new(&event, &settings), "properties").unwrap();
        let mut seen = std::collections::HashSet::new();
        for (key, value) in properties {
            prop_assert!(!key.is_empty() && !key.contains(['.', '$', '\0']), "{:?}", key);
            prop_assert!(value.is_string());
            prop_assert!(seen.insert(key));
        }
    }
}
