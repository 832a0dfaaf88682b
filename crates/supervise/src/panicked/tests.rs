use super::*;

fn caught(run: impl FnOnce()) -> Panicked {
    catch(run).unwrap_err()
}

#[test]
fn a_panic_is_returned_with_its_place_and_its_fixed_message() {
    let line = line!() + 1;
    let panicked = caught(|| panic!("the table is gone: fixed words are kept"));
    assert_eq!(panicked.message, "the table is gone: fixed words are kept");
    assert!(
        panicked.place.starts_with(&format!("crates/supervise/src/panicked/tests.rs:{line}:")),
        "{panicked:?}"
    );
    assert_eq!(catch(|| 7), Ok(7));
}

#[test]
fn what_a_message_quotes_is_left_out() {
    let name = "ada@example.com".to_owned();
    let wrong: Result<(), String> = Err(name.clone());
    let nothing: Option<String> = (name.len() > 99).then(|| name.clone());
    let cases: Vec<(Panicked, &str)> = vec![
        (caught(|| wrong.clone().unwrap()), "called `Result::unwrap()` on an `Err` value"),
        (caught(|| wrong.clone().expect("the link is known")), "the link is known"),
        (caught(|| drop(nothing.expect("a person has a name"))), "a person has a name"),
        (caught(|| assert_eq!(name, "", "for {name}")), "assertion `left == right` failed"),
        (caught(|| panic!("event of {name:?} is odd")), "event of"),
        (
            caught(|| drop(format!("{}é", name)[..name.len() + 1].to_owned())),
            "end byte index 16 is not a char boundary",
        ),
        (caught(|| std::panic::panic_any(7_u8)), "(no message)"),
    ];
    for (panicked, message) in cases {
        assert_eq!(panicked.message, message);
        assert!(!panicked.to_string().contains(&name), "{panicked}");
    }
}

#[test]
fn a_message_is_one_bounded_line() {
    let long = "a".repeat(500);
    assert_eq!(caught(|| panic!("{long}")).message.len(), LONGEST_MESSAGE);
    assert_eq!(caught(|| panic!("one\u{1b}[31m\ntwo")).message, "one [31m two");
}

#[test]
fn a_payload_that_panics_when_it_is_dropped_is_caught_too() {
    struct Spiteful;
    impl Drop for Spiteful {
        fn drop(&mut self) {
            panic!("dropped");
        }
    }
    assert_eq!(caught(|| std::panic::panic_any(Spiteful)).message, "(no message)");
}

#[test]
fn one_panic_within_another_catch_belongs_to_the_inner_one() {
    let outer = catch(|| caught(|| panic!("inner")).message);
    assert_eq!(outer, Ok("inner".to_owned()));
    assert_eq!(DEPTH.with(Cell::get), 0);
    assert!(take_note().is_none());
}

#[test]
fn panics_are_counted_by_name() {
    count("panicked::tests");
    count("panicked::tests");
    assert_eq!(panics()["panicked::tests"], 2);
}
