use super::*;
use registry::DeliveryForm;
use std::time::Duration;

#[test]
fn what_is_shown_is_a_form_that_comes_to_the_same() {
    let delivery = DeliverySettings {
        profile: Profile::Rudderstack,
        concurrency: 3,
        unknown_user_wait: Duration::from_secs(90 * 60),
        known_user_max_age: Duration::from_millis(1_500),
        last_surveyed: LastSurveyed::OnCreate,
        response_created_at: ResponseCreatedAt::EventTime,
        placeholder_ids: mapping::PlaceholderIds(vec!["n/a".to_owned()]),
        null_traits: NullTraits::Clear,
        ..DeliverySettings::default()
    };
    let shown = serde_json::to_value(Filled::from(&delivery)).unwrap();
    let form: DeliveryForm = serde_json::from_value(shown).unwrap();
    assert_eq!(form.over(&DeliverySettings::default()).unwrap(), delivery);
    let DeliveryForm {
        profile: Some(_),
        concurrency: Some(_),
        unknown_user_wait: Some(_),
        known_user_max_age: Some(_),
        last_surveyed: Some(_),
        response_created_at: Some(_),
        placeholder_ids: Some(_),
        null_traits: Some(_),
        retry_first: Some(_),
        retry_max: Some(_),
        give_up_lane_after: Some(_),
    } = form
    else {
        panic!("not every key is filled in: {form:?}");
    };
}
