use super::*;

#[test]
fn every_path_an_sdk_uses_is_known_with_any_number_of_slashes_around_it() {
    let events = |way| Some(Route::Events(way));
    for (path, route) in [
        ("/v1/identify", events(BodyKind::Single(EventKind::Identify))),
        ("/v1/track", events(BodyKind::Single(EventKind::Track))),
        ("/v1/page", events(BodyKind::Single(EventKind::Page))),
        ("/v1/screen", events(BodyKind::Single(EventKind::Screen))),
        ("/v1/group", events(BodyKind::Single(EventKind::Group))),
        ("/v1/alias", events(BodyKind::Single(EventKind::Alias))),
        ("/v1/merge", events(BodyKind::Single(EventKind::Merge))),
        ("/v1/batch", events(BodyKind::Batch)),
        ("/v1/import", events(BodyKind::Import)),
        ("/v1/i", events(BodyKind::Single(EventKind::Identify))),
        ("/v1/t", events(BodyKind::Single(EventKind::Track))),
        ("/v1/p", events(BodyKind::Single(EventKind::Page))),
        ("/v1/s", events(BodyKind::Single(EventKind::Screen))),
        ("/v1/g", events(BodyKind::Single(EventKind::Group))),
        ("/v1/a", events(BodyKind::Single(EventKind::Alias))),
        ("/v1/b", events(BodyKind::Batch)),
        ("/v1/m", Some(Route::SdkMetrics)),
        ("/beacon/v1/batch", events(BodyKind::Beacon)),
        ("/pixel/v1/track", Some(Route::Pixel(EventKind::Track))),
        ("/pixel/v1/page", Some(Route::Pixel(EventKind::Page))),
        ("/sourceConfig", Some(Route::SourceConfig)),
        ("/rsaMetrics", Some(Route::SdkMetrics)),
        ("/health", Some(Route::Health)),
        ("/version", Some(Route::Version)),
        ("/docs", Some(Route::Docs)),
        ("/robots.txt", Some(Route::Robots)),
    ] {
        for spelled in [path.to_owned(), format!("/{path}"), format!("{path}/"), format!("//{path}//")] {
            assert_eq!(Route::of(&spelled), route, "{spelled}");
        }
    }
    assert_eq!(Route::of("/"), Some(Route::Health));
}

#[test]
fn nothing_else_is_a_route() {
    for path in [
        "/v1",
        "/v1/nope",
        "/v1/Track",
        "/V1/track",
        "/v1//track",
        "/v1/track/x",
        "/track",
        "/internal/v1/batch",
        "/v1/webhook",
        "/cluster-info",
        "/transform",
        "/beacon/v1/track",
        "/pixel/v1/batch",
        "*",
    ] {
        assert_eq!(Route::of(path), None, "{path}");
    }
}

#[test]
fn methods_are_taken_as_listed() {
    for (path, taken) in [
        ("/v1/track", "POST"),
        ("/sourceConfig", "GET HEAD"),
        ("/health", "GET HEAD"),
        ("/version", "GET HEAD"),
        ("/robots.txt", "GET HEAD"),
        ("/", "GET HEAD"),
        ("/pixel/v1/track", "GET"),
    ] {
        let route = Route::of(path).unwrap();
        for method in [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::OPTIONS, Method::DELETE]
        {
            assert_eq!(route.takes(&method), taken.split(' ').any(|word| word == method), "{method} {path}");
        }
    }
}
