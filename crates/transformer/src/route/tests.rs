use super::*;

#[test]
fn paths_in_any_case_with_one_slash() {
    let table = [
        ("GET", "/health", Route::Health),
        ("GET", "/Health/", Route::Health),
        ("GET", "/health//", Route::Elsewhere),
        ("POST", "/health", Route::Elsewhere),
        ("GET", "/features", Route::Features),
        ("GET", "/buildVersion", Route::BuildVersion),
        ("GET", "/transformerBuildVersion", Route::BuildVersion),
        ("GET", "/version", Route::Version),
        ("GET", "/routerTransform", Route::Elsewhere),
        ("POST", "/routertransform", Route::RouterTransform),
        ("POST", "/batch", Route::Batch),
        ("POST", "/v0/destinations/Wootric", Route::Processor("Wootric".to_owned())),
        ("POST", "/v9/destinations/%20WOOTRIC%20/", Route::Processor(" WOOTRIC ".to_owned())),
        ("POST", "/v0/destinations/wootric/proxy", Route::Proxy(ProxyVersion::V0, "wootric".to_owned())),
        ("POST", "/v1/destinations/wootric/PROXY", Route::Proxy(ProxyVersion::V1, "wootric".to_owned())),
        ("POST", "/v2/destinations/wootric/proxy", Route::Elsewhere),
        ("POST", "/v0/destinations/wootric/proxyTest", Route::Elsewhere),
        ("POST", "/v1/sources/webhook", Route::Elsewhere),
        ("GET", "/metrics", Route::Elsewhere),
        ("GET", "/", Route::Elsewhere),
    ];
    for (method, path, wanted) in table {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        assert_eq!(Route::of(&method, path), wanted, "{method} {path}");
    }
}

#[test]
fn our_name() {
    assert!(["wootric", " WOOTRIC ", "Wootric"].iter().all(|name| is_ours(name)));
    assert!(!["wootrics", "", "inmoment", "null"].iter().any(|name| is_ours(name)));
}
