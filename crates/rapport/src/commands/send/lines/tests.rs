use super::*;
use std::io::Write;

fn all(text: &[u8]) -> Vec<Line> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text).unwrap();
    let mut lines = Lines::open(file.path()).unwrap();
    std::iter::from_fn(|| lines.next_line().unwrap()).collect()
}

fn one(text: &str) -> Prepared {
    prepare(7, text.as_bytes())
}

#[test]
fn an_event_with_an_id_is_sent_as_it_stands() {
    let text = r#"{ "type":"track", "userId":12345678901234567890,"messageId":"m1" }"#;
    assert!(matches!(one(text), Prepared::Event(sent) if sent == text));
    let text = "\u{feff}{\"type\":\"track\",\"userId\":\"u\",\"messageId\":\"m1\",\"n\":NaN}";
    let wanted = r#"{"type":"track","userId":"u","messageId":"m1","n":null}"#;
    assert!(matches!(one(text), Prepared::Event(sent) if sent == wanted));
}

#[test]
fn an_event_without_an_id_gets_the_same_one_each_time() {
    for text in [
        r#"{"type":"identify","userId":"u"}"#,
        r#"{"type":"identify","userId":"u","messageId":null}"#,
        r#"{"type":"identify","userId":"u","messageId":" "}"#,
        r#"{"type":"identify","userId":"u","messageId":5,"n":12345678901234567890}"#,
    ] {
        let id_on = |number| {
            let Prepared::Event(sent) = prepare(number, text.as_bytes()) else { panic!("{text}") };
            let sent: Value = serde_json::from_str(&sent).unwrap();
            assert!(
                text.contains("12345678901234567890") == sent.to_string().contains("12345678901234567890")
            );
            sent["messageId"].as_str().unwrap().to_owned()
        };
        assert_eq!(id_on(3), id_on(3), "{text}");
        assert_ne!(id_on(3), id_on(4), "{text}");
        assert_eq!(id_on(3).len(), 37);
    }
}

#[test]
fn what_cannot_be_an_event_says_why() {
    for (text, code) in [
        ("{", "input_not_json"),
        ("[1]", "event_not_an_object"),
        (r#"{"userId":"u"}"#, "type_missing"),
        (r#"{"type":7,"userId":"u"}"#, "type_missing"),
        (r#"{"type":"track"}"#, "event_without_ids"),
        (r#"{"type":"track","userId":"  "}"#, "event_without_ids"),
    ] {
        let Prepared::Reject(reason) = one(text) else { panic!("{text}") };
        assert!(reason.ends_with(&format!("[{code}]")), "{text}: {reason}");
    }
    let latin = all(b"{\"type\":\"track\",\"userId\":\"\xe9\"}\n");
    assert!(latin[0].rejection().unwrap().1.contains("UTF-8"));
}

#[test]
fn lines_are_counted_whatever_stands_in_them() {
    let event = r#"{"type":"track","userId":"u","messageId":"m"}"#;
    let long = "x".repeat(LONGEST_LINE + 5);
    let text = format!("\u{feff}{event}\r\n\n{long}\n{event}");
    let lines = all(text.as_bytes());
    let kinds: Vec<_> = lines.iter().map(|line| (line.number, format!("{:?}", line.prepared))).collect();
    let wanted = [(1, "Event"), (2, "Blank"), (3, "Reject"), (4, "Event")];
    assert_eq!(kinds, wanted.map(|(number, kind)| (number, kind.to_owned())));
    assert_eq!(lines[3].end, u64::try_from(text.len()).unwrap());
    for pair in lines.windows(2) {
        assert_eq!(pair[0].end, pair[1].start);
    }
}
