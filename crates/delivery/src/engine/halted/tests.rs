use super::*;

#[test]
fn what_was_written_is_read_and_words_alone_are_the_reason() {
    let halted = Halted {
        code: "turned_away".into(),
        reason: "the calls of several end users were turned away".into(),
        since: Millis(5),
        tries: 7,
        denied: true,
    };
    let read = Halted::read(&halted.write(), Millis(900));
    assert_eq!((read.code(), read.cause(), &read), ("turned_away", HaltCause::Denied, &halted));
    for words in ["wrong password", "", "{", "{}", "\"x\"", "[1]", "17"] {
        let read = Halted::read(words, Millis(900));
        assert_eq!((read.code(), &*read.reason, read.since), ("halted_before_restart", words, Millis(900)));
        assert_eq!((read.cause(), read.tries), (HaltCause::Token, 0));
    }
    let unknown = Halted { code: "of_a_newer_version".into(), ..halted };
    assert_eq!(unknown.code(), "halted_before_restart");
}
