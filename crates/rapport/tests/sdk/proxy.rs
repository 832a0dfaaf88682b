//! A proxy in front of the gateway: a program of its own, run with the configuration that `deploy/proxy` offers. Only what
//! belongs to the machine is replaced: addresses, certificate files, and where the proxy keeps its own files.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::thread::JoinHandle;
use tempfile::TempDir;

/// How often a proxy is started: its port can be taken by another process between the choice and the start.
const STARTS: usize = 3;

/// The three proxies that `deploy/proxy` has a configuration for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ProxyKind {
    Nginx,
    /// nginx with its line `mirror` switched on; the second address is the old data plane's.
    NginxMirror(SocketAddr),
    Caddy,
    HaProxy,
}

impl ProxyKind {
    fn name(self) -> &'static str {
        match self {
            ProxyKind::Nginx | ProxyKind::NginxMirror(_) => "nginx",
            ProxyKind::Caddy => "caddy",
            ProxyKind::HaProxy => "haproxy",
        }
    }

    fn file(self) -> &'static str {
        match self {
            ProxyKind::Nginx | ProxyKind::NginxMirror(_) => "nginx.conf",
            ProxyKind::Caddy => "Caddyfile",
            ProxyKind::HaProxy => "haproxy.cfg",
        }
    }

    /// What the proxy writes to standard error once it accepts connections.
    fn started(self) -> &'static str {
        match self {
            ProxyKind::Nginx | ProxyKind::NginxMirror(_) => "start worker process ",
            ProxyKind::Caddy => "serving initial configuration",
            ProxyKind::HaProxy => "Loading success",
        }
    }
}

/// A running proxy. It ends when this is dropped.
pub(crate) struct Proxy {
    child: Child,
    address: SocketAddr,
    folder: TempDir,
    /// Reads standard error to its end, so that the proxy can always write.
    errors: Option<JoinHandle<String>>,
}

impl Proxy {
    /// Starts the proxy in front of this gateway, and returns when it accepts connections.
    pub(crate) fn start(kind: ProxyKind, gateway: SocketAddr) -> Proxy {
        let mut said = String::new();
        for _ in 0..STARTS {
            match Proxy::try_start(kind, gateway) {
                Ok(proxy) => return proxy,
                Err(text) => said = text,
            }
        }
        panic!("{} does not start:\n{said}", kind.name());
    }

    fn try_start(kind: ProxyKind, gateway: SocketAddr) -> Result<Proxy, String> {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let address = free_address();
        certify(folder.path());
        let file = folder.path().join(kind.file());
        std::fs::write(&file, configuration(kind, folder.path(), address, gateway))
            .expect("the folder is writable");
        let output = File::create(folder.path().join("output")).expect("the folder is writable");
        let mut child = command(kind, folder.path(), &file)
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}; run tests/sdk/setup.sh first", kind.name()));
        let mut errors = BufReader::new(child.stderr.take().expect("standard error is a pipe"));
        match wait_for(&mut errors, kind.started()) {
            Ok(()) => {
                let errors = std::thread::spawn(move || read_to_end(errors));
                Ok(Proxy { child, address, folder, errors: Some(errors) })
            }
            Err(said) => {
                end(&mut child);
                Err(said)
            }
        }
    }

    /// Where SDKs send events now.
    pub(crate) fn url(&self) -> String {
        format!("https://{}", self.address)
    }

    /// The file with the certificate that the proxy shows.
    pub(crate) fn certificate(&self) -> PathBuf {
        self.folder.path().join("certificate.pem")
    }

    /// Ends the proxy and returns everything that it logged.
    pub(crate) fn finish(mut self) -> String {
        end(&mut self.child);
        let errors = self.errors.take().map(|thread| thread.join().expect("reading does not fail"));
        let logs =
            ["output", "access.log"].map(|name| std::fs::read_to_string(self.folder.path().join(name)));
        logs.into_iter().filter_map(Result::ok).chain(errors).collect()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

/// Asks the proxy to end, and waits until it has: nginx and HAProxy end their own workers then.
fn end(child: &mut Child) {
    if child.try_wait().is_ok_and(|status| status.is_some()) {
        return;
    }
    let id = i32::try_from(child.id()).expect("a process id is a positive i32");
    // An error means that it has ended by itself.
    let _ = nix::sys::signal::kill(nix::unistd::Pid::from_raw(id), nix::sys::signal::Signal::SIGTERM);
    child.wait().expect("a child can be waited for");
}

fn free_address() -> SocketAddr {
    let listener = TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
    listener.local_addr().expect("a listener has an address")
}

fn certify(folder: &Path) {
    let made =
        rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).expect("a certificate can be made");
    let (certificate, key) = (made.cert.pem(), made.signing_key.serialize_pem());
    for (name, text) in [
        ("certificate.pem", &certificate),
        ("key.pem", &key),
        ("haproxy.pem", &format!("{certificate}{key}")),
    ] {
        std::fs::write(folder.join(name), text).expect("the folder is writable");
    }
}

/// The program: the machine's own, else the one that `tests/sdk/setup.sh` unpacked.
fn command(kind: ProxyKind, folder: &Path, file: &Path) -> Command {
    let run = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/sdk/proxy.sh");
    let mut command = Command::new(run);
    command.arg(kind.name());
    match kind {
        ProxyKind::Nginx | ProxyKind::NginxMirror(_) => {
            command.arg("-p").arg(folder).arg("-c").arg(file).args(["-e", "stderr", "-g", "daemon off;"])
        }
        ProxyKind::Caddy => command.args(["run", "--adapter", "caddyfile", "--config"]).arg(file).envs([
            ("HOME", folder),
            ("XDG_DATA_HOME", folder),
            ("XDG_CONFIG_HOME", folder),
        ]),
        ProxyKind::HaProxy => command.args(["-W", "-db", "-f"]).arg(file),
    };
    command
}

/// The file of `deploy/proxy` with what belongs to this machine.
fn configuration(kind: ProxyKind, folder: &Path, address: SocketAddr, gateway: SocketAddr) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../deploy/proxy").join(kind.file());
    let text = std::fs::read_to_string(&path).expect("the configuration is there");
    let folder = folder.to_str().expect("a temporary folder's path is text");
    let port = address.port();
    let mut replacements =
        vec![("127.0.0.1:8080", gateway.to_string()), ("/etc/rapport/tls", folder.to_owned())];
    match kind {
        ProxyKind::Nginx | ProxyKind::NginxMirror(_) => {
            // The packaged defaults are folders of the machine that a test must not need.
            let own = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
                .map(|what| format!("{what}_temp_path {folder}/{what};"));
            replacements.extend([
                ("http {", format!("http {{ {}", own.join(" "))),
                ("worker_processes auto;", format!("worker_processes 1; {}", worker_user(folder))),
                ("/run/rapport-nginx.pid", format!("{folder}/nginx.pid")),
                ("/var/log/nginx/rapport.log", format!("{folder}/access.log")),
                ("listen 443 ssl", format!("listen 127.0.0.1:{port} ssl")),
            ]);
        }
        ProxyKind::Caddy => replacements.push(("events.example.com:443", address.to_string())),
        ProxyKind::HaProxy => replacements.push(("bind :443", format!("bind {address}"))),
    }
    if let ProxyKind::NginxMirror(old) = kind {
        replacements.extend([("# mirror", "mirror".to_owned()), ("127.0.0.1:8090", old.to_string())]);
    }
    replacements.into_iter().fold(text, |text, (from, to)| {
        assert!(text.contains(from), "{} no longer has {from:?}", path.display());
        text.replace(from, &to)
    })
}

/// The temporary folder belongs to whoever runs the test. Only root's workers would be somebody else.
fn worker_user(folder: &str) -> &'static str {
    let owner = std::fs::metadata(folder).expect("the folder is there").uid();
    if owner == 0 { "user root;" } else { "" }
}

/// Reads lines until one has this text; the error is everything that was read before the end.
fn wait_for(errors: &mut BufReader<ChildStderr>, text: &str) -> Result<(), String> {
    let mut said = String::new();
    loop {
        let before = said.len();
        match errors.read_line(&mut said) {
            Ok(0) | Err(_) => return Err(said),
            Ok(_) if said[before..].contains(text) => return Ok(()),
            Ok(_) => {}
        }
    }
}

fn read_to_end(mut errors: BufReader<ChildStderr>) -> String {
    let mut said = String::new();
    // What cannot be read was not text, and nothing here looks for it.
    let _ = errors.read_to_string(&mut said);
    said
}
