use super::*;

#[test]
fn a_resume_point_is_read_as_it_is_written_and_no_other_way() {
    let point = ResumePoint { boot: "00ff".to_owned(), request: u64::MAX, outcome: 0 };
    assert_eq!(ResumePoint::parse(&point.to_string()), Some(point));
    for text in [
        "",
        "-",
        "a-1",
        "-1-2",
        "a-01-2",
        "a-1-2-3",
        "a-1-+2",
        "x-1-2",
        "a--1-2",
        "a-1-2\n",
        "a-1-18446744073709551616",
    ] {
        assert_eq!(ResumePoint::parse(text), None, "{text:?}");
    }
    assert_eq!(ResumePoint::parse(&format!("{}-1-2", "a".repeat(33))), None);
}
