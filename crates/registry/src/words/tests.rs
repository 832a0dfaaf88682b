use super::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use utoipa::PartialSchema;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;

fn described<T: PartialSchema>() -> Vec<Value> {
    match T::schema() {
        RefOr::T(Schema::Object(object)) => object.enum_values.unwrap_or_default(),
        _ => panic!("this is no list of words"),
    }
}

/// Each word is understood, and written as it was read.
fn understood<T: Serialize + DeserializeOwned>(words: &[Value]) -> bool {
    let again = |word: &Value| serde_json::to_value(serde_json::from_value::<T>(word.clone()).ok()?).ok();
    !words.is_empty() && words.iter().all(|word| again(word).as_ref() == Some(word))
}

#[test]
fn each_word_is_one_that_is_read_and_none_is_left_out() {
    let counts = [
        (described::<SourceKind>(), understood::<event::SourceKind> as fn(&[Value]) -> bool, 3),
        (described::<Profile>(), understood::<mapping::Profile>, 2),
        (described::<LastSurveyed>(), understood::<mapping::LastSurveyed>, 3),
        (described::<ResponseCreatedAt>(), understood::<mapping::ResponseCreatedAt>, 2),
        (described::<NullTraits>(), understood::<mapping::NullTraits>, 2),
    ];
    for (words, understood, count) in counts {
        assert!(understood(&words), "{words:?}");
        assert_eq!(words.len(), count, "{words:?}");
    }
    assert_eq!(described::<Region>(), inmoment::Region::ALL.map(|region| json!(region.word())));
    let kinds = described::<EventKind>();
    assert_eq!(kinds.len(), 7);
    for word in kinds {
        assert!(serde_json::from_value::<event::EventKind>(word.clone()).is_ok(), "{word}");
    }
    for word in described::<Mode>() {
        assert!(crate::form::mode(word.as_str().unwrap_or_default()).is_ok(), "{word}");
    }
}
