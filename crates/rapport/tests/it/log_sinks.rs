//! A server whose standard error takes nothing: it serves, delivers and stops all the same.

use crate::harness::{Harness, WRITE_KEY, rapport};
use nix::fcntl::{FcntlArg, fcntl};
use serde_json::{Value, json};
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::os::unix::fs::MetadataExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// Long enough for everything that happens at all.
const TEST_TIMEOUT: Duration = Duration::from_secs(60);
/// Nobody reads the log, so the ports are told from each other by their addresses.
const PUBLIC: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
const ADMIN: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 3);

struct Quiet {
    harness: Harness,
    child: Child,
    public: SocketAddr,
    admin: SocketAddr,
}

/// Where this process listens, as the kernel says.
fn listening(child: &Child) -> Vec<SocketAddr> {
    let sockets: Vec<String> = fs::read_dir(format!("/proc/{}/fd", child.id()))
        .into_iter()
        .flatten()
        .filter_map(|entry| fs::read_link(entry.ok()?.path()).ok())
        .filter_map(|link| Some(link.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?.to_owned()))
        .collect();
    let mut found = Vec::new();
    for line in fs::read_to_string("/proc/net/tcp").unwrap().lines().skip(1) {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let (listens, inode) = (columns[3] == "0A", columns[9]);
        if listens && sockets.iter().any(|socket| socket == inode) {
            let (ip, port) = columns[1].split_once(':').unwrap();
            let ip = u32::from_str_radix(ip, 16).unwrap().to_le_bytes();
            found.push(SocketAddr::from((IpAddr::from(ip), u16::from_str_radix(port, 16).unwrap())));
        }
    }
    found
}

impl Quiet {
    /// `through`: what the shell does with standard error, or nothing when `stderr` says it.
    fn start(through: &str, stderr: Stdio) -> Quiet {
        let harness = Harness::new();
        let (public, admin) = (format!("{PUBLIC}:0"), format!("{ADMIN}:0"));
        let config = harness.config("rapport.toml", &public, &admin, "demo-password");
        let mut command = Command::new("sh");
        command.args(["-c", &format!("exec \"$@\" {through}"), "sh"]);
        command.arg(rapport().get_program()).args(["serve", "--log", "trace", "--config"]).arg(config);
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(stderr).spawn().unwrap();
        let none = SocketAddr::from((PUBLIC, 0));
        Quiet { harness, child, public: none, admin: none }
    }

    fn settle_down(mut self) -> Self {
        let begun = Instant::now();
        loop {
            assert!(begun.elapsed() < TEST_TIMEOUT, "it does not start");
            let found = listening(&self.child);
            let port = |ip: Ipv4Addr| found.iter().find(|addr| addr.ip() == IpAddr::from(ip)).copied();
            if let (Some(public), Some(admin)) = (port(PUBLIC), port(ADMIN)) {
                (self.public, self.admin) = (public, admin);
                // The port is open before anybody answers there.
                if self.harness.folder.path().join("data/admin-token").exists()
                    && self.get("/health").0 == 200
                {
                    return self;
                }
            }
            assert!(self.child.try_wait().unwrap().is_none(), "it has ended");
            std::thread::yield_now();
        }
    }

    fn exchange(at: SocketAddr, head: &str, body: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(at).unwrap();
        stream.set_read_timeout(Some(TEST_TIMEOUT)).unwrap();
        let length = body.len();
        let request =
            format!("{head}\r\nhost: {at}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}");
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        (status, answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default())
    }

    fn admin(&self, method: &str, path: &str) -> (u16, String) {
        let token = self.harness.token();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nauthorization: Bearer {token}\r\ncontent-type: application/json"
        );
        Self::exchange(self.admin, &head, if method == "POST" { "{}" } else { "" })
    }

    fn get(&self, path: &str) -> (u16, String) {
        self.admin("GET", path)
    }

    /// Events are accepted and delivered; and the server has much to say meanwhile.
    fn works(&self) {
        let credentials = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, format!("{WRITE_KEY}:"));
        let head = format!("POST /v1/identify HTTP/1.1\r\nauthorization: Basic {credentials}");
        for number in 0..40 {
            let event = json!({ "userId": format!("u{number}"), "traits": { "email": format!("u{number}@example.com") } });
            assert_eq!(Self::exchange(self.public, &head, &event.to_string()).0, 200);
            let act = if number % 2 == 0 { "pause" } else { "resume" };
            let (status, body) = self.admin("POST", &format!("/api/v1/destinations/inmoment/{act}"));
            assert!((200..300).contains(&status), "{status} {body}");
        }
        let (_, status) = self.get("/api/v1/status?wait=settled&timeout_ms=60000");
        let status: Value = serde_json::from_str(&status).unwrap();
        assert_eq!((&status["delivered"], &status["pending"]), (&json!(40), &json!(0)), "{status}");
        assert_eq!(self.get("/health").0, 200);
    }

    fn lines_lost(&self) -> u64 {
        let (_, text) = self.get("/metrics");
        let line = text.lines().find_map(|line| line.strip_prefix("rapport_log_lines_lost_total "));
        line.unwrap_or_else(|| panic!("{text}")).parse().unwrap()
    }

    fn stop(&mut self) -> ExitStatus {
        let sent = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        self.child.wait().unwrap()
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        // A test that failed leaves it running; one that did not has ended it already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn standard_error_that_is_closed_disturbs_nobody() {
    let mut server = Quiet::start("2>&-", Stdio::null()).settle_down();
    server.works();
    assert_eq!(server.stop().code(), Some(0));
}

#[test]
fn a_log_on_a_full_disk_disturbs_nobody_and_its_lost_lines_are_counted() {
    let mut server = Quiet::start("2>/dev/full", Stdio::null()).settle_down();
    server.works();
    assert!(server.lines_lost() > 40);
    assert_eq!(server.stop().code(), Some(0));
}

#[test]
fn a_reader_of_the_log_that_has_gone_disturbs_nobody_and_lost_lines_are_counted() {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut server = Quiet::start("", Stdio::from(writer)).settle_down();
    server.works();
    assert!(server.lines_lost() > 40);
    assert_eq!(server.stop().code(), Some(0));
}

#[test]
fn a_reader_of_the_log_that_does_not_read_holds_nobody_up() {
    let (reader, writer) = std::io::pipe().unwrap();
    // A page: what the server has to say from here on does not fit.
    fcntl(&writer, FcntlArg::F_SETPIPE_SZ(4_096)).unwrap();
    let mut server = Quiet::start("", Stdio::from(writer)).settle_down();
    server.works();
    assert_eq!(server.stop().code(), Some(0));
    let said = BufReader::new(reader).lines().map_while(Result::ok).count();
    assert!(said > 0, "what was written before is there");
}

#[test]
fn what_waited_for_a_reader_of_the_log_is_written_when_there_is_one() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("log");
    nix::unistd::mkfifo(&pipe, nix::sys::stat::Mode::S_IRWXU).unwrap();
    // Nobody reads at first, and somebody later: the same end is opened for both, so that the server can begin.
    let keep = fs::OpenOptions::new().read(true).write(true).open(&pipe).unwrap();
    fcntl(&keep, FcntlArg::F_SETPIPE_SZ(4_096)).unwrap();
    let stderr = Stdio::from(File::options().write(true).open(&pipe).unwrap());
    let mut server = Quiet::start("", stderr).settle_down();
    server.works();
    assert_eq!(server.lines_lost(), 0, "they wait, and are not lost");
    let lines =
        std::thread::spawn(move || BufReader::new(keep).lines().map_while(Result::ok).take(100).count());
    assert_eq!(lines.join().unwrap(), 100, "what waited is written when somebody reads");
    assert_eq!(server.stop().code(), Some(0));
}

#[test]
fn a_stop_is_heard_while_the_start_waits() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rapport.toml");
    nix::unistd::mkfifo(&file, nix::sys::stat::Mode::S_IRWXU).unwrap();
    let mut child = rapport().args(["serve", "--config"]).arg(&file).stderr(Stdio::null()).spawn().unwrap();
    // Opening it waits until the server has opened it for reading: it hears signals by then, and gets nothing to read.
    let held = File::options().write(true).open(&file).unwrap();
    let sent = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    drop(held);
}

#[test]
fn the_one_time_link_is_in_no_log_and_works() {
    let harness = Harness::new();
    let served = harness.serve(&harness.ordinary());
    let file = harness.folder.path().join("data/setup-link");
    let begun = Instant::now();
    while fs::read_to_string(&file).is_ok_and(|link| link.ends_with('\n')).then_some(()).is_none() {
        assert!(begun.elapsed() < TEST_TIMEOUT, "there is no link");
        std::thread::yield_now();
    }
    assert_eq!(fs::metadata(&file).unwrap().mode() & 0o7777, 0o600);
    let link = fs::read_to_string(&file).unwrap();
    let token = link.trim().split("#/start?token=").nth(1).unwrap().to_owned();
    let first = json!({ "token": token, "name": "ann", "password": "planted correct horse" });
    let at: SocketAddr = served.admin.parse().unwrap();
    let head = "POST /api/v1/setup HTTP/1.1\r\ncontent-type: application/json";
    let (status, body) = Quiet::exchange(at, head, &first.to_string());
    assert_eq!(status, 200, "{body}");
    let (code, log) = served.stop("-TERM");
    assert_eq!(code, Some(0));
    assert!(!log.contains(&token) && log.contains("setup-link"), "{log}");
    for line in log.lines() {
        assert!(serde_json::from_str::<Value>(line).is_ok(), "this line is no JSON: {line}");
    }
    let again = harness.serve(&harness.ordinary());
    again.settled();
    assert!(!file.exists(), "there is an administrator: nobody needs it any more");
    again.stop("-TERM");
}

#[test]
fn a_person_at_a_terminal_sees_the_link() {
    let harness = Harness::new();
    let pty = nix::pty::openpty(None, None).unwrap();
    let mut child = rapport()
        .args(["serve", "--config"])
        .arg(harness.ordinary())
        .stdout(Stdio::from(pty.slave))
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let terminal = BufReader::new(File::from(pty.master));
    let link = terminal.lines().map_while(Result::ok).find(|line| line.contains("/#/start?token="));
    assert!(link.is_some_and(|link| link.trim().starts_with("http://127.0.0.1:")));
    assert!(!harness.folder.path().join("data/setup-link").exists());
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
