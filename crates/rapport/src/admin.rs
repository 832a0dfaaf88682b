//! The client side of the admin API, for the commands that talk to a running server.

use crate::cli;
use crate::config::{self, Address, AdminAccess, TOKEN_VARIABLE};
use crate::failure::{Exit, Failure, code};
use reqwest::{Method, StatusCode};
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::Value;
use std::path::Path;
use std::time::Duration;

/// The largest reply that is read; a page of dead letters is much smaller.
const LONGEST_ANSWER: usize = 256 << 20;

/// The longest reply of `/readyz` that is read.
const LONGEST_READINESS: usize = 64 << 10;

/// A server that does not answer within this time is not ready.
const READINESS_TIMEOUT: Duration = Duration::from_secs(10);

/// Talks to one server.
#[derive(Debug)]
pub struct AdminClient {
    http: reqwest::Client,
    access: AdminAccess,
}

/// An error as the admin API writes it.
#[derive(Debug, Deserialize)]
struct ApiProblem {
    code: String,
    message: String,
    #[serde(default)]
    what_to_do: String,
}

/// The reply of `/readyz` at the admin port.
#[derive(Debug, Deserialize)]
struct Readiness {
    ready: bool,
    reasons: Vec<Reason>,
}

#[derive(Debug, Deserialize)]
struct Reason {
    code: String,
    reason: String,
}

impl AdminClient {
    /// The server that the command line names.
    pub fn new(server: &cli::ServerArgs) -> Result<AdminClient, Failure> {
        let access = match (server.config.file(), &server.admin) {
            (None, Some(url)) => {
                config::access_from_environment(url, server.ca.clone()).ok_or_else(no_token)?
            }
            (file, _) => config::access_from_file(file)?,
        };
        AdminClient::with_access(access)
    }

    /// A server whose address and token are known.
    pub fn with_access(access: AdminAccess) -> Result<AdminClient, Failure> {
        Ok(AdminClient { http: built(direct(&access.address)?)?, access })
    }

    /// Makes a GET request, e.g. for `status` with these parameters.
    pub async fn get(&self, path: &str, query: &[(&str, String)]) -> Result<Value, Failure> {
        self.call(Method::GET, path, query, None).await
    }

    /// Makes a POST request.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Value, Failure> {
        self.call(Method::POST, path, &[], Some(body)).await
    }

    /// Makes any request: `path` may have parameters. Returns null if the reply has no body.
    pub async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value, Failure> {
        self.call(method, path, &[], body).await
    }

    async fn call(
        &self,
        method: Method,
        path: &str,
        query: &[(&str, String)],
        body: Option<&Value>,
    ) -> Result<Value, Failure> {
        let mut url = reqwest::Url::parse(&format!("{}/api/v1/{path}", self.access.address.url))
            .map_err(|_| no_address(&self.access.address))?;
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let mut request = self.http.request(method, url).bearer_auth(self.access.token.expose_secret());
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let mut reply = request.send().await.map_err(|error| lost(&self.access.address, &error))?;
        let status = reply.status();
        let mut bytes = Vec::new();
        while let Some(chunk) = reply.chunk().await.map_err(|error| lost(&self.access.address, &error))? {
            if bytes.len() + chunk.len() > LONGEST_ANSWER {
                return Err(unintelligible(&self.access.address));
            }
            bytes.extend_from_slice(&chunk);
        }
        self.answer(status, &bytes)
    }

    fn answer(&self, status: StatusCode, body: &[u8]) -> Result<Value, Failure> {
        if status == StatusCode::NO_CONTENT {
            return Ok(Value::Null);
        }
        if status.is_success() {
            return serde_json::from_slice(body).map_err(|_| unintelligible(&self.access.address));
        }
        let refusal: ApiProblem =
            serde_json::from_slice(body).map_err(|_| unintelligible(&self.access.address))?;
        if status == StatusCode::UNAUTHORIZED {
            return Err(Failure::new(
                code::ADMIN_TOKEN_REFUSED,
                "the server does not accept the admin token",
            )
            .exit(Exit::Unreachable)
            .advice(format!(
                "use the configuration the server was started with, or set {TOKEN_VARIABLE} to its token"
            )));
        }
        Err(Failure::new(&refusal.code, refusal.message).advice(refusal.what_to_do))
    }
}

/// Whether the server at an address is ready: returns the lines of `/readyz` with the reasons why it is not; no lines
/// mean that it is. It needs no token, and both ports answer.
pub(crate) async fn unready(address: &Address) -> Result<Vec<String>, Failure> {
    let http = built(direct(address)?.timeout(READINESS_TIMEOUT))?;
    let url = reqwest::Url::parse(&format!("{}/readyz", address.url)).map_err(|_| no_address(address))?;
    let mut reply = http.get(url).send().await.map_err(|error| lost(address, &error))?;
    let status = reply.status();
    let mut bytes = Vec::new();
    while let Some(chunk) = reply.chunk().await.map_err(|error| lost(address, &error))? {
        if bytes.len() + chunk.len() > LONGEST_READINESS {
            return Err(unintelligible(address));
        }
        bytes.extend_from_slice(&chunk);
    }
    readiness(status, &bytes).ok_or_else(|| unintelligible(address))
}

/// The content of `/readyz`: JSON at the admin port, lines at the public port and at a server that cannot start yet.
fn readiness(status: StatusCode, body: &[u8]) -> Option<Vec<String>> {
    if let Ok(Readiness { ready, reasons }) = serde_json::from_slice(body) {
        let lines = reasons.iter().map(|reason| format!("not ready: {} [{}]", reason.reason, reason.code));
        return (ready == status.is_success()).then(|| lines.collect());
    }
    let text = std::str::from_utf8(body).ok()?;
    match status {
        StatusCode::OK => (text == "ok\n").then(Vec::new),
        StatusCode::SERVICE_UNAVAILABLE => {
            let lines: Vec<String> = text.lines().map(str::to_owned).collect();
            let ours = !lines.is_empty() && lines.iter().all(|line| line.starts_with("not ready: "));
            ours.then_some(lines)
        }
        _ => None,
    }
}

/// A client that sends requests only to one address.
fn direct(address: &Address) -> Result<reqwest::ClientBuilder, Failure> {
    let http = trusting(address.trust.as_deref())?;
    Ok(http.no_proxy().redirect(reqwest::redirect::Policy::none()).connect_timeout(Duration::from_secs(5)))
}

fn built(http: reqwest::ClientBuilder) -> Result<reqwest::Client, Failure> {
    http.build().map_err(|error| Failure::new(code::START_FAILED, format!("no HTTP client: {error}")))
}

fn lost(address: &Address, error: &reqwest::Error) -> Failure {
    if !port::is_distrust(error) {
        return unreachable(address, root_of(error));
    }
    let what = format!("the server at {} is not to be trusted: {}", address.url, root_of(error));
    let failure = Failure::new(code::SERVER_UNTRUSTED, what)
        .exit(Exit::Unreachable)
        .means("nothing was sent to it, and nothing was changed");
    match &address.trust {
        Some(file) => failure.advice(format!(
            "see that {} holds the certificate the server uses; a new one is in use within a minute",
            file.display()
        )),
        None => failure.advice("name the server's certificate, or its authority's, with --ca FILE"),
    }
}

fn unreachable(address: &Address, why: impl std::fmt::Display) -> Failure {
    let what = format!("no server answers at {}: {why}", address.url);
    Failure::new(code::SERVER_UNREACHABLE, what)
        .exit(Exit::Unreachable)
        .means("nothing was changed by this command")
        .advice("start the server (rapport serve), or name the address of its admin port")
}

fn no_address(address: &Address) -> Failure {
    unreachable(address, "this is no address; write it as in http://127.0.0.1:8081")
}

fn unintelligible(address: &Address) -> Failure {
    let what = format!("what answers at {} is not Rapport's admin port", address.url);
    Failure::new(code::SERVER_UNINTELLIGIBLE, what)
        .exit(Exit::Unreachable)
        .means("nothing was changed by this command")
        .advice("name the address of the admin port, not of the public one")
}

/// A client that trusts the certificates in this file, or those that this machine trusts.
pub(crate) fn trusting(file: Option<&Path>) -> Result<reqwest::ClientBuilder, Failure> {
    let http = reqwest::Client::builder();
    Ok(match file {
        Some(file) => http.tls_backend_preconfigured(port::client(file)?),
        None => inmoment::roots::trusting(http),
    })
}

fn no_token() -> Failure {
    Failure::new(code::ADMIN_TOKEN_MISSING, format!("--admin needs the token in {TOKEN_VARIABLE}"))
        .exit(Exit::Usage)
        .advice(format!("set {TOKEN_VARIABLE}, or use --config FILE with the server's configuration"))
}

/// The innermost cause, which names the error and contains no address with secrets.
pub(crate) fn root_of(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "the time ran out".to_owned();
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    if std::ptr::eq(std::ptr::from_ref(cause).cast::<()>(), std::ptr::from_ref(error).cast::<()>()) {
        return "the exchange was cut off".to_owned();
    }
    cause.to_string()
}
