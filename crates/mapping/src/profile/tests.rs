use super::*;

#[test]
fn the_rules_are_the_switches_and_turning_all_of_them_makes_one_profile_the_other() {
    let mut switches = RUDDERSTACK;
    for rule in &RULES {
        let before = switches;
        rule.turn_to_native(&mut switches);
        assert_ne!(
            switches, before,
            "{rule:?} turns a switch in which the profiles differ, and no other rule does"
        );
    }
    assert_eq!(switches, NATIVE);
    let told = format!("{NATIVE:?}");
    let inside = told.trim_start_matches("ProfileSwitches {").trim_end_matches('}');
    let mut names: Vec<&str> =
        inside.split(',').filter_map(|member| member.split(':').next()).map(str::trim).collect();
    let mut rules: Vec<&str> = RULES.iter().map(|rule| rule.name).collect();
    names.sort_unstable();
    rules.sort_unstable();
    assert_eq!(rules, names);
}

#[test]
fn the_rule_that_touches_everything_is_turned_last() {
    assert_eq!(RULES.last().map(|rule| rule.name), Some("javascript"));
}
