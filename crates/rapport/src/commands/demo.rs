//! `rapport demo`: a server and a local InMoment in one process, and the two sample calls of the destination's public
//! document sent as an SDK sends them: over HTTP to the public port, with a write key.

use super::sandbox::failure;
use crate::admin::AdminClient;
use crate::cli;
use crate::config::Config;
use crate::failure::{Exit, Failure, code};
use crate::output::{Out, say};
use crate::server::Server;
use crate::signal::Stop;
use crate::table;
use delivery::SystemClock;
use sandbox::{Account, Options, RunningSandbox};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use supervise::Supervisor;

/// The write key of the demo's source.
const WRITE_KEY: &str = "demo-write-key";
/// The fields of an end user and of a response that are shown; InMoment has more.
const END_USER: &[&str] =
    &["id", "external_id", "email", "phone_number", "external_created_at", "last_surveyed", "properties"];
const RESPONSE: &[&str] = &["id", "end_user_id", "score", "text", "origin_url", "ip_address", "created_at"];
/// The longest wait; the sample events need much less.
const DELIVERY_TIMEOUT: Duration = Duration::from_secs(30);

/// Runs the command.
pub(super) async fn run(args: &cli::Demo, out: &mut Out<'_>) -> Result<Exit, Failure> {
    let mut stop = Stop::listen()?;
    let supervisor = Supervisor::new();
    let broken = |what: String| Failure::new(code::DEMO_FAILED, what);
    let folder = tempfile::Builder::new()
        .prefix("rapport-demo-")
        .tempdir()
        .map_err(|error| broken(format!("no temporary folder can be made: {error}")))?;
    let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
    let options = Options { supervisor: supervisor.clone(), ..Options::default() };
    let inmoment = sandbox::Server::start(options, anywhere, sandbox::wall_clock()).await.map_err(failure)?;
    let config = Config::parse(
        &configuration(&inmoment),
        &folder.path().join("rapport.toml"),
        &crate::config::Process,
    )?;
    let server = Server::start(config, Arc::new(SystemClock::default()), supervisor.clone()).await?;
    let mut shown = show(&server, &inmoment, out).await;
    if shown.is_ok() && !args.once {
        shown = invite(&server, &inmoment, folder.path(), out);
        if shown.is_ok() {
            tokio::select! {
                () = stop.requested() => {}
                failed = supervisor.failed() => shown = Err(failed.into()),
            }
        }
    }
    let stopping = async {
        server.shutdown().await;
        inmoment.shutdown().await;
    };
    stop.in_order(stopping, Duration::ZERO).await;
    shown.map(|()| Exit::Done)
}

fn configuration(inmoment: &RunningSandbox) -> String {
    let Account { username, password, account_token, .. } = Account::demo();
    let base_url = inmoment.addr();
    format!(
        "[gateway]\nlisten = \"127.0.0.1:0\"\n[admin]\nlisten = \"127.0.0.1:0\"\n[[sources]]\nname = \"website\"\n\
         kind = \"web\"\nwrite_key = \"{WRITE_KEY}\"\n[[destinations]]\nname = \"inmoment\"\nusername = \"{username}\"\n\
         password = \"{password}\"\naccount_token = \"{account_token}\"\nbase_url = \"http://{base_url}\"\n\
         sources = [\"website\"]\n"
    )
}

/// Sends the sample events, waits for them, and shows the resulting records at InMoment.
async fn show(server: &Server, inmoment: &RunningSandbox, out: &mut Out<'_>) -> Result<(), Failure> {
    let [identify, track] = samples();
    out.line("Two calls, as a website makes them with a RudderStack SDK:")?;
    out.line("")?;
    out.line("  rudderanalytics.identify(\"1hKOmRA4GRlm\", { email: \"alex@example.com\", name: \"Alex Keener\", … })")?;
    out.line(
        "  rudderanalytics.track(\"Submit\", { feedbackScore: 9, feedbackText: \"Great Product!\", … })",
    )?;
    out.line("")?;
    out.flush()?;
    post(server, &json!({"batch": [identify, track]})).await?;
    let admin = AdminClient::with_access(server.access())?;
    let wait = [("wait", "settled".to_owned()), ("timeout_ms", DELIVERY_TIMEOUT.as_millis().to_string())];
    let status = admin.get("status", &wait).await?;
    let state = {
        let sandbox = inmoment.sandbox();
        let mut sandbox = sandbox.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        sandbox.state((sandbox::wall_clock())(), None)
    };
    out.line("InMoment now has:")?;
    out.line("")?;
    for (title, records, keys) in [("end user", "end_users", END_USER), ("response", "responses", RESPONSE)] {
        for record in state[records].as_array().into_iter().flatten() {
            record_lines(title, keys, record, out)?;
        }
    }
    let calls = &status["destinations"][0]["calls"];
    out.line(format!(
        "{} events accepted, {} delivered, with {calls} calls.",
        status["accepted"], status["delivered"]
    ))?;
    verify(&status, &state)
}

fn record_lines(title: &str, keys: &[&str], record: &Value, out: &mut Out<'_>) -> Result<(), Failure> {
    out.line(format!("  {title}"))?;
    for key in keys {
        let text = match &record[key] {
            Value::Object(properties) => {
                let pairs =
                    properties.iter().map(|(key, value)| format!("{key}: {}", super::status::text(value)));
                pairs.collect::<Vec<_>>().join(", ")
            }
            value => super::status::text(value),
        };
        out.line(format!("    {key:<20} {}", table::visible(&text)))?;
    }
    Ok(out.line("")?)
}

/// The two sample calls as the web SDK sends them (docs/facts/sdks.md#rules).
fn samples() -> [Value; 2] {
    let identify = json!({
        "type": "identify",
        "messageId": "demo-identify",
        "userId": "1hKOmRA4GRlm",
        "anonymousId": "demo-anonymous",
        "channel": "web",
        "integrations": {"All": true},
        "context": {
            "locale": "en-US",
            "traits": {
                "email": "alex@example.com",
                "phone": "+12025550146",
                "name": "Alex Keener",
                "city": "New Orleans",
                "gender": "male",
                "createdAt": "2021-01-20T13:39:21.032Z",
                "timestamp": "2021-01-20T13:39:21.032Z",
            },
        },
    });
    let track = json!({
        "type": "track",
        "event": "Submit",
        "messageId": "demo-track",
        "userId": "1hKOmRA4GRlm",
        "anonymousId": "demo-anonymous",
        "channel": "web",
        "context": {"locale": "en-US"},
        "properties": {
            "feedbackScore": 9,
            "feedbackText": "Great Product!",
            "ip": "127.0.0.0",
            "url": "https://www.google.com/",
            "createdAt": "2022-01-20T13:39:21.032Z",
        },
        "integrations": {"Wootric": {"eventType": "create response"}},
    });
    [identify, track]
}

async fn post(server: &Server, body: &Value) -> Result<(), Failure> {
    let failed =
        |why: String| Failure::new(code::DEMO_FAILED, format!("the sample events were not accepted: {why}"));
    let url = format!("http://{}/v1/batch", server.gateway_addr());
    let http = inmoment::roots::trusting(reqwest::Client::builder())
        .no_proxy()
        .build()
        .map_err(|error| failed(error.to_string()))?;
    let request =
        http.post(url).basic_auth(WRITE_KEY, Some("")).body(body.to_string()).timeout(DELIVERY_TIMEOUT);
    let reply = request.send().await.map_err(|error| failed(crate::admin::root_of(&error)))?;
    if reply.status().is_success() { Ok(()) } else { Err(failed(reply.status().to_string())) }
}

/// Whether the result is what the document promises.
fn verify(status: &Value, state: &Value) -> Result<(), Failure> {
    let user = &state["end_users"][0];
    let response = &state["responses"][0];
    let facts = [
        ("two events delivered", status["delivered"] == 2 && status["imbalance"] == 0),
        ("one end user", state["end_users"].as_array().is_some_and(|users| users.len() == 1)),
        ("the end user's external id", user["external_id"] == "1hKOmRA4GRlm"),
        ("the end user's e-mail", user["email"] == "alex@example.com"),
        ("the end user's phone number", user["phone_number"] == "+12025550146"),
        ("the end user's city", user["properties"]["city"] == "New Orleans"),
        ("one response", state["responses"].as_array().is_some_and(|responses| responses.len() == 1)),
        ("the response's score", response["score"] == 9),
        ("the response's text", response["text"] == "Great Product!"),
        ("where it was given", response["origin_url"] == "https://www.google.com/"),
        ("whose response it is", response["end_user_id"] == user["id"]),
    ];
    let wrong: Vec<&str> = facts.iter().filter(|(_, right)| !right).map(|(what, _)| *what).collect();
    if wrong.is_empty() {
        return Ok(());
    }
    Err(Failure::new(code::DEMO_FAILED, format!("not as the document promises: {}", wrong.join(", ")))
        .means("only the demo's own data is concerned")
        .advice("please report it with the output above"))
}

fn invite(
    server: &Server,
    inmoment: &RunningSandbox,
    folder: &Path,
    out: &mut Out<'_>,
) -> Result<(), Failure> {
    out.line("")?;
    out.line("Now point an SDK at it:")?;
    out.line(format!("  data plane and control plane   http://{}", server.gateway_addr()))?;
    out.line(format!("  write key                      {WRITE_KEY}"))?;
    out.line(format!("  local InMoment                 http://{}", inmoment.addr()))?;
    out.line(format!("  what InMoment has              http://{}/state", inmoment.control_addr()))?;
    match server.setup_link() {
        Some(link) => out.line(format!("  console, opened once by        {}", link.expose_secret()))?,
        None => out.line(format!("  console                        http://{}", server.admin_addr()))?,
    }
    let token = folder.join("data").join("admin-token");
    // A person who tries the demo from a checkout has no `rapport` on the path.
    let program =
        std::env::current_exe().map_or_else(|_| "rapport".to_owned(), |path| path.display().to_string());
    out.line("  its status")?;
    out.line(format!(
        "    RAPPORT_ADMIN_TOKEN=$(cat {}) {program} status --admin http://{}",
        token.display(),
        server.admin_addr()
    ))?;
    out.line("  an event of your own")?;
    out.line(format!(
        "    curl -u {WRITE_KEY}: -d '{{\"userId\":\"ada\",\"traits\":{{\"email\":\"ada@example.com\"}}}}' http://{}/v1/identify",
        server.gateway_addr()
    ))?;
    out.flush()?;
    say("Ctrl-C ends it and forgets everything");
    Ok(())
}
