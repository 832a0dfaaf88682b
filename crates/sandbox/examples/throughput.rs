//! How many create-response calls a second the sandbox answers over keep-alive connections, as one line of JSON:
//! `cargo run --release -p sandbox --example throughput`.

#![allow(clippy::disallowed_methods, reason = "not part of the server: a failure ends the run")]

use std::io::Write;
use std::net::SocketAddr;
use std::time::Instant;

use sandbox::{Options, Request, Sandbox, Server, wall_clock};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const CONNECTIONS: u32 = 8;
const CALLS: u32 = 20_000;
const SIGN_IN: &str = "grant_type=password&username=demo@example.com&password=demo-password";
const BODY: &str = "score=9&ip_address=192.0.2.1&origin_url=https://shop.example.com&text=Nice\
    &end_user[properties][plan]=Pro&end_user[properties][seats_amount]=12";

fn post(target: &str, token: &str, body: &str) -> Request {
    Request {
        method: "POST".into(),
        target: target.into(),
        headers: vec![("authorization".into(), format!("Bearer {token}"))],
        body: body.into(),
    }
}

/// Makes one connection's calls; replies are small enough to arrive whole in one read of this buffer.
async fn connection(addr: SocketAddr, token: String, user: i64) -> std::io::Result<()> {
    let mut stream = TcpStream::connect(addr).await?;
    stream.set_nodelay(true)?;
    let request = format!(
        "POST /v1/end_users/{user}/responses HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{BODY}",
        BODY.len()
    );
    let mut buffer = vec![0; 64 << 10];
    for _ in 0..CALLS {
        stream.write_all(request.as_bytes()).await?;
        let read = stream.read(&mut buffer).await?;
        if !buffer[..read].starts_with(b"HTTP/1.1 201") {
            return Err(std::io::Error::other("not a 201"));
        }
    }
    Ok(())
}

fn pure() -> Option<f64> {
    let mut sandbox = Sandbox::new(Options::default());
    let token =
        sandbox.handle(0, &post("/oauth/token", "", SIGN_IN)).value()?["access_token"].as_str()?.to_owned();
    let user = sandbox.handle(0, &post("/v1/end_users", &token, "email=a@x")).value()?["id"].as_i64()?;
    let request = post(&format!("/v1/end_users/{user}/responses"), &token, BODY);
    let begun = Instant::now();
    (0..CALLS).for_each(|_| drop(sandbox.handle(0, &request)));
    Some(f64::from(CALLS) / begun.elapsed().as_secs_f64())
}

// One thread serves both sides, so the figure is that of one core, including the client's work.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let running =
        Server::start(Options::default(), SocketAddr::from(([127, 0, 0, 1], 0)), wall_clock()).await?;
    let prepare = |request: Request| {
        let sandbox = running.sandbox();
        let reply = sandbox.lock().map(|mut sandbox| sandbox.handle(wall_clock()(), &request));
        reply.ok().and_then(|reply| reply.value()).unwrap_or_default()
    };
    let token =
        prepare(post("/oauth/token", "", SIGN_IN))["access_token"].as_str().unwrap_or_default().to_owned();
    let mut tasks = Vec::new();
    let mut users = Vec::new();
    for n in 0..CONNECTIONS {
        let user = prepare(post("/v1/end_users", &token, &format!("email={n}@x")))["id"].as_i64();
        users.push(user.unwrap_or_default());
    }
    let begun = Instant::now();
    for user in users {
        tasks.push(tokio::spawn(connection(running.addr(), token.clone(), user)));
    }
    for task in tasks {
        task.await??;
    }
    let http = f64::from(CONNECTIONS * CALLS) / begun.elapsed().as_secs_f64();
    let line = serde_json::json!({"create_response_per_second": {"http": http.round(), "pure": pure().map(f64::round)}});
    writeln!(std::io::stdout(), "{line}")?;
    running.shutdown().await;
    Ok(())
}
