use super::Region;

#[test]
fn the_account_token_names_the_region() {
    let rows = [
        ("NPS-EU-12ab34cd", Region::Eu, "https://api.wootric.eu"),
        ("NPS-AU-12ab34cd", Region::Au, "https://api.wootric.au"),
        (" NPS-AU-12ab34cd\n", Region::Au, "https://api.wootric.au"),
        ("NPS-12ab34cd", Region::Us, "https://api.wootric.com"),
        ("NPS-EU12abcd", Region::Us, "https://api.wootric.com"),
        ("", Region::Us, "https://api.wootric.com"),
    ];
    for (token, region, base_url) in rows {
        assert_eq!(Region::from_account_token(token), region, "{token:?}");
        assert_eq!(region.base_url(), base_url);
    }
}

#[test]
fn words_are_read_back() {
    for region in Region::ALL {
        assert_eq!(Region::from_word(&region.to_string()), Some(region));
    }
    assert_eq!(Region::from_word("EU"), None);
}
