use crate::client::Client;
use crate::harness::{Harness, TOKEN};
use console::Reach;

const EVERYTHING: [(&str, &str, u16); 7] = [
    ("GET", "/health", 200),
    ("GET", "/metrics", 200),
    ("GET", "/api/v1/openapi.json", 200),
    ("GET", "/api/v1/status", 401),
    ("GET", "/api/v1/nowhere", 404),
    ("POST", "/health", 405),
    ("GET", "/api/v1/setup", 200),
];

#[tokio::test]
async fn everything_is_answered_with_the_same_care() {
    let harness = Harness::new();
    let browser = Client::browser(&harness);
    for (method, path, status) in EVERYTHING {
        let reply = browser.ask(method, path, "").await;
        assert_eq!(reply.status(), status, "{path}");
        let headers = reply.headers();
        let policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                      connect-src 'self'; font-src 'self'; manifest-src 'self'; base-uri 'none'; \
                      form-action 'self'; frame-ancestors 'none'";
        for (name, value) in [
            ("content-security-policy", policy),
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("cache-control", "no-store"),
        ] {
            let all: Vec<_> = headers.get_all(name).iter().collect();
            assert_eq!(all, [value], "{path} {name}");
        }
        assert!(headers.contains_key("permissions-policy"));
        assert!(!headers.contains_key("strict-transport-security"));
        assert!(headers.keys().all(|name| !name.as_str().starts_with("access-control")), "{path}");
    }
    let harness = Harness::reached(Reach { tls: true, ..Reach::default() });
    let reply = Client::browser(&harness).ask("GET", "/health", "").await;
    assert_eq!(reply.headers()["strict-transport-security"], "max-age=31536000");
}

#[tokio::test]
async fn on_this_machine_only_its_own_names_are_answered() {
    let harness = Harness::reached(Reach { loopback: true, ..Reach::default() });
    let program = Client::program(&harness, TOKEN);
    for host in ["localhost", "localhost:8081", "127.0.0.1:1", "[::1]:8081", ""] {
        assert_eq!(
            program.with(&[("host", host)]).ask("GET", "/api/v1/status", "").await.status(),
            200,
            "{host}"
        );
    }
    for host in
        ["evil.example", "evil.example:8081", "127.0.0.1.nip.io", "localhost@evil.example", "10.0.0.1"]
    {
        for (method, path, _) in EVERYTHING {
            let mut rebound = program.with(&[("host", host)]);
            let reply = rebound.raw(method, path, "").await;
            assert_eq!(reply.code(), (421, "host_refused"), "{host} {path}");
            assert!(reply.headers.contains_key("content-security-policy"));
        }
    }
    for reach in [
        Reach { loopback: true, behind_proxy: true, tls: false },
        Reach { loopback: true, behind_proxy: false, tls: true },
        Reach::default(),
    ] {
        let harness = Harness::reached(reach);
        let reply = Client::program(&harness, TOKEN)
            .with(&[("host", "rapport.example")])
            .ask("GET", "/health", "")
            .await;
        assert_eq!(reply.status(), 200, "{reach:?}");
    }
}
