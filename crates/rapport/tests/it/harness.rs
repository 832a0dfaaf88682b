//! A folder with a configuration, a local InMoment, and the binary.

use sandbox::{Account, Options, RunningSandbox};
use serde_json::Value;
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use tempfile::TempDir;

pub(crate) const WRITE_KEY: &str = "website-key";

/// The binary, with nothing of the caller's environment that it would look at.
pub(crate) fn rapport() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rapport"));
    command.env_remove("RAPPORT_ADMIN_TOKEN").env_remove("COLUMNS").stdin(Stdio::null());
    command
}

/// How a command ended: its exit code, standard output and standard error.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ended {
    pub(crate) fn of(output: Output) -> Ended {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Ended { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// Standard output as one JSON value a line.
    pub(crate) fn json_lines(&self) -> Vec<Value> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

pub(crate) fn run(arguments: &[&str]) -> Ended {
    Ended::of(rapport().args(arguments).output().unwrap())
}

pub(crate) fn run_with_input(arguments: &[&str], input: &str) -> Ended {
    let mut command = rapport();
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    Ended::of(child.wait_with_output().unwrap())
}

/// A configuration's folder and the InMoment it delivers to.
pub(crate) struct Harness {
    pub(crate) folder: TempDir,
    pub(crate) inmoment: RunningSandbox,
    /// reaped even when the test fails
    _runtime: tokio::runtime::Runtime,
}

impl Harness {
    pub(crate) fn new() -> Harness {
        Harness::with(Options::default())
    }

    /// One whose InMoment behaves as these options have it.
    pub(crate) fn with(options: Options) -> Harness {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let started = sandbox::Server::start(options, anywhere, sandbox::wall_clock());
        let inmoment = runtime.block_on(started).unwrap();
        Harness { folder: tempfile::tempdir().unwrap(), inmoment, _runtime: runtime }
    }

    /// Writes a configuration with these ports and this password; its path.
    pub(crate) fn config(&self, name: &str, gateway: &str, admin: &str, password: &str) -> PathBuf {
        let Account { username, account_token, .. } = Account::demo();
        let base_url = self.inmoment.addr();
        let text = format!(
            "[gateway]\nlisten = \"{gateway}\"\n[admin]\nlisten = \"{admin}\"\n[delivery]\nlast_surveyed = \"off\"\n\
             [[sources]]\nname = \"website\"\nkind = \"web\"\nwrite_key = \"{WRITE_KEY}\"\n\
             [[destinations]]\nname = \"inmoment\"\nusername = \"{username}\"\npassword = \"{password}\"\n\
             account_token = \"{account_token}\"\nbase_url = \"http://{base_url}\"\nsources = [\"website\"]\n"
        );
        self.write(name, &text)
    }

    /// The ordinary configuration, on free ports.
    pub(crate) fn ordinary(&self) -> PathBuf {
        self.config("rapport.toml", "127.0.0.1:0", "127.0.0.1:0", &Account::demo().password)
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let file = self.folder.path().join(name);
        std::fs::write(&file, text).unwrap();
        // It holds passwords, so it is nobody else's to read.
        std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        file
    }

    /// Starts a server with this configuration and waits until it accepts events.
    pub(crate) fn serve(&self, config: &Path) -> Served {
        self.serve_by(rapport(), Some(config))
    }

    /// The same, where no more than so many descriptors may be open.
    pub(crate) fn serve_with_descriptors(&self, config: &Path, most: u32) -> Served {
        let mut command = Command::new("sh");
        command.args([
            "-c",
            "ulimit -n \"$0\" && exec \"$@\"",
            &most.to_string(),
            env!("CARGO_BIN_EXE_rapport"),
        ]);
        command.env_remove("RAPPORT_ADMIN_TOKEN").stdin(Stdio::null());
        self.serve_by(command, Some(config))
    }

    /// The same with a command that has an environment and a folder of its own; without a file it has no `--config`.
    pub(crate) fn serve_by(&self, mut command: Command, config: Option<&Path>) -> Served {
        command.arg("serve");
        if let Some(config) = config {
            command.arg("--config").arg(config);
        }
        command.args(["--log-format", "json"]).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
        let (mut seen, mut transformer) = (String::new(), None);
        let accepting = loop {
            let Some(line) = log.next() else { panic!("the server ended: {seen}") };
            let line = line.unwrap();
            let entry: Value = serde_json::from_str(&line).unwrap_or_default();
            if entry["message"] == "accepting events" {
                break entry;
            }
            if let Some(address) = entry["transformer"].as_str() {
                transformer = Some(address.to_owned());
            }
            seen.push_str(&line);
        };
        // Read on, so that the server never waits for a reader.
        let rest = std::thread::spawn(move || log.map_while(Result::ok).collect::<Vec<_>>().join("\n"));
        let address = |key: &str| accepting[key].as_str().unwrap().to_owned();
        let (public, admin) = (address("public"), address("admin"));
        let client = self.config(&format!("client-{}.toml", child.id()), &public, &admin, "unused");
        Served { child, public, admin, transformer, client, rest: Some(rest) }
    }

    pub(crate) fn token(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("data/admin-token")).unwrap().trim().to_owned()
    }

    /// The records InMoment has, e.g. `end_users`.
    pub(crate) fn records(&self, what: &str) -> Vec<Value> {
        let sandbox = self.inmoment.sandbox();
        let state = sandbox.lock().unwrap().state((sandbox::wall_clock())(), None);
        state[what].as_array().unwrap().clone()
    }
}

/// A server that runs.
pub(crate) struct Served {
    child: Child,
    pub(crate) public: String,
    pub(crate) admin: String,
    pub(crate) transformer: Option<String>,
    /// a configuration that names its real ports
    pub(crate) client: PathBuf,
    rest: Option<std::thread::JoinHandle<String>>,
}

impl Served {
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Runs a command against it.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        let mut all = arguments.to_vec();
        all.extend(["--config", self.client.to_str().unwrap()]);
        run(&all)
    }

    /// Its status once nothing is pending.
    pub(crate) fn settled(&self) -> Value {
        let ended = self.run(&["status", "--json", "--wait", "30 s"]);
        assert_eq!(ended.code, 0, "{ended:?}");
        ended.json_lines().remove(0)
    }

    /// Sends it a signal.
    pub(crate) fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Asks it to stop; its exit code and its log.
    pub(crate) fn stop(mut self, signal: &str) -> (Option<i32>, String) {
        self.signal(signal);
        let code = self.child.wait().unwrap().code();
        (code, self.rest.take().unwrap().join().unwrap())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // A test that failed leaves it running; one that did not has ended it already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
