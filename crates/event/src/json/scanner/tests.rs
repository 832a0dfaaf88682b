use super::special_byte;
use proptest::prelude::*;

proptest! {
    /// The same as `special_byte`, one byte at a time.
    #[test]
    fn eight_bytes_at_a_time_finds_the_same(bytes in prop::collection::vec(prop_oneof![4 => any::<u8>(), 1 => Just(b'"'), 1 => Just(b'\\'), 1 => Just(0x1f)], 0..40), at in 0usize..40) {
        let at = at.min(bytes.len());
        let slow = (at..bytes.len()).find(|i| matches!(bytes[*i], b'"' | b'\\' | 0..0x20)).unwrap_or(bytes.len());
        prop_assert_eq!(special_byte(&bytes, at), slow);
    }
}
