use super::*;

#[test]
fn what_is_not_said_is_open_to_nobody() {
    assert_eq!(of(&Method::GET, "/api/v1/status"), VIEWER);
    assert_eq!(of(&Method::HEAD, "/api/v1/status"), VIEWER);
    assert_eq!(of(&Method::POST, "/api/v1/status"), Need::OtherMethod);
    assert_eq!(of(&Method::HEAD, "/api/v1/dead-letters/discard"), Need::OtherMethod);
    assert_eq!(of(&Method::GET, "/api/v1/secret"), Need::Undeclared);
    assert_eq!(of(&Method::GET, "/api/v1/status/"), Need::Undeclared);
}

/// A new route must come with its need, and a need must go with its route.
#[test]
fn every_route_says_what_it_needs() {
    let description = serde_json::to_value(crate::openapi::api().1).unwrap();
    let mut described = Vec::new();
    for (path, methods) in description["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            described.push(format!("{} {path}", method.to_uppercase()));
        }
    }
    // Routes that are not described: `serve::router` has them.
    let others = [
        "/health",
        "/livez",
        "/readyz",
        "/metrics",
        "/api/v1/openapi.json",
        "/",
        "/icon.svg",
        "/assets/{name}",
    ];
    described.extend(others.map(|path| format!("GET {path}")));
    let mut declared: Vec<_> = NEEDS.iter().map(|(method, path, ..)| format!("{method} {path}")).collect();
    described.sort();
    declared.sort();
    assert_eq!(described, declared, "access/needs.rs and the routes differ");
}
