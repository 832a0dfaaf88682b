//! The web app, embedded in the program: every file as it is, and precompressed.
//!
//! Files under `assets/` carry a hash of their content in their name and may be cached for ever; the page names them
//! and is requested anew each time. The view is named after the `#` of the address, so there is one page.
//!
//! A program that was built without the web app has a page that says so.

use crate::error::{ApiError, code};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue,
    IF_NONE_MATCH, VARY,
};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Files;

const PAGE: &str = "index.html";
const NOT_BUILT: &str = "This program was built without its console. Build it with `make build`, or the console alone with \
                         `make web`, and then the program again. The admin API is here all the same, under /api/v1.\n";

/// Content codings, the one with the smallest files first, and the suffixes of their files.
const ENCODINGS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

/// `GET /`
pub(crate) async fn page(headers: HeaderMap) -> Response {
    match file(PAGE, &headers) {
        Some(response) => response,
        None => ([(CONTENT_TYPE, "text/plain; charset=utf-8")], NOT_BUILT).into_response(),
    }
}

/// `GET /icon.svg` and other files beside the page that are named by it
pub(crate) async fn icon(headers: HeaderMap) -> Result<Response, ApiError> {
    file("icon.svg", &headers).ok_or_else(gone)
}

/// `GET /assets/{name}`
pub(crate) async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Result<Response, ApiError> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let path = format!("assets/{name}");
    let response = if name.chars().all(fits) { file(&path, &headers) } else { None };
    response.ok_or_else(gone)
}

fn gone() -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, code::NOT_FOUND, "the console has no such file")
        .advising("load the page again: the program has been replaced by another version")
}

fn file(path: &str, headers: &HeaderMap) -> Option<Response> {
    let whole = Files::get(path)?;
    let (encoding, file) = encoded(path, headers).unwrap_or(("", whole));
    let kept = if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let tag = tag(&file);
    let known = headers.get(IF_NONE_MATCH).is_some_and(|asked| asked.as_bytes() == tag.as_bytes());
    let mut response =
        if known { StatusCode::NOT_MODIFIED.into_response() } else { file.data.into_owned().into_response() };
    let answer = response.headers_mut();
    answer.insert(CONTENT_TYPE, HeaderValue::from_static(kind(path)));
    answer.insert(CACHE_CONTROL, HeaderValue::from_static(kept));
    answer.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        answer.insert(ETAG, tag);
    }
    if !encoding.is_empty() {
        answer.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    Some(response)
}

fn encoded(path: &str, headers: &HeaderMap) -> Option<(&'static str, EmbeddedFile)> {
    let accepted = headers.get(ACCEPT_ENCODING)?.to_str().ok()?;
    let takes = |wanted: &str| {
        accepted.split(',').any(|one| {
            let mut parts = one.split(';').map(str::trim);
            parts.next() == Some(wanted) && parts.all(|part| part != "q=0")
        })
    };
    let (encoding, ending) = ENCODINGS.into_iter().find(|(encoding, _)| takes(encoding))?;
    Some((encoding, Files::get(&format!("{path}{ending}"))?))
}

fn tag(file: &EmbeddedFile) -> String {
    let hash: String =
        file.metadata.sha256_hash().iter().take(12).map(|byte| format!("{byte:02x}")).collect();
    format!("\"{hash}\"")
}

fn kind(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("txt") => "text/plain; charset=utf-8",
        Some("json") => "application/json",
        _ => "application/octet-stream",
    }
}
