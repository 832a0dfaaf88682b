use super::Names;

#[test]
fn every_name_is_there_and_what_comes_again_and_again_takes_no_room() {
    let mut names = Names::default();
    for nth in 0..100_000_u32 {
        names.add(format!("user {}", nth * 7_919 % 1_000));
    }
    let mut all = names.all().to_vec();
    assert!(all.len() < 4_000, "{} names kept of 1,000 different ones", all.len());
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 1_000);
}

#[test]
fn a_name_that_was_just_added_is_not_added_again() {
    let mut names = Names::default();
    for name in ["a", "b", "a", "b", "b"] {
        names.add(name.to_owned());
    }
    assert_eq!(names.all(), ["a", "b"]);
}
