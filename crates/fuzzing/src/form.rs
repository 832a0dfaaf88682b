//! The sandbox's reading of forms and queries, as Rack reads them.

use crate::site::Site;
use inmoment::HttpRequest;

/// Reads the form of a new end user, and the query of a list.
pub(crate) fn form(data: &[u8]) {
    let form = String::from_utf8_lossy(data).into_owned();
    let mut site = Site::new();
    let reply = site.send(&HttpRequest {
        method: "POST",
        path: "/v1/end_users".to_owned(),
        form: Some(form.clone()),
    });
    assert!([200, 201, 400, 409, 413, 422, 500].contains(&reply.status), "{}", reply.status);
    if reply.status < 300 {
        let user: serde_json::Value = serde_json::from_slice(&reply.body).expect("an end user in JSON");
        assert!(user["properties"].is_object() && !user["id"].is_null());
    }
    // Bytes that a request line cannot contain never reach the emulator.
    let query: String = form.chars().filter(|letter| letter.is_ascii_graphic()).collect();
    let reply = site.send(&HttpRequest { method: "GET", path: format!("/v1/end_users?{query}"), form: None });
    assert!([200, 400, 404, 413, 414, 500].contains(&reply.status), "{}", reply.status);
}
