//! rudder-server's requests of 100 jobs, compacted as it sends them, answered by `rapport transformer`: half identifies,
//! half survey answers, of end users that InMoment knows with five properties each.
//!
//! | Figure | What is asked |
//! |---|---|
//! | distinct | every job of another end user: one look-up an event |
//! | shared | ten end users in each request |
//! | latency | InMoment answers 20 ms later; 25 requests a second at fixed times |
//! | cpu, memory | of the process, during `distinct` |
//! | healthy | from the start of the process to the first 200 of `/health` |

use crate::effort::Effort;
use crate::figure::{Figure, Target, percentile};
use crate::load::{self, Numbers};
use crate::process::Process;
use crate::traffic::Template;
use crate::wire::Connection;
use anyhow::{Context, Result, ensure};
use sandbox::{Account, Options, Request, RunningSandbox, Sandbox};
use std::ffi::OsStr;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

const JOBS: usize = 100;
const USERS: u64 = 20_000;
const CONNECTIONS: usize = 8;
/// The interval of requests in the run with a slow InMoment.
const EVERY: Duration = Duration::from_millis(40);

pub(super) async fn measure(effort: &Effort) -> Result<Vec<Figure>> {
    let mut figures = throughput(effort).await?;
    figures.extend(latency(effort).await?);
    figures.push(healthy(effort).await?);
    Ok(figures)
}

/// A sandbox that knows the users, and a transformer in front of it.
struct Stand {
    inmoment: RunningSandbox,
    runtime: tokio::runtime::Runtime,
    process: Process,
    addr: SocketAddr,
    numbers: Numbers,
}

impl Stand {
    async fn new(latency_ms: u64) -> Result<Stand> {
        let script = format!(
            r#"{{"rules":[{{"match":{{"path_prefix":"/v1"}},"action":{{"latency":{{"ms":{latency_ms}}}}}}}]}}"#
        );
        let faults = if latency_ms == 0 {
            Default::default()
        } else {
            sandbox::faults::parse(&script).map_err(anyhow::Error::msg)?
        };
        let options = Options { limit: None, faults, log_capacity: 1_000, ..Options::default() };
        let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
        // It runs on a separate thread, so that InMoment does not wait for the load generator.
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let started = sandbox::Server::start(options, anywhere, sandbox::wall_clock());
        let inmoment = runtime.spawn(started).await??;
        introduce(&inmoment)?;
        let base_url = format!("http://{}", inmoment.addr());
        let arguments = ["transformer", "--listen", "127.0.0.1:0", "--base-url", &base_url];
        let (process, addr) = start(&arguments).await?;
        Ok(Stand { inmoment, runtime, process, addr, numbers: Numbers::default() })
    }

    fn template(&self, per_user: u64) -> Template {
        let Account { username, password, account_token, .. } = Account::demo();
        let config =
            serde_json::json!({ "username": username, "password": password, "accountToken": account_token });
        Template::router(self.addr, JOBS, per_user, USERS, &config.to_string())
    }

    async fn stop(self) -> Result<()> {
        self.process.stop().await?;
        self.inmoment.shutdown().await;
        self.runtime.shutdown_background();
        Ok(())
    }
}

async fn start(arguments: &[&str]) -> Result<(Process, SocketAddr)> {
    let arguments: Vec<&OsStr> = arguments.iter().map(OsStr::new).collect();
    Process::start(&arguments, |log| log["transformer"].as_str()?.parse().ok()).await
}

/// Makes the users known, without the network.
fn introduce(inmoment: &RunningSandbox) -> Result<()> {
    let sandbox = inmoment.sandbox();
    let mut sandbox = sandbox.lock().map_err(|_| anyhow::anyhow!("the sandbox broke"))?;
    let now = (sandbox::wall_clock())();
    let Account { username, password, account_token, .. } = Account::demo();
    let login = format!("grant_type=password&username={}&password={password}", username.replace('@', "%40"));
    let granted =
        post(&mut sandbox, now, &format!("/oauth/token?account_token={account_token}"), "", &login)?;
    let granted: serde_json::Value = serde_json::from_slice(&granted)?;
    let token = granted["access_token"].as_str().context("a token")?.to_owned();
    for user in 0..USERS {
        let form = format!(
            "external_id=user-{user:06}&email=user-{user:06}%40example.com&properties[name]=Ada&properties[city]=New+Orleans\
             &properties[plan]=pro&properties[title]=VP&properties[company]=Example"
        );
        post(&mut sandbox, now, "/v1/end_users", &token, &form)?;
    }
    Ok(())
}

fn post(sandbox: &mut Sandbox, now: i64, target: &str, token: &str, form: &str) -> Result<Vec<u8>> {
    let headers = vec![
        ("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned()),
        ("authorization".to_owned(), format!("Bearer {token}")),
    ];
    let request = Request {
        method: "POST".to_owned(),
        target: target.to_owned(),
        headers,
        body: form.as_bytes().to_vec(),
    };
    let reply = sandbox.handle(now, &request);
    ensure!((200..300).contains(&reply.status), "{target} was answered {}", reply.status);
    Ok(reply.body)
}

/// Every job must have become a request.
async fn verify(stand: &Stand, per_user: u64) -> Result<()> {
    let mut template = stand.template(per_user);
    let mut connection = Connection::open(stand.addr).await?;
    let reply = connection.exchange(template.fill(stand.numbers.take(JOBS as u64))).await?;
    let body: serde_json::Value = serde_json::from_slice(reply.body)?;
    let good = body["output"].as_array().into_iter().flatten().filter(|job| job["statusCode"] == 200).count();
    ensure!(good == JOBS, "{good} of {JOBS} jobs came to a request: {}", body["output"][0]);
    Ok(())
}

async fn throughput(effort: &Effort) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for (name, per_user, what, target) in
        [("distinct", 1, "each of another end user", 20_000.0), ("shared", 10, "of 10 end users", 80_000.0)]
    {
        let stand = Stand::new(0).await?;
        verify(&stand, per_user).await?;
        let template = stand.template(per_user);
        let (mut rates, mut cpu) = (Vec::new(), Vec::new());
        load::rates(stand.addr, CONNECTIONS, &template, &stand.numbers, (effort.warm_up, Duration::ZERO, 1))
            .await?;
        for _ in 0..effort.runs {
            let cpu_before = stand.process.cpu()?;
            let times = (Duration::ZERO, effort.window, 1);
            let measured = load::rates(stand.addr, CONNECTIONS, &template, &stand.numbers, times).await?;
            let taken = (stand.process.cpu()? - cpu_before).as_secs_f64();
            for requests in measured {
                let rate = requests * JOBS as f64;
                rates.push(rate);
                cpu.push(taken * 1e6 / (rate * effort.window.as_secs_f64()));
            }
        }
        let memory = stand.process.memory()?;
        stand.stop().await?;
        let asked = format!("requests of {JOBS} jobs, {what}, {CONNECTIONS} connections");
        figures.push(
            Figure::new(&format!("transformer-{name}"), asked.clone(), "events/s", rates)
                .target(Target::AtLeast(target)),
        );
        let mut processor = Figure::new(
            &format!("transformer-{name}-cpu"),
            format!("processor time, {asked}"),
            "us/event",
            cpu,
        );
        let mut resident = Figure::new(
            &format!("transformer-{name}-memory"),
            format!("the most resident memory, {asked}"),
            "MB",
            vec![memory.highest_mb],
        );
        if per_user == 1 {
            processor = processor.target(Target::AtMost(60.0));
            resident = resident.target(Target::AtMost(60.0));
        }
        figures.extend([processor, resident]);
    }
    Ok(figures)
}

async fn latency(effort: &Effort) -> Result<Vec<Figure>> {
    let stand = Stand::new(20).await?;
    verify(&stand, 1).await?;
    let (mut middle, mut late) = (Vec::new(), Vec::new());
    for _ in 0..effort.runs {
        let taken = paced(&stand, effort.latency_run).await?;
        middle.push(percentile(&taken, 50));
        late.push(percentile(&taken, 99));
    }
    stand.stop().await?;
    let rate = 1_000 / EVERY.as_millis();
    let what = |which: &str| {
        format!(
            "a request of {JOBS} jobs, each of another end user, InMoment 20 ms away, {rate} requests/s, {which}"
        )
    };
    Ok(vec![
        Figure::new("transformer-latency-p50", what("p50"), "ms", middle),
        Figure::new("transformer-latency-p99", what("p99"), "ms", late).target(Target::AtMost(100.0)),
    ])
}

/// Sends requests at fixed times, whether or not earlier ones are answered; returns the milliseconds of each.
async fn paced(stand: &Stand, length: Duration) -> Result<Vec<f64>> {
    let requests = u64::try_from(length.as_millis() / EVERY.as_millis())?;
    let begin = Instant::now() + EVERY;
    let mut senders = JoinSet::new();
    for sender in 0..CONNECTIONS as u64 {
        let mut connection = Connection::open(stand.addr).await?;
        let (mut template, numbers) = (stand.template(1), stand.numbers.clone());
        senders.spawn(async move {
            let mut taken = Vec::new();
            for place in (sender..requests).step_by(CONNECTIONS) {
                let at = begin + EVERY * u32::try_from(place)?;
                tokio::time::sleep_until(at.into()).await;
                let request = template.fill(numbers.take(JOBS as u64));
                let begun = Instant::now();
                let reply = connection.exchange(request).await?;
                ensure!(reply.status == 200, "a request was answered {}", reply.status);
                taken.push(begun.elapsed().as_secs_f64() * 1_000.0);
            }
            Ok(taken)
        });
    }
    let mut all = Vec::new();
    while let Some(ended) = senders.join_next().await {
        all.extend(ended??);
    }
    Ok(all)
}

async fn healthy(effort: &Effort) -> Result<Figure> {
    let mut taken = Vec::new();
    for _ in 0..effort.runs {
        let (process, addr) = start(&["transformer", "--listen", "127.0.0.1:0"]).await?;
        let mut connection = Connection::open(addr).await?;
        let reply =
            connection.exchange(format!("GET /health HTTP/1.1\r\nHost: {addr}\r\n\r\n").as_bytes()).await?;
        ensure!(reply.status == 200, "/health was answered {}", reply.status);
        taken.push(process.spawned.elapsed().as_secs_f64() * 1_000.0);
        process.stop().await?;
    }
    let what = "start of the process to the first 200 of /health";
    Ok(Figure::new("transformer-healthy", what, "ms", taken).target(Target::AtMost(100.0)))
}
