use super::*;
use proptest::prelude::*;

fn headers(ids: &[&[u8]]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for id in ids {
        headers.append(REQUEST_ID, HeaderValue::from_bytes(id).unwrap());
    }
    headers
}

#[test]
fn an_id_of_the_callers_is_taken_as_it_is() {
    let longest = "a".repeat(MAX_LENGTH);
    for id in [
        "0",
        "7f3a6c1e-4a54-4b0c-9f3e-2d7c8a1b9e00",
        "01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "Root=1-67891233-abcdef012345678912345678",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "web_1.example:8080/+~",
        &longest,
    ] {
        assert_eq!(RequestId::of(&headers(&[id.as_bytes()])).to_string(), id);
    }
}

#[test]
fn what_is_no_id_counts_as_nothing() {
    let too_long = "a".repeat(MAX_LENGTH + 1);
    let several: [&[u8]; 2] = [b"one", b"two"];
    let others: [&[u8]; 9] = [
        b"",
        b"two words",
        b"ada@example.com",
        b"\"quoted\"",
        b"a,b",
        b"tab\there",
        b"\xc3\xa4",
        b"<script>",
        too_long.as_bytes(),
    ];
    let ids = others.iter().map(|id| headers(&[id])).chain([HeaderMap::new(), headers(&several)]);
    for headers in ids {
        let made = RequestId::of(&headers).to_string();
        assert_eq!((made.len(), &made[14..15]), (36, "4"), "{headers:?}: {made}");
        assert_ne!(made, RequestId::of(&headers).to_string(), "each is new");
    }
}

proptest! {
    #[test]
    fn whatever_is_said_the_id_is_short_and_harmless(bytes in prop::collection::vec(32u8..=255, 0..300)) {
        let Ok(value) = HeaderValue::from_bytes(&bytes) else { return Ok(()) };
        let mut headers = HeaderMap::new();
        headers.insert(REQUEST_ID, value);
        let id = RequestId::of(&headers).to_string();
        prop_assert!((1..=MAX_LENGTH).contains(&id.len()));
        prop_assert!(id.bytes().all(is_of_an_id));
        prop_assert_eq!(RequestId::of(&self::headers(&[id.as_bytes()])).to_string(), id);
    }

    #[test]
    fn what_is_made_is_a_uuid_and_an_id(random: [u8; 16]) {
        let made = RequestId::made_of(random);
        let dashes: Vec<usize> = made.to_string().match_indices('-').map(|(at, _)| at).collect();
        prop_assert_eq!(dashes, [8, 13, 18, 23]);
        prop_assert_eq!(RequestId::from_headers(&headers(&[made.to_string().as_bytes()])), Some(made));
    }
}
