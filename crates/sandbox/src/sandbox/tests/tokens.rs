use super::*;
use crate::options::OAuthClient;

const PASSWORD: &str = "grant_type=password&username=demo%40example.com&password=demo-password";

fn two_accounts() -> Options {
    let second = Account {
        client: Some(OAuthClient { id: "second".into(), secret: "s3".into() }),
        ..Account::new("demo@example.com", "demo-password", "NPS-EU-SECOND01")
    };
    Options { accounts: vec![Account::demo(), second], ..Options::default() }
}

#[test]
fn every_grant_answers_as_its_card_says() {
    let cases = [
        ("", PASSWORD, 200, "", true),
        ("", "grant_type=password&username=DEMO@example.com&password=demo-password", 200, "", true),
        ("?account_token=NPS-DEMO0001", PASSWORD, 200, "", true),
        ("?account_token=NPS-WRONG000", PASSWORD, 404, "Not found", false),
        ("", "grant_type=password&username=demo%40example.com&password=nope", 401, "invalid_grant", false),
        (
            "?account_token=NPS-WRONG000",
            "grant_type=password&username=x&password=y",
            401,
            "invalid_grant",
            false,
        ),
        ("", "grant_type=password&username=demo%40example.com", 401, "invalid_grant", false),
        (
            "",
            "grant_type=client_credentials&client_id=demo-client&client_secret=demo-client-secret",
            200,
            "",
            false,
        ),
        ("", "grant_type=client_credentials&client_id=demo-client", 200, "", false),
        (
            "",
            "grant_type=client_credentials&client_id=demo-client&client_secret=x",
            401,
            "invalid_client",
            false,
        ),
        ("", "grant_type=client_credentials", 401, "invalid_client", false),
        ("", "grant_type=refresh_token&refresh_token=unknown", 401, "invalid_grant", false),
        ("", "grant_type=refresh_token", 401, "invalid_request", false),
        ("", "grant_type=magic", 401, "unsupported_grant_type", false),
        ("", "", 401, "invalid_request", false),
        (&format!("?{PASSWORD}"), "", 200, "", true),
        (
            "",
            r#"{"grant_type":"password","username":"demo@example.com","password":"demo-password"}"#,
            200,
            "",
            true,
        ),
    ];
    for (query, body, status, error, refreshable) in cases {
        let mut world = World::new();
        let reply = world.call("POST", &format!("/oauth/token{query}"), body);
        assert_eq!(reply.status, status, "{query} {body}");
        assert_eq!(text(&reply, "error"), error, "{query} {body}");
        assert_eq!(text(&reply, "refresh_token").len() == 64, refreshable, "{query} {body}");
        assert!(reply.header("x-rate-limit-limit").is_none());
        if status == 401 {
            let challenge = reply.header("www-authenticate").expect("a challenge");
            assert!(challenge.contains(&format!("error=\"{error}\"")), "{challenge}");
            assert_eq!(reply.header("cache-control"), Some("no-store"));
        }
    }
}

#[test]
fn a_token_has_the_recorded_shape() {
    let mut world = World::new();
    let body = value(&world.call("POST", "/oauth/token", PASSWORD));
    let access = body["access_token"].as_str().expect("a token");
    assert!(access.len() == 64 && access.bytes().all(|byte| byte.is_ascii_hexdigit()), "{access}");
    assert_ne!(body["access_token"], body["refresh_token"]);
    assert_ne!(access, world.token, "every grant draws a new one");
    assert_eq!(body["token_type"], "Bearer");
    assert_eq!(body["expires_in"], 7200);
    assert_eq!(body["created_at"], NOW);
    assert_eq!(body["scope"], "delete_account admin respond export read survey invalidate_response");
}

#[test]
fn the_seed_decides_the_tokens() {
    let token = |seed| World::with(Options { seed, ..Options::default() }).token;
    assert_eq!(token(7), token(7));
    assert_ne!(token(7), token(8));
}

#[test]
fn token_errors_are_400_by_switch_but_a_bad_client_stays_401() {
    let mut world = World::switched(Switches { token_error_status: 400, ..Switches::default() });
    assert_eq!(world.call("POST", "/oauth/token", "grant_type=password").status, 400);
    assert_eq!(world.call("POST", "/oauth/token", "grant_type=client_credentials").status, 401);
}

#[test]
fn an_account_token_opens_that_account_only() {
    let mut world = World::with(two_accounts());
    world.user("email=a@example.com");
    let second = world.sign_in("demo@example.com", "demo-password", "NPS-EU-SECOND01");
    let first = std::mem::replace(&mut world.token, second);
    assert_eq!(value(&world.get("/v1/end_users")), json!([]));
    world.user("email=a@example.com");
    assert_eq!(world.sandbox.state(0, None)["end_users"].as_array().map(Vec::len), Some(2));
    assert_eq!(world.sandbox.state(0, Some("NPS-DEMO0001"))["end_users"].as_array().map(Vec::len), Some(1));
    // In the body it is ignored: the token is for the login's first account.
    world.token = text(
        &world.call("POST", "/oauth/token", &format!("{PASSWORD}&account_token=NPS-EU-SECOND01")),
        "access_token",
    );
    let ids = column(&world.get("/v1/end_users"), "id");
    world.token = first;
    assert_eq!(column(&world.get("/v1/end_users"), "id"), ids);
}

#[test]
fn refreshing_rotates_both_tokens() {
    let mut world = World::new();
    let first = world.call("POST", "/oauth/token", PASSWORD);
    let refresh = format!("grant_type=refresh_token&refresh_token={}", text(&first, "refresh_token"));
    let second = world.call("POST", "/oauth/token", &refresh);
    assert_eq!(second.status, 200);
    assert_ne!(text(&second, "access_token"), text(&first, "access_token"));
    assert_ne!(text(&second, "refresh_token"), text(&first, "refresh_token"));
    assert_eq!(world.call("POST", "/oauth/token", &refresh).status, 401, "spent");
    world.token = text(&first, "access_token");
    assert_eq!(text(&world.get("/v1/segments"), "error"), "The access token was revoked");
    world.token = text(&second, "access_token");
    assert_eq!(world.get("/v1/segments").status, 200);
}

#[test]
fn a_resource_says_why_a_token_does_not_open_it() {
    let mut world = World::new();
    let good = world.token.clone();
    let cases = [
        (String::new(), 0, "The access token is invalid"),
        ("0".repeat(64), 0, "The access token is invalid"),
        (good.clone(), 7_200, "The access token expired"),
    ];
    for (token, later, message) in cases {
        world.token = token;
        world.now = NOW + later;
        let reply = world.get("/v1/end_users");
        assert_eq!((reply.status, value(&reply)), (401, json!({"error": message})));
        let challenge = reply.header("www-authenticate").expect("a challenge");
        assert!(challenge.contains("error=\"invalid_token\"") && challenge.contains(message), "{challenge}");
    }
    world.token = good;
    world.now = NOW + 7_199;
    assert_eq!(world.get("/v1/end_users").status, 200);
}

#[test]
fn a_token_may_come_in_the_query_or_the_form() {
    let mut world = World::new();
    let token = std::mem::take(&mut world.token);
    assert_eq!(world.get(&format!("/v1/segments?access_token={token}")).status, 200);
    let body = format!("email=a@example.com&access_token={token}");
    assert_eq!(world.call("POST", "/v1/end_users", &body).status, 201);
}

#[test]
fn revocation_and_a_new_password_close_the_account() {
    let mut world = World::new();
    let pair = world.call("POST", "/oauth/token", PASSWORD);
    let refresh = format!("grant_type=refresh_token&refresh_token={}", text(&pair, "refresh_token"));
    world.sandbox.revoke_tokens(false);
    assert_eq!(text(&world.get("/v1/segments"), "error"), "The access token was revoked");
    let pair = world.call("POST", "/oauth/token", &refresh);
    assert_eq!(pair.status, 200, "a refresh token outlives it");
    world.sandbox.revoke_tokens(true);
    let refresh = format!("grant_type=refresh_token&refresh_token={}", text(&pair, "refresh_token"));
    assert_eq!(world.call("POST", "/oauth/token", &refresh).status, 401);

    assert!(!world.sandbox.set_password("nobody@example.com", "x"));
    assert!(world.sandbox.set_password("demo@example.com", "changed"));
    assert_eq!(world.call("POST", "/oauth/token", PASSWORD).status, 401);
    world.token = world.sign_in("demo@example.com", "changed", "NPS-DEMO0001");
    assert_eq!(world.get("/v1/segments").status, 200);
}
