//! The calls of real clients, as they send them.

use super::*;

/// `wootric-ruby` 0.0.3 sends every parameter in the query, also of a POST or PUT, with a JSON content type and no body;
/// its token call is a form (`lib/wootric/client.rb`, `lib/wootric/modules/*.rb`).
struct Gem {
    sandbox: Sandbox,
    token: String,
}

impl Gem {
    fn new() -> Gem {
        let mut gem = Gem { sandbox: Sandbox::new(Options::default()), token: String::new() };
        let request = Request {
            method: "POST".into(),
            target: "/oauth/token".into(),
            headers: vec![("Content-Type".into(), "application/x-www-form-urlencoded".into())],
            body: b"client_id=demo-client&client_secret=demo-client-secret&grant_type=client_credentials"
                .to_vec(),
        };
        gem.token = text(&gem.sandbox.handle(NOW * 1_000, &request), "access_token");
        assert_eq!(gem.token.len(), 64);
        gem
    }

    fn call(&mut self, method: &str, target: &str) -> Reply {
        let headers = [
            ("Content-Type", "application/json"),
            ("User-Agent", "Wootric-Ruby v0.0.3"),
            ("Authorization", &format!("Bearer {}", self.token)),
        ];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let request =
            Request { method: method.into(), target: target.into(), headers: headers.into(), body: vec![] };
        self.sandbox.handle(NOW * 1_000, &request)
    }
}

#[test]
fn the_ruby_gem_gets_what_its_own_specs_expect() {
    let mut gem = Gem::new();
    let created = gem.call(
        "POST",
        "/v1/end_users?email=nps%40example.com&last_surveyed=1469557183&properties%5Bcity%5D=Austin&properties%5Bcompany%5D=Wootric",
    );
    assert_eq!(created.status, 201);
    let user = value(&created);
    assert_eq!(user["properties"], json!({"city": "Austin", "company": "Wootric"}));
    let path = format!("/v1/end_users/{}", user["id"]);
    let edited = gem.call("PUT", &format!("{path}?email=new%40example.com&external_created_at=1469557183"));
    assert_eq!((edited.status, &value(&edited)["email"]), (200, &json!("new@example.com")));
    assert_eq!(value(&gem.call("GET", &path))["id"], user["id"]);
    let listed =
        gem.call("GET", "/v1/end_users?created%5Bgt%5D=1&created%5Blt%5D=4102444800&page=1&per_page=5");
    assert_eq!(column(&listed, "id"), [user["id"].clone()]);

    let answer = format!("{path}/responses?ip_address=192.168.0.1&origin_url=example.com&score=9&text=great");
    assert_eq!(gem.call("POST", &answer).status, 201);
    for (list, count) in [("", 1), ("/promoters", 1), ("/passives", 0), ("/detractors", 0)] {
        let reply = gem.call("GET", &format!("{path}/responses{list}?created%5Bgte%5D=1&page=1"));
        assert_eq!(column(&reply, "id").len(), count, "{list}");
    }
    let response = column(&gem.call("GET", "/v1/responses?per_page=1"), "id").remove(0);
    assert_eq!(value(&gem.call("GET", &format!("{path}/responses/{response}")))["score"], 9);

    assert_eq!(gem.call("POST", &format!("{path}/declines?origin_url=example.com")).status, 201);
    let decline = column(&gem.call("GET", "/v1/declines"), "id").remove(0);
    assert_eq!(
        column(&gem.call("GET", &format!("{path}/declines?created%5Blte%5D=4102444800")), "id").len(),
        1
    );
    assert_eq!(value(&gem.call("GET", &format!("{path}/declines/{decline}")))["id"], decline);

    assert_eq!(value(&gem.call("GET", &format!("{path}/settings")))["email_nps"], true);
    let settings = gem.call("PUT", &format!("{path}/settings?email_nps=false"));
    assert_eq!((settings.status, &value(&settings)["email_nps"]), (200, &json!(false)));

    for (kind, id) in [("responses", response), ("declines", decline)] {
        assert_eq!(gem.call("DELETE", &format!("{path}/{kind}/{id}")).status, 204);
        assert_eq!(gem.call("GET", &format!("{path}/{kind}/{id}")).status, 404);
    }
    assert_eq!(value(&gem.call("DELETE", &path))["id"], user["id"]);
}

#[test]
fn an_email_survey_makes_the_end_users_who_are_missing() {
    let mut world = World::new();
    let known = world.user("email=known@x&properties[plan]=pro");
    let reply = world.call(
        "POST",
        "/v1/email_survey",
        "emails[]=known@x&emails[]=b@x,c@x&external_ids[]=k,b&survey_immediately=true&end_user[properties][campaign]=May\
         &survey_settings[custom_messages][followup_text]=Thanks&context[][service]=x&delay=8",
    );
    assert_eq!(reply.status, 200);
    let users = world.get("/v1/end_users?sort_key=created_at&sort_order=asc");
    assert_eq!(column(&users, "email"), ["known@x", "b@x", "c@x"].map(|text| json!(text)));
    assert_eq!(column(&users, "external_id"), [json!(null), json!("b"), json!(null)]);
    assert_eq!(column(&users, "properties"), vec![json!({"campaign": "May"}); 3]);
    assert_eq!(column(&users, "id")[0], known);
    let many = "emails[]=a@x&".repeat(101);
    let cases = [
        ("survey_immediately=true", "emails is missing"),
        (many.as_str(), "emails does not have a valid value"),
        ("emails[][a]=1", "emails is invalid"),
        ("emails=a@x&delay=32", "delay does not have a valid value"),
        ("emails=a@x&survey_immediately=soon", "survey_immediately is invalid"),
    ];
    for (body, words) in cases {
        let reply = world.call("POST", "/v1/email_survey", body);
        assert_eq!((reply.status, messages(&reply)), (400, vec![words.to_owned()]), "{body}");
    }
    assert_eq!(world.call("POST", "/v1/email_survey", "emails[]=d%00@x").status, 500);
}

#[test]
fn a_client_may_sign_in_with_basic() {
    // demo-client:demo-client-secret, the same with a wrong secret, and percent-encoded (RFC 6749 2.3.1).
    let cases = [
        ("Basic ZGVtby1jbGllbnQ6ZGVtby1jbGllbnQtc2VjcmV0", "grant_type=client_credentials", 200),
        ("basic  ZGVtby1jbGllbnQ6ZGVtby1jbGllbnQtc2VjcmV0", "grant_type=client_credentials", 200),
        ("Basic ZGVtby1jbGllbnQ6d3Jvbmc=", "grant_type=client_credentials", 401),
        ("Basic ZGVtbyUyRGNsaWVudDpkZW1vLWNsaWVudC1zZWNyZXQ=", "grant_type=client_credentials", 200),
        // The header has precedence over the form.
        (
            "Basic ZGVtby1jbGllbnQ6d3Jvbmc=",
            "grant_type=client_credentials&client_id=demo-client&client_secret=demo-client-secret",
            401,
        ),
        ("Basic !", "grant_type=client_credentials&client_id=demo-client", 200),
        ("Basic !", "grant_type=client_credentials", 401),
    ];
    for (header, body, status) in cases {
        let mut sandbox = Sandbox::new(Options::default());
        let request = Request {
            method: "POST".into(),
            target: "/oauth/token".into(),
            headers: vec![
                ("Authorization".into(), header.into()),
                ("Content-Type".into(), "application/x-www-form-urlencoded".into()),
            ],
            body: body.into(),
        };
        let reply = sandbox.handle(NOW * 1_000, &request);
        assert_eq!(reply.status, status, "{header} {body}");
    }
}

#[test]
fn a_sign_up_in_milliseconds_is_a_switch() {
    let body = "email=a@x&external_created_at=1469557183000";
    let mut strict = World::new();
    assert_eq!(messages(&strict.call("POST", "/v1/end_users", body)), ["external_created_at is invalid"]);
    let mut switched = World::switched(Switches { millisecond_sign_ups: true, ..Switches::default() });
    let reply = switched.call("POST", "/v1/end_users", body);
    assert_eq!((reply.status, &value(&reply)["external_created_at"]), (201, &json!(1_469_557_183_000_i64)));
}

#[test]
fn switches_are_set_by_word_and_by_object() {
    let start = Switches::default();
    let cases = [
        ("create_status=200", Switches { create_status: 200, ..start.clone() }),
        ("lenient", Switches { lenient: true, ..start.clone() }),
        ("one_a_day=false", Switches { one_a_day: false, ..start.clone() }),
        ("max_per_page=500", Switches { max_per_page: 500, ..start.clone() }),
    ];
    for (word, expected) in cases {
        assert_eq!(start.with_word(word).expect(word), expected, "{word}");
    }
    for (word, why) in [
        ("colour=red", "unknown field `colour`"),
        ("lenient=maybe", "lenient: invalid type"),
        ("create_status=99", "create_status is an HTTP status from 200 to 299"),
        ("duplicate_status=200", "duplicate_status is an HTTP status from 400 to 599"),
        ("max_per_page=0", "max_per_page is at least 1"),
        ("max_per_page=-1", "max_per_page: invalid"),
        ("", "unknown field ``"),
    ] {
        let error = start.with_word(word).expect_err(word).to_string();
        assert!(error.contains(why), "{word}: {error}");
    }
    let both = start.with(&json!({"lenient": true, "create_status": 200})).expect("both");
    assert!(both.lenient && both.create_status == 200 && both.one_a_day);
    assert!(start.with(&json!([])).is_err());
}
