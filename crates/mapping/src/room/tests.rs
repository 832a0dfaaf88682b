use super::*;

/// As the client writes forms.
fn written(text: &str) -> usize {
    form_urlencoded::byte_serialize(text.as_bytes()).map(str::len).sum()
}

#[test]
fn a_texts_length_is_the_one_it_has_in_a_form() {
    for text in ["", "plan", "a b*-._~", "ä€😀", "\u{1}%&=[]", "\n"] {
        assert_eq!(encoded(text), written(text), "{text:?}");
    }
}

#[test]
fn a_form_holds_so_many_properties_and_so_many_bytes() {
    let mut room = Room::default();
    let taken = (0..5_000).filter(|nth| room.takes(&format!("k{nth}"), "v")).count();
    assert_eq!(taken, PROPERTIES);
    room.frees("k0", "v");
    assert!(room.takes("again", "v") && !room.takes("more", "v"));
    let mut room = Room::default();
    assert!(!room.takes("long", &"x".repeat(BYTES)));
    assert!(room.takes("short", "x"), "what has no place takes none");
}
