use super::*;
use event::Millis;

fn accounts(profile: Profile, base_url: Option<&str>) -> Accounts {
    let base_url = base_url.map(str::to_owned);
    let settings = Settings { profile, base_url, ..Settings::new(Arc::new(|| Millis(0))) };
    Accounts::new(&settings).unwrap()
}

fn login(account_token: &str) -> Login {
    Login { destination: "d".to_owned(), account_token: account_token.to_owned(), ..Login::default() }
}

#[tokio::test]
async fn the_settings_come_before_the_region() {
    let tokens = ["NPS-1", "NPS-EU-1", "NPS-AU-1"];
    let at = |accounts: &Accounts| {
        tokens.map(|token| accounts.of(&login(token)).map(|account| account.address().to_owned()))
    };
    let of = |region: Region| Some(region.base_url().to_owned());
    let here = Some("http://127.0.0.1:1".to_owned());
    let us = of(Region::Us);
    let all = Region::ALL.map(of);
    for profile in [Profile::Native, Profile::Rudderstack] {
        let given = accounts(profile, Some("http://127.0.0.1:1/"));
        assert_eq!(at(&given), [here.clone(), here.clone(), here.clone()], "{profile:?}");
    }
    assert_eq!(at(&accounts(Profile::Rudderstack, None)), [us.clone(), us.clone(), us.clone()]);
    let native = at(&accounts(Profile::Native, None));
    assert_eq!(native[0], us);
    assert!(all.iter().all(|address| native.contains(address)), "{native:?}");
}

#[tokio::test]
async fn the_account_unused_longest_is_forgotten() {
    let accounts = accounts(Profile::Rudderstack, Some("http://127.0.0.1:1"));
    let of = |number: usize| accounts.of(&login(&number.to_string())).unwrap();
    let (first, second) = (of(0), of(1));
    for number in 2..MOST {
        of(number);
    }
    assert!(Arc::ptr_eq(&first, &of(0)));
    of(MOST);
    assert!(Arc::ptr_eq(&first, &of(0)), "it was used lately");
    assert!(!Arc::ptr_eq(&second, &of(1)), "it was not");
}
