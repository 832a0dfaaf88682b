//! The API port: it receives HTTP/1.1, calls [`Sandbox::serve`](crate::Sandbox::serve), and carries out the result.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderName, HeaderValue, header};
use http_body_util::BodyExt;
use port::{Body as Received, ClientHandle};

use super::hosted::Hosted;
use super::wire::WireBody;
use crate::exchange::{Reply, Request};
use crate::incoming::MAX_BODY;
use crate::sandbox::RequestEnd;

type Answering = Pin<Box<dyn Future<Output = Result<http::Response<WireBody>, io::Error>> + Send>>;

/// Answers requests from all connections.
pub(super) fn handler(
    hosted: Arc<Hosted>,
) -> impl Fn(http::Request<Received>, ClientHandle) -> Answering + Clone + Send + Sync + 'static {
    move |request, caller| Box::pin(answer(Arc::clone(&hosted), caller, request))
}

async fn answer(
    hosted: Arc<Hosted>,
    caller: ClientHandle,
    request: http::Request<Received>,
) -> Result<http::Response<WireBody>, io::Error> {
    let request = read(request).await?;
    let served = hosted.lock().serve(hosted.now_ms(), &request);
    hosted.news.send_replace(());
    if served.delay_ms > 0 {
        tokio::time::sleep(Duration::from_millis(served.delay_ms)).await;
    }
    match served.end {
        RequestEnd::Reply(Reply { status, headers, body }) => write(status, headers, WireBody::whole(body)),
        RequestEnd::Truncated { reply: Reply { status, mut headers, mut body }, bytes } => {
            headers.push((header::CONTENT_LENGTH.to_string(), body.len().to_string()));
            body.truncate(bytes);
            write(status, headers, WireBody::broken(body))
        }
        RequestEnd::Reset => {
            caller.reset();
            Err(io::Error::from(io::ErrorKind::ConnectionReset))
        }
    }
}

/// Reads the request, with at most one byte more of the body than is allowed, which the sandbox then refuses.
async fn read(request: http::Request<Received>) -> Result<Request, io::Error> {
    let (head, mut body) = request.into_parts();
    let mut data = Vec::new();
    while let Some(frame) = body.frame().await {
        if let Ok(chunk) = frame.map_err(io::Error::other)?.into_data() {
            let room = MAX_BODY + 1 - data.len();
            data.extend_from_slice(&chunk[..chunk.len().min(room)]);
        }
        if data.len() > MAX_BODY {
            break;
        }
    }
    let headers = head.headers.iter().map(|(name, value)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    });
    Ok(Request {
        method: head.method.as_str().to_owned(),
        target: head.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned(),
        headers: headers.collect(),
        body: data,
    })
}

fn write(
    status: u16,
    headers: Vec<(String, String)>,
    body: WireBody,
) -> Result<http::Response<WireBody>, io::Error> {
    let mut response = http::Response::new(body);
    *response.status_mut() = http::StatusCode::from_u16(status).map_err(io::Error::other)?;
    for (name, value) in headers {
        let name = HeaderName::try_from(name).map_err(io::Error::other)?;
        response.headers_mut().append(name, HeaderValue::try_from(value).map_err(io::Error::other)?);
    }
    Ok(response)
}
