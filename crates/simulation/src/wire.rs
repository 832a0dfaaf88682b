//! Between the client's requests and replies and those of the emulated InMoment, which share no types.

use inmoment::{HttpReply, HttpRequest};
use sandbox::Request;
use secrecy::{ExposeSecret, SecretString};

/// The client's request, as it reaches InMoment.
pub fn request(request: &HttpRequest, token: Option<&SecretString>) -> Request {
    let form = "application/x-www-form-urlencoded".to_owned();
    let mut headers = vec![("content-type".to_owned(), form)];
    headers
        .extend(token.map(|token| ("authorization".to_owned(), format!("Bearer {}", token.expose_secret()))));
    Request {
        method: request.method.to_owned(),
        target: request.path.clone(),
        headers,
        body: request.form.clone().unwrap_or_default().into_bytes(),
    }
}

/// InMoment's reply, as it reaches the client.
pub fn http_reply(reply: sandbox::Reply) -> HttpReply {
    let headers = reply.headers.into_iter().map(|(name, value)| (name.to_lowercase(), value)).collect();
    HttpReply { status: reply.status, headers, body: reply.body }
}
