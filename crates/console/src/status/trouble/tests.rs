use super::*;
use event::Millis;

#[test]
fn a_code_is_told_with_the_documents_words_and_another_with_general_ones() {
    let trouble = |code| delivery::Trouble {
        code,
        since: Millis(1_795_000_000_000),
        tries: 9,
        last_words: "no connection".to_owned(),
        next_try: Some(Millis(1_795_000_030_000)),
    };
    let told = TroubleView::of(DestinationState::Failing, &trouble("connection"));
    assert_eq!(told.happened, "there was no connection, or it broke");
    assert!(told.means.starts_with("events wait"));
    assert_eq!((told.since.as_str(), told.tries), ("2026-11-18T11:06:40.000Z", 9));
    assert_eq!(told.next_try.as_deref(), Some("2026-11-18T11:07:10.000Z"));
    for state in DestinationState::ALL {
        let told = TroubleView::of(state, &trouble("from_the_future"));
        for text in [told.happened, told.means, told.what_to_do] {
            assert!(!text.is_empty(), "{state:?}");
        }
    }
}
