//! Requests to the public port, which are repeated as long as that can help, and narrowed down to the line that the
//! server refuses.

use super::lines::{Line, Prepared};
use super::progress::Progress;
use crate::admin::{root_of, trusting};
use crate::failure::{Exit, Failure, code};
use reqwest::StatusCode;
use secrecy::{ExposeSecret, SecretString};
use std::collections::VecDeque;
use std::path::Path;
use std::time::Duration;

/// How often one request is sent before the run is interrupted; the waits between add up to about eight seconds.
const TRIES: u32 = 6;
const FIRST_WAIT: Duration = Duration::from_millis(250);
/// The longest wait, whatever the server's `Retry-After` says.
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// The longest reason of a refusal that is repeated.
const LONGEST_REASON: usize = 200;

/// The result of lines.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Sent {
    /// this many were accepted
    Accepted(u64),
    /// this one was refused, with the reason
    Rejected(u64, String),
}

/// A server's public port.
pub(super) struct Port {
    http: reqwest::Client,
    url: reqwest::Url,
    write_key: SecretString,
    first_wait: Duration,
}

/// How the server answered.
enum GatewayReply {
    Accepted,
    /// this request will never be accepted unchanged
    Refused(String),
}

impl Port {
    pub(super) fn new(url: &str, write_key: SecretString, ca: Option<&Path>) -> Result<Port, Failure> {
        let wrong = || {
            Failure::new(code::SERVER_UNREACHABLE, "--url must be an address like http://127.0.0.1:8080")
                .exit(Exit::Usage)
        };
        // The address is checked by itself first: with "http://" and a path, the beginning of the path would become a
        // host.
        let base = reqwest::Url::parse(url).map_err(|_| wrong())?;
        if !matches!(base.scheme(), "http" | "https") || !base.has_host() {
            return Err(wrong());
        }
        let url = format!("{}/v1/batch", base.as_str().trim_end_matches('/'));
        let url = reqwest::Url::parse(&url).map_err(|_| wrong())?;
        let http = trusting(ca)?
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(5))
            .timeout(Duration::from_secs(120))
            .build()
            .map_err(|error| Failure::new(code::START_FAILED, format!("no HTTP client: {error}")))?;
        Ok(Port { http, url, write_key, first_wait: FIRST_WAIT })
    }

    /// Sends events in their order. A refused request is halved until the line to blame stands alone.
    pub(super) async fn deliver(&self, lines: &[&Line], before: &Progress) -> Result<Vec<Sent>, Failure> {
        let mut sent = Vec::new();
        let mut queue: VecDeque<&[&Line]> = VecDeque::from([lines]);
        while let Some(part) = queue.pop_front() {
            let [first, others @ ..] = part else { continue };
            match self.post(&body(part), before).await? {
                GatewayReply::Accepted => {
                    sent.push(Sent::Accepted(u64::try_from(part.len()).unwrap_or(u64::MAX)))
                }
                GatewayReply::Refused(reason) if others.is_empty() => {
                    sent.push(Sent::Rejected(first.number, reason))
                }
                GatewayReply::Refused(_) => {
                    let (front, back) = part.split_at(part.len() / 2);
                    queue.push_front(back);
                    queue.push_front(front);
                }
            }
        }
        Ok(sent)
    }

    /// One request, repeated while the server cannot be reached or has no room.
    async fn post(&self, body: &str, before: &Progress) -> Result<GatewayReply, Failure> {
        let mut wait = self.first_wait;
        let mut tries = 1;
        loop {
            let (trouble, asked) = match self.once(body).await {
                Ok((StatusCode::OK, ..)) => return Ok(GatewayReply::Accepted),
                Ok((StatusCode::BAD_REQUEST | StatusCode::PAYLOAD_TOO_LARGE, text, _)) => {
                    return Ok(GatewayReply::Refused(format!(
                        "{} [{}]",
                        reason(&text),
                        code::REFUSED_BY_SERVER
                    )));
                }
                Ok((status, text, asked)) if retryable(status) => {
                    (format!("it answers {}: {}", status.as_u16(), reason(&text)), asked)
                }
                Ok((status, text, _)) => return Err(refused(status, &text, before)),
                Err(error) if port::is_distrust(&error) => return Err(untrusted(&root_of(&error), before)),
                Err(error) => (root_of(&error), None),
            };
            if tries >= TRIES {
                return Err(interrupted(&trouble, before));
            }
            tokio::time::sleep(asked.unwrap_or(wait).min(LONGEST_WAIT)).await;
            tries += 1;
            wait *= 2;
        }
    }

    async fn once(&self, body: &str) -> reqwest::Result<(StatusCode, String, Option<Duration>)> {
        let reply = self
            .http
            .post(self.url.clone())
            .basic_auth(self.write_key.expose_secret(), Some(""))
            .header("content-type", "application/json")
            .body(body.to_owned())
            .send()
            .await?;
        let status = reply.status();
        let asked = reply.headers().get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
        Ok((status, reply.text().await?, asked.map(Duration::from_secs)))
    }
}

fn retryable(status: StatusCode) -> bool {
    status.is_server_error() || matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT)
}

fn body(lines: &[&Line]) -> String {
    let mut body = String::from("{\"batch\":[");
    for line in lines {
        if let Prepared::Event(text) = &line.prepared {
            if !body.ends_with('[') {
                body.push(',');
            }
            body.push_str(text);
        }
    }
    body.push_str("]}");
    body
}

/// A server's message, short and on one line.
fn reason(text: &str) -> String {
    let words: String =
        text.trim().chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_REASON).collect();
    if words.is_empty() { "no reason given".to_owned() } else { words }
}

fn so_far(before: &Progress) -> String {
    if before.line == 0 {
        "no line was accepted yet".to_owned()
    } else {
        format!("everything up to line {} was accepted or reported", before.line)
    }
}

fn refused(status: StatusCode, text: &str, before: &Progress) -> Failure {
    let advice = match status {
        StatusCode::UNAUTHORIZED => "use the write_key of one of the server's sources",
        StatusCode::NOT_FOUND => {
            "see that --url is the server's public address and that the source is enabled"
        }
        _ => "see that --url is the server's public address",
    };
    Failure::new(code::SEND_REFUSED, format!("the server answers {}: {}", status.as_u16(), reason(text)))
        .means(so_far(before))
        .advice(advice)
}

fn untrusted(trouble: &str, before: &Progress) -> Failure {
    Failure::new(code::SERVER_UNTRUSTED, format!("the server is not to be trusted: {trouble}"))
        .exit(Exit::Unreachable)
        .means(so_far(before))
        .advice("name the server's certificate, or its authority's, with --ca FILE")
}

fn interrupted(trouble: &str, before: &Progress) -> Failure {
    Failure::new(code::SEND_INTERRUPTED, format!("the server cannot take events: {trouble}"))
        .exit(Exit::Unreachable)
        .means(so_far(before))
        .advice("when the server is up, run the same command again: it goes on from there")
}

#[cfg(test)]
mod tests;
