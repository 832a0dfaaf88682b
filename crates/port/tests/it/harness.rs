//! A folder with a certificate and its key, a port that speaks TLS with them, and a clock that tests turn.

use event::Clock;
use event::Millis;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use port::{Body, ClientConfig, ClientHandle, Door, Limits, Listener, ServerCertificate, TlsFiles, serve};
use rcgen::{CertifiedKey, KeyPair};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::ServerName;

pub(crate) struct Harness {
    pub(crate) folder: TempDir,
    pub(crate) files: TlsFiles,
    now: Arc<AtomicI64>,
}

/// A self-signed certificate for these names.
pub(crate) fn made(names: &[&str]) -> CertifiedKey<KeyPair> {
    rcgen::generate_simple_self_signed(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
        .unwrap()
}

impl Harness {
    pub(crate) fn new() -> Harness {
        let folder = tempfile::tempdir().unwrap();
        let at = |name| folder.path().join(name);
        let files = TlsFiles { certificate: at("cert.pem"), key: at("key.pem") };
        let harness = Harness { files, folder, now: Arc::new(AtomicI64::new(1_700_000_000_000)) };
        harness.renew();
        harness
    }

    /// Writes a new certificate and key.
    pub(crate) fn renew(&self) {
        let CertifiedKey { cert, signing_key } = made(&["localhost"]);
        std::fs::write(&self.files.certificate, cert.pem()).unwrap();
        std::fs::write(&self.files.key, signing_key.serialize_pem()).unwrap();
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let file = self.folder.path().join(name);
        std::fs::write(&file, text).unwrap();
        file
    }

    pub(crate) fn clock(&self) -> Clock {
        let now = Arc::clone(&self.now);
        Arc::new(move || Millis(now.load(Ordering::Relaxed)))
    }

    pub(crate) fn turn_clock(&self, millis: i64) {
        self.now.fetch_add(millis, Ordering::Relaxed);
    }

    pub(crate) fn identity(&self) -> Arc<ServerCertificate> {
        ServerCertificate::load(self.files.clone(), self.clock()).unwrap()
    }

    /// A door that speaks TLS, whose handler echoes the data and reports the client.
    pub(crate) async fn echo(&self) -> (SocketAddr, mpsc::UnboundedReceiver<SocketAddr>) {
        let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = tcp.local_addr().unwrap();
        let (tell, told) = mpsc::unbounded_channel();
        let handler = move |request: Request<Body>, caller: ClientHandle| {
            // The receiver may be gone.
            let _ = tell.send(caller.address());
            async move {
                request.into_body().collect().await.map(|body| Response::new(Full::new(body.to_bytes())))
            }
        };
        let door = Door::new("echo", Limits::new(1_000));
        tokio::spawn(serve(door, Listener::new(tcp, Some(self.identity())), handler, std::future::pending()));
        (address, told)
    }

    /// A client that trusts the certificate that is in the file now.
    pub(crate) fn client(&self) -> ClientConfig {
        port::client(&self.files.certificate).unwrap()
    }
}

/// Connects and sends a greeting; the error is the handshake's.
pub(crate) async fn hello(address: SocketAddr, config: ClientConfig) -> Result<TlsStream<TcpStream>, String> {
    named_hello(address, config, "localhost").await
}

pub(crate) async fn named_hello(
    address: SocketAddr,
    config: ClientConfig,
    name: &str,
) -> Result<TlsStream<TcpStream>, String> {
    let tcp = TcpStream::connect(address).await.unwrap();
    let name = ServerName::try_from(name.to_owned()).unwrap();
    let connector = TlsConnector::from(Arc::new(config));
    let mut stream = connector.connect(name, tcp).await.map_err(|error| error.to_string())?;
    say(&mut stream, "hello").await.map_err(|error| error.to_string())?;
    Ok(stream)
}

/// Sends data on a connection, and reads the echo.
pub(crate) async fn say(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    what: &str,
) -> std::io::Result<()> {
    let length = what.len();
    let request = format!("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: {length}\r\n\r\n{what}");
    stream.write_all(request.as_bytes()).await?;
    let mut reply = Vec::new();
    while !reply.ends_with(format!("\r\n\r\n{what}").as_bytes()) {
        if stream.read_buf(&mut reply).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
    }
    assert!(reply.starts_with(b"HTTP/1.1 200 OK\r\n"));
    Ok(())
}

/// Waits for something that must happen soon.
pub(crate) async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(60), what).await.expect("it never happened")
}
