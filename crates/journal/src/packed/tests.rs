use super::*;
use proptest::prelude::*;

fn again(text: &[u8]) -> Option<Vec<u8>> {
    let packed = Packed::new(Bytes::copy_from_slice(text));
    unpack(packed.bytes.to_vec(), packed.length)
}

#[test]
fn what_repeats_itself_is_stored_small_and_comes_back() {
    let text = br#"{"type":"track","userId":"u"},"#.repeat(130_000);
    let packed = Packed::new(Bytes::from(text.clone()));
    assert!(packed.bytes.len() < text.len() / 1_000, "{} bytes", packed.bytes.len());
    assert_eq!(again(&text), Some(text));
}

#[test]
fn what_is_short_or_does_not_shrink_stays_as_it_is() {
    let short = vec![b'a'; WORTH_A_TRY - 1];
    assert_eq!(Packed::new(Bytes::from(short)).length, None);
    let mut state = 1_u32;
    let noise: Vec<u8> = (0..10_000)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        })
        .collect();
    assert_eq!(Packed::new(Bytes::from(noise)).length, None);
}

#[test]
fn a_wrong_length_gives_nothing_and_takes_no_more_than_it_says() {
    let packed = Packed::new(Bytes::from(vec![b'a'; 1 << 20]));
    let length = packed.length.unwrap();
    for wrong in [0, 1, length - 1, length + 1, u32::MAX] {
        assert_eq!(unpack(packed.bytes.to_vec(), Some(wrong)), None, "{wrong}");
    }
    assert_eq!(unpack(b"not compressed".to_vec(), Some(14)), None);
}

proptest! {
    #[test]
    fn any_text_comes_back(part in proptest::collection::vec(any::<u8>(), 0..300), times in 0..40_usize) {
        let text = part.repeat(times);
        prop_assert_eq!(again(&text), Some(text));
    }
}
