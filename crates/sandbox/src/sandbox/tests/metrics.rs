use super::*;
use crate::options::LimitScope;

#[test]
fn the_summary_counts_days_of_the_account() {
    let mut world = World::new();
    // 2024-05-02 06:59:59 and 07:00:00 UTC: the first is still the day before in Pacific time.
    let midnight = 1_714_633_200;
    for (n, (score, at)) in
        [(9, midnight), (10, midnight - 1), (7, midnight), (2, midnight)].into_iter().enumerate()
    {
        let id = world.user(&format!("email={n}@x"));
        world.response(id, &format!("score={score}&created_at={at}"));
    }
    let decliner = world.user("email=decliner@x");
    world.call("POST", &format!("/v1/end_users/{decliner}/declines"), "");
    let excluded = world.user("email=excluded@x");
    let row = world.response(excluded, "score=0")["id"].clone();
    world.call("PUT", &format!("/v1/responses/{row}"), "excluded_from_calculations=true");
    let cases = [
        ("", [25, 4, 1, 1, 2, 80]),
        ("?date[start]=2024-05-02&date[end]=2024-05-02", [0, 3, 1, 1, 1, 75]),
        ("?date[end]=2024-05-01", [100, 1, 0, 0, 1, 100]),
        ("?date[start]=2024-05-03", [0, 0, 0, 0, 0, 0]),
    ];
    for (query, [nps, responses, detractors, passives, promoters, rate]) in cases {
        assert_eq!(
            value(&world.get(&format!("/v1/nps_summary{query}"))),
            json!({"nps": nps, "responses": responses, "detractors": detractors, "passives": passives,
                "promoters": promoters, "response_rate": rate, "email_response_rate": 0}),
            "{query}"
        );
    }
    let refused = world.get("/v1/nps_summary?date[start]=yesterday");
    assert_eq!((refused.status, messages(&refused)), (400, vec!["date[start] is invalid".to_owned()]));
    let refused = world.get("/v1/nps_summary?date=yesterday");
    assert_eq!((refused.status, messages(&refused)), (400, vec!["date is invalid".to_owned()]), "said once");
}

#[test]
fn segments_are_the_property_names_ever_seen() {
    let mut world = World::new();
    let id = world.user("email=a@x&properties[plan]=Pro&properties[seats_amount]=1");
    world.now += 60;
    world.response(id, "score=9&end_user[properties][plan]=x&end_user[properties][renewal_date]=1735689600");
    let (first, second) = ("2024-05-02 08:15:30 -0700", "2024-05-02 08:16:30 -0700");
    assert_eq!(
        value(&world.get("/v1/segments")),
        json!([
            {"name": "plan", "data_type": "string", "created_at": first},
            {"name": "seats_amount", "data_type": "integer", "created_at": first},
            {"name": "renewal_date", "data_type": "date", "created_at": second},
        ])
    );
}

#[test]
fn there_is_one_survey_template() {
    let reply = value(&World::new().get("/v1/survey_templates"));
    assert_eq!(reply["default_survey_template_id"], reply["survey_templates"][0]["id"]);
    assert_eq!(reply["survey_templates"][0]["languages"], json!([{"code": "en", "name": "English"}]));
}

#[test]
fn unknown_routes_and_methods_have_their_own_answers() {
    let cases = [
        ("GET", "/", 404, ""),
        ("GET", "/v2/end_users", 404, ""),
        ("GET", "/v1/unknown", 404, ""),
        ("GET", "/v1/end_users/1/page_views", 404, ""),
        ("GET", "/v1/end_users//responses/1/x", 404, ""),
        ("POST", "/api/oauth/token", 404, ""),
        ("GET", "/oauth/token", 405, "POST"),
        ("PATCH", "/v1/end_users/1", 405, "GET, PUT, DELETE"),
        ("GET", "/v1/responses/1", 405, "PUT"),
        ("POST", "/v1/segments", 405, "GET"),
    ];
    let mut world = World::new();
    world.token.clear();
    for (method, target, status, allowed) in cases {
        let reply = world.call(method, target, "");
        assert_eq!(reply.status, status, "{method} {target}");
        match status {
            404 => assert_eq!(value(&reply), json!({"error": "Not Found", "status": 404})),
            _ => {
                assert_eq!(value(&reply), json!({"error": "405 Not Allowed"}));
                assert_eq!(reply.header("allow"), Some(allowed));
            }
        }
    }
    assert_eq!(world.get(&format!("/v1/{}", "x".repeat(20_000))).status, 404);
}

#[test]
fn a_limited_account_shows_its_standing_on_every_reply() {
    let mut world = World::with(Options { limit: Some(3), ..Options::default() });
    let mut standing = |method: &str, target: &str, body: &str, later: i64| {
        world.now = NOW + later;
        let reply = world.call(method, target, body);
        let header = |name| reply.header(name).and_then(|value| value.parse::<i64>().ok());
        let errors = if reply.status == 429 { messages(&reply) } else { Vec::new() };
        assert_eq!(errors.is_empty(), reply.status != 429);
        (
            reply.status,
            header("x-rate-limit-limit"),
            header("x-rate-limit-remaining"),
            header("x-rate-limit-reset"),
        )
    };
    // The minute ends 30 seconds from now.
    let end = Some(NOW + 30);
    let next = Some(NOW + 90);
    assert_eq!(standing("POST", "/v1/end_users", "email=a@x", 0), (201, Some(3), Some(2), end));
    assert_eq!(standing("GET", "/v1/end_users/1", "", 1), (404, Some(3), Some(1), end));
    assert_eq!(standing("POST", "/v1/end_users", "", 2), (400, Some(3), Some(0), end));
    assert_eq!(standing("POST", "/v1/end_users", "email=b@x", 29), (429, Some(3), Some(0), end));
    assert_eq!(standing("POST", "/oauth/token", "", 29), (401, None, None, None));
    assert_eq!(
        standing("GET", "/v1/end_users/x?lookup_by_email=true", "", 30),
        (404, Some(3), Some(2), next)
    );
    assert_eq!(
        value(&world.get("/v1/end_users")).as_array().map(Vec::len),
        Some(1),
        "the refused one did nothing"
    );
}

#[test]
fn an_unlimited_account_has_no_rate_headers() {
    let mut world = World::new();
    assert_eq!(world.get("/v1/end_users").header("x-rate-limit-limit"), None);
    world.sandbox.set_limit(Some(1), LimitScope::Endpoint);
    assert_eq!(world.get("/v1/end_users").status, 200);
    assert_eq!(world.get("/v1/end_users").status, 429);
    assert_eq!(world.get("/v1/segments").status, 200, "another endpoint");
    assert_eq!(world.call("POST", "/v1/end_users", "email=a@x").status, 201, "another method");
}
