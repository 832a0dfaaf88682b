//! Every command on a disk that fails at each of its steps: with EIO once, as a bad block does, and with ENOSPC from
//! then on, as a full disk does. Afterwards, on a good disk, the same folder works and nothing acknowledged is lost.

use crate::harness::{Harness, WRITE_KEY, rapport, run};
use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const WORKSPACE: &str = include_str!("fixtures/workspaceConfig.json");

/// What the disk says, and whether it goes on saying so.
const FAULTS: [(&str, &str); 2] = [("5", "0"), ("28", "1")];

/// The library that makes calls fail, built once.
fn shim() -> &'static Path {
    static BUILT: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    let (_, library) = BUILT.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let library = folder.path().join("shim.so");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/broken_disk/shim.c");
        let mut cc = Command::new("cc");
        cc.args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(source).arg("-ldl");
        assert!(cc.status().unwrap().success(), "a C compiler builds the shim, as it builds SQLite");
        (folder, library)
    });
    library
}

/// One failure to be played, below one folder.
struct Fault<'a> {
    below: &'a Path,
    at: u32,
    errno: &'a str,
    stays: &'a str,
    mark: PathBuf,
}

impl Fault<'_> {
    fn apply(&self, command: &mut Command) {
        command
            .env("LD_PRELOAD", shim())
            .env("FAULT_FOLDER", self.below.canonicalize().unwrap_or(self.below.to_owned()))
            .env("FAULT_AT", self.at.to_string())
            .env("FAULT_ERRNO", self.errno)
            .env("FAULT_STAYS", self.stays)
            .env("FAULT_MARK", &self.mark);
    }

    /// Was the command long enough to come to this step?
    fn was_met(&self) -> bool {
        self.mark.exists()
    }
}

/// Plays each fault at each of these steps, until the command has no more of them. The trial gets a new folder each time.
fn at_every_step(steps: impl Iterator<Item = u32> + Clone, trial: impl Fn(&Path, &Fault<'_>)) {
    for (errno, stays) in FAULTS {
        let mut met = 0;
        for at in steps.clone() {
            let folder = tempfile::tempdir().unwrap();
            let below = folder.path().join("site");
            fs::create_dir(&below).unwrap();
            let fault = Fault { below: &below, at, errno, stays, mark: folder.path().join("met") };
            trial(&below, &fault);
            if !fault.was_met() {
                break;
            }
            met += 1;
        }
        assert!(met > 3, "the disk failed {met} times only");
    }
}

/// The first steps one by one, later ones sparsely.
fn some_steps() -> impl Iterator<Item = u32> + Clone {
    (1..8).chain((8..120).step_by(28)).chain((120..3_000).step_by(720))
}

/// A program whose disk fails with this error, below this folder and as long as this file is there.
fn on_a_disk_that_fails(below: &Path, errno: &str, while_there_is: &Path) -> Command {
    let mut command = rapport();
    command
        .env("LD_PRELOAD", shim())
        .env("FAULT_FOLDER", below)
        .env("FAULT_AT", "1")
        .env("FAULT_STAYS", "1")
        .env("FAULT_ERRNO", errno)
        .env("FAULT_WHILE", while_there_is);
    command
}

/// A server whose disk has a fault for good (EIO) whenever the file `failing` is there; and its admin port and token.
struct OnABadDisk {
    server: Running,
    config: PathBuf,
    failing: PathBuf,
    admin: String,
    token: String,
}

impl OnABadDisk {
    fn begin(harness: &Harness, folder: &Path) -> OnABadDisk {
        let (config, failing, data) = (config(harness, folder), folder.join("failing"), folder.join("data"));
        fs::create_dir(&data).unwrap();
        let command = on_a_disk_that_fails(&data.canonicalize().unwrap(), "5", &failing);
        let server = Running::begin(command, &config, false);
        let Some(admin) = server.admin.clone() else { panic!("{}", server.log) };
        let token = fs::read_to_string(data.join("admin-token")).unwrap().trim().to_owned();
        OnABadDisk { server, config, failing, admin, token }
    }

    /// What a command is answered by the server.
    fn ask(&self, arguments: &[&str]) -> Value {
        let mut command = rapport();
        command.env("RAPPORT_ADMIN_TOKEN", &self.token).args(arguments);
        let ended = command.args(["--admin", &format!("http://{}", self.admin)]).output().unwrap();
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
        serde_json::from_slice(&ended.stdout).unwrap()
    }

    fn status(&self) -> Value {
        self.ask(&["status", "--json"])
    }
}

fn config(harness: &Harness, folder: &Path) -> PathBuf {
    let text = fs::read_to_string(harness.ordinary()).unwrap();
    let file = folder.join("rapport.toml");
    fs::write(&file, format!("[journal]\npath = {:?}\n{text}", folder.join("data"))).unwrap();
    file
}

/// A server on this disk, if it comes as far as accepting events.
struct Running {
    child: Child,
    public: Option<String>,
    admin: Option<String>,
    log: String,
}

impl Running {
    fn start(config: &Path, fault: Option<&Fault<'_>>) -> Running {
        let mut command = rapport();
        if let Some(fault) = fault {
            fault.apply(&mut command);
        }
        Running::begin(command, config, fault.is_some_and(|fault| fault.stays == "1"))
    }

    /// Returns when the server accepts events or has ended; with `for_ever_full` also when it has begun to wait for room.
    fn begin(mut command: Command, config: &Path, for_ever_full: bool) -> Running {
        command.args(["serve", "--log-format", "json", "--config"]).arg(config).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let (mut log, mut public, mut admin) = (String::new(), None, None);
        for line in lines.by_ref().map_while(Result::ok) {
            log.push_str(&line);
            log.push('\n');
            let entry: Value = serde_json::from_str(&line).unwrap_or_default();
            if entry["message"] == "accepting events" {
                public = entry["public"].as_str().map(str::to_owned);
                admin = entry["admin"].as_str().map(str::to_owned);
                break;
            }
            if for_ever_full && entry["code"] == "journal_full" {
                break;
            }
        }
        // Read on, so that the server never waits for a reader.
        std::thread::spawn(move || lines.for_each(drop));
        Running { child, public, admin, log }
    }

    fn kill(self) {
        drop(self);
    }

    fn post(&self, user: &str) -> Option<u16> {
        post(self.public.as_ref()?, user)
    }
}

/// Also when the test failed meanwhile.
impl Drop for Running {
    fn drop(&mut self) {
        // One that ended by itself needs none.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The status a batch with this user's event is answered with; nothing when there is no answer.
fn post(public: &str, user: &str) -> Option<u16> {
    // Without an address nobody is made at InMoment.
    let event = format!(
        r#"{{"type":"identify","userId":"{user}","messageId":"{user}","traits":{{"email":"{user}@example.com"}}}}"#
    );
    let body = format!(r#"{{"batch":[{event}]}}"#);
    let credentials = "d2Vic2l0ZS1rZXk6";
    assert_eq!(WRITE_KEY, "website-key", "the credentials are made of it");
    let request = format!(
        "POST /v1/batch HTTP/1.1\r\nhost: x\r\nauthorization: Basic {credentials}\r\ncontent-length: {}\r\n\
         connection: close\r\n\r\n{body}",
        body.len()
    );
    status_of(public, &request)
}

fn get(address: &str, path: &str) -> Option<u16> {
    status_of(address, &format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n"))
}

fn status_of(address: &str, request: &str) -> Option<u16> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.write_all(request.as_bytes()).ok()?;
    let mut reply = String::new();
    // An answer that breaks off is one as far as it goes.
    let _ = stream.read_to_string(&mut reply);
    reply.split(' ').nth(1)?.parse().ok()
}

/// On a good disk: the server starts, takes an event, and has delivered everything that was acknowledged.
fn works_with(harness: &Harness, config: &Path, acknowledged: &[String], about: &str) {
    let server = Running::start(config, None);
    let Some(admin) = &server.admin else { panic!("{about}: it does not start again: {}", server.log) };
    assert_eq!(server.post("afterwards"), Some(200), "{about}");
    let token = fs::read_to_string(config.with_file_name("data").join("admin-token")).unwrap();
    let status = rapport()
        .env("RAPPORT_ADMIN_TOKEN", token.trim())
        .args(["status", "--json", "--wait", "30 s", "--admin", &format!("http://{admin}")])
        .output()
        .unwrap();
    assert!(status.status.success(), "{about}: {}", String::from_utf8_lossy(&status.stderr));
    let known: Vec<Value> = harness.records("end_users");
    for user in acknowledged {
        let is_there = known.iter().any(|known| known["external_id"] == user.as_str());
        assert!(is_there, "{about}: {user} was acknowledged and is not delivered");
    }
    server.kill();
}

#[test]
fn a_first_start_that_fails_anywhere_leaves_a_folder_that_starts() {
    let harness = Harness::new();
    at_every_step(some_steps(), |folder, fault| {
        let config = config(&harness, folder);
        Running::start(&config, Some(fault)).kill();
        works_with(&harness, &config, &[], &format!("errno {} at step {}", fault.errno, fault.at));
    });
}

#[test]
fn what_is_acknowledged_on_a_failing_disk_is_delivered_when_it_is_well() {
    let harness = Harness::new();
    let steps = (1..3_000).step_by(41);
    at_every_step(steps, |folder, fault| {
        let config = config(&harness, folder);
        let about = format!("errno {} at step {}", fault.errno, fault.at);
        let server = Running::start(&config, Some(fault));
        let tag = format!("u{}-{}", fault.errno, fault.at);
        let users = (0..8).map(|n| format!("{tag}-{n}"));
        let acknowledged: Vec<String> = users.filter(|user| server.post(user) == Some(200)).collect();
        server.kill();
        works_with(&harness, &config, &acknowledged, &about);
    });
}

#[test]
fn a_key_that_is_replaced_on_a_failing_disk_is_the_old_one_or_the_new_one() {
    let harness = Harness::new();
    let begun = tempfile::tempdir().unwrap();
    let first = config(&harness, begun.path());
    works_with(&harness, &first, &[], "the beginning");
    at_every_step(1.., |folder, fault| {
        let config = config(&harness, folder);
        fs::create_dir(folder.join("data")).unwrap();
        for file in fs::read_dir(begun.path().join("data")).unwrap().map(Result::unwrap) {
            fs::copy(file.path(), folder.join("data").join(file.file_name())).unwrap();
        }
        let about = format!("errno {} at step {}", fault.errno, fault.at);
        let mut rotate = rapport();
        rotate.args(["keys", "rotate", "--config"]).arg(&config);
        fault.apply(&mut rotate);
        rotate.output().unwrap();
        works_with(&harness, &config, &[], &about);
        let again = run(&["keys", "rotate", "--config", config.to_str().unwrap()]);
        assert_eq!(again.code, 0, "{about}: {again:?}");
        works_with(&harness, &config, &[], &about);
    });
}

#[test]
fn an_import_on_a_failing_disk_writes_all_or_nothing_and_can_be_done_again() {
    at_every_step(1.., |folder, fault| {
        let about = format!("errno {} at step {}", fault.errno, fault.at);
        let workspace = folder.with_file_name("workspace.json");
        fs::write(&workspace, WORKSPACE).unwrap();
        let out = folder.join("rapport.toml");
        let arguments = ["import-config", workspace.to_str().unwrap(), "--out", out.to_str().unwrap()];
        let mut import = rapport();
        import.args(arguments);
        fault.apply(&mut import);
        let ended = import.output().unwrap();
        assert!(ended.status.success() != fault.was_met(), "{about}: a failure is said: {ended:?}");
        let complete = out.exists();
        let again = run(&arguments);
        let expected = i32::from(complete) * again.code;
        assert_eq!(again.code, expected, "{about}: nothing was written, so nothing is in the way: {again:?}");
        let forced = run(&[arguments.as_slice(), &["--force"]].concat());
        assert_eq!(forced.code, 0, "{about}: {forced:?}");
    });
}

/// A server on a disk without a byte left, as long as the room kept aside is not given back.
#[test]
fn a_full_disk_keeps_no_server_from_starting_and_it_recovers_alone() {
    let harness = Harness::new();
    let folder = tempfile::tempdir().unwrap();
    let config = config(&harness, folder.path());
    works_with(&harness, &config, &[], "the beginning");
    let data = folder.path().join("data");
    let full = folder.path().join("full");
    fs::write(&full, "").unwrap();
    let mut command = on_a_disk_that_fails(&data.canonicalize().unwrap(), "28", &data.join("reserve"));
    command.env("FAULT_FULL", &full);
    let server = Running::begin(command, &config, false);
    assert!(server.public.is_some(), "{}", server.log);
    assert!(!data.join("reserve").exists(), "its room was needed");
    assert_eq!(server.post("refused"), Some(503));
    fs::remove_file(&full).unwrap();
    let patience = Instant::now() + Duration::from_secs(20);
    let mut answer = None;
    while answer != Some(200) && Instant::now() < patience {
        answer = server.post("late");
    }
    assert_eq!(answer, Some(200), "it recovers alone");
    assert!(data.join("reserve").exists());
    server.kill();
    works_with(&harness, &config, &["late".to_owned()], "afterwards");
}

/// Not even the room kept aside is there: the start itself waits, and says so to whoever calls.
#[test]
fn a_start_without_any_room_answers_503_until_there_is_some() {
    let harness = Harness::new();
    let folder = tempfile::tempdir().unwrap();
    let full = folder.path().join("full");
    fs::write(&full, "").unwrap();
    // Ports that are known before the server says them.
    let ports = [(); 2].map(|()| std::net::TcpListener::bind("127.0.0.1:0").unwrap());
    let [public, admin] = ports.map(|port| port.local_addr().unwrap().to_string());
    let text = fs::read_to_string(harness.config("full.toml", &public, &admin, "any")).unwrap();
    let config = folder.path().join("rapport.toml");
    fs::write(&config, format!("[journal]\npath = {:?}\n{text}", folder.path().join("data"))).unwrap();
    let command = on_a_disk_that_fails(&folder.path().canonicalize().unwrap().join("data"), "28", &full);
    let calling = std::thread::spawn(move || {
        let patience = Instant::now() + Duration::from_secs(30);
        let mut refused = None;
        while Instant::now() < patience && refused != Some(503) {
            refused = post(&public, "early");
        }
        let probes = [&public, &admin].map(|address| (get(address, "/livez"), get(address, "/readyz")));
        fs::remove_file(&full).unwrap();
        (refused, probes)
    });
    let server = Running::begin(command, &config, false);
    // Whoever watches it leaves it alone, and sends nobody to it.
    assert_eq!(calling.join().unwrap(), (Some(503), [(Some(200), Some(503)); 2]));
    assert_eq!(server.post("late"), Some(200), "{}", server.log);
    server.kill();
}

/// A disk that fails for good is not a full one: it is said as what it is, and the server goes on alone when it is well.
#[test]
fn a_disk_that_fails_for_good_is_said_as_that_and_not_as_full() {
    let harness = Harness::new();
    let folder = tempfile::tempdir().unwrap();
    let bad = OnABadDisk::begin(&harness, folder.path());
    let (server, journal) = (&bad.server, || bad.status()["journal"].clone());
    assert_eq!(server.post("before"), Some(200));
    assert_eq!(journal()["healthy"], true);
    fs::write(&bad.failing, "").unwrap();
    assert_eq!(server.post("meanwhile"), Some(503));
    let said = journal();
    assert_eq!(
        (&said["healthy"], &said["code"]),
        (&Value::Bool(false), &Value::from("journal_disk_failing")),
        "{said}"
    );
    fs::remove_file(&bad.failing).unwrap();
    let patience = Instant::now() + Duration::from_secs(20);
    while journal()["healthy"] != true && Instant::now() < patience {}
    assert_eq!(journal()["healthy"], true, "it recovers alone");
    assert_eq!(server.post("late"), Some(200));
    bad.server.kill();
    works_with(&harness, &bad.config, &["before".to_owned(), "late".to_owned()], "afterwards");
}

/// A reload that the disk does not let be carried through changes nothing at all: neither what could have changed alone, nor what
/// a change in the console brings in later.
#[test]
fn a_reload_on_a_failing_disk_changes_nothing_and_can_be_done_again() {
    let harness = Harness::new();
    let folder = tempfile::tempdir().unwrap();
    let bad = OnABadDisk::begin(&harness, folder.path());
    let (server, configuration) = (&bad.server, || bad.status()["configuration"].clone());
    assert_eq!(server.post("before"), Some(200));
    let text = fs::read_to_string(&bad.config).unwrap();
    let second = text[text.find("[[destinations]]").unwrap()..].replace("\"inmoment\"", "\"second\"");
    let wanted = text.replace("[gateway]\n", "[gateway]\nmax_body = \"32 B\"\n") + &second;
    fs::write(&bad.config, &wanted).unwrap();
    fs::write(&bad.failing, "").unwrap();
    let hang_up = || {
        let id = server.child.id().to_string();
        assert!(Command::new("kill").args(["-HUP", &id]).status().unwrap().success());
    };
    hang_up();
    let patience = Instant::now() + Duration::from_secs(20);
    while configuration()["refused"].is_null() && Instant::now() < patience {}
    let told = configuration();
    assert_eq!(told["refused"]["code"], "journal_disk_failing", "{told}");
    fs::remove_file(&bad.failing).unwrap();
    let patience = Instant::now() + Duration::from_secs(20);
    while server.post("again") == Some(503) && Instant::now() < patience {}
    assert_eq!(server.post("meanwhile"), Some(200), "the limit before still holds");
    // Somebody changes something in the console: what was refused does not come in with it.
    bad.ask(&["api", "sources", "--data", r#"{"name":"shop","kind":"web"}"#]);
    assert_eq!(server.post("later"), Some(200), "the limit before still holds");
    let names = |status: &Value| status["destinations"].as_array().unwrap().len();
    assert_eq!(names(&bad.status()), 1);
    hang_up();
    while configuration()["refused"].is_object() {}
    assert_eq!((server.post("too large"), names(&bad.status())), (Some(413), 2));
    bad.server.kill();
}
