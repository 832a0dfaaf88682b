//! A request to the gateway, including its head.

use bytes::Bytes;
use event::{Millis, SourceKind};
use gateway::{Gateway, GatewaySettings, SourceSettings, WriteKeyUntil};
use http::{HeaderName, HeaderValue, Method, Request, Uri};
use http_body_util::Full;
use journal::{DeliveryStore, Intake, MemoryJournal};
use std::sync::Arc;

/// Reads lines as in HTTP: method and path; headers; an empty line; the body. The write key of the one source is `key`.
pub(crate) fn head(data: &[u8]) {
    let Some(request) = request(data) else { return };
    let path = request.uri().path().to_owned();
    let journal = Arc::new(MemoryJournal::new());
    let before = *journal.appended().borrow();
    let reply = {
        let gateway = gateway(&journal);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        runtime.block_on(gateway.answer(request, [192, 0, 2, 7].into()))
    };
    let stored = *journal.appended().borrow() - before;
    assert!(stored <= 1);
    assert!(stored == 0 || reply.status() == 200, "what is stored is answered for: {}", reply.status());
    if reply.status() == 200 && takes_events(&path) {
        assert_eq!(stored, 1, "{path}: an SDK forgets what was not stored");
    }
}

/// Whether a 200 says that events are stored. An import may be empty, and the metrics that SDKs send about themselves are not stored.
fn takes_events(path: &str) -> bool {
    let path = path.trim_matches('/');
    (path.starts_with("v1/") || path.starts_with("beacon/")) && !["v1/import", "v1/m"].contains(&path)
}

fn request(data: &[u8]) -> Option<Request<Full<Bytes>>> {
    let end = data.windows(2).position(|two| two == b"\n\n").unwrap_or(data.len());
    let body = Bytes::copy_from_slice(data.get(end + 2..).unwrap_or_default());
    let mut lines = data.get(..end)?.split(|byte| *byte == b'\n');
    let mut first = lines.next()?.splitn(2, |byte| *byte == b' ');
    let mut request = Request::new(Full::new(body));
    *request.method_mut() = Method::from_bytes(first.next()?).ok()?;
    *request.uri_mut() = Uri::try_from(first.next()?).ok()?;
    for line in lines {
        let colon = line.iter().position(|byte| *byte == b':')?;
        let (name, value) = line.split_at(colon);
        let value = HeaderValue::from_bytes(value.get(1..)?.trim_ascii()).ok()?;
        request.headers_mut().append(HeaderName::from_bytes(name).ok()?, value);
    }
    Some(request)
}

fn gateway(journal: &Arc<MemoryJournal>) -> Arc<Gateway> {
    let destination = journal.destination("inmoment").expect("a destination");
    let source = SourceSettings {
        id: journal.source("website", SourceKind::Web).expect("a source"),
        name: "website".to_owned(),
        kind: SourceKind::Web,
        write_keys: vec![WriteKeyUntil::current("key")],
        enabled: true,
        rate_limit: None,
        disk: None,
        destinations: [destination].into(),
    };
    let clock = Arc::new(|| Millis(1_700_000_000_000));
    Gateway::new(GatewaySettings::new(vec![source]), Arc::clone(journal) as Arc<dyn Intake>, clock)
        .expect("a gateway")
}
