//! A folder with a certificate and its key, a port that speaks TLS with them, and a clock that tests turn.

use event::Millis;
use port::{ClientConfig, Clock, Identity, Listener, TlsFiles};
use rcgen::{CertifiedKey, KeyPair};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::ServerName;

pub(crate) struct House {
    pub(crate) folder: TempDir,
    pub(crate) files: TlsFiles,
    now: Arc<AtomicI64>,
}

/// A certificate for these names that nobody signed but itself.
pub(crate) fn made(names: &[&str]) -> CertifiedKey<KeyPair> {
    rcgen::generate_simple_self_signed(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
        .unwrap()
}

impl House {
    pub(crate) fn new() -> House {
        let folder = tempfile::tempdir().unwrap();
        let at = |name| folder.path().join(name);
        let files = TlsFiles { certificate: at("cert.pem"), key: at("key.pem") };
        let house = House { files, folder, now: Arc::new(AtomicI64::new(1_700_000_000_000)) };
        house.renew();
        house
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

    pub(crate) fn identity(&self) -> Arc<Identity> {
        Identity::load(self.files.clone(), self.clock()).unwrap()
    }

    pub(crate) async fn listener(&self) -> (Listener, SocketAddr) {
        let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let listener = Listener::new(tcp, Some(self.identity()));
        let address = listener.local_addr().unwrap();
        (listener, address)
    }

    /// A port that says back what it hears, and tells who came.
    pub(crate) async fn echo(&self) -> (SocketAddr, mpsc::UnboundedReceiver<SocketAddr>) {
        let (mut listener, address) = self.listener().await;
        let (tell, told) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            loop {
                let (mut stream, peer) = listener.accept().await.unwrap();
                tell.send(peer).unwrap();
                tokio::spawn(async move {
                    let (mut read, mut write) = tokio::io::split(&mut stream);
                    let _ = tokio::io::copy(&mut read, &mut write).await;
                });
            }
        });
        (address, told)
    }

    /// A client that believes the certificate that is in the file now.
    pub(crate) fn client(&self) -> ClientConfig {
        port::client(&self.files.certificate).unwrap()
    }
}

/// Connects and says hello; the error is the handshake's.
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
    stream.write_all(b"hello").await.map_err(|error| error.to_string())?;
    let mut back = [0; 5];
    stream.read_exact(&mut back).await.map_err(|error| error.to_string())?;
    assert_eq!(&back, b"hello");
    Ok(stream)
}

/// Something that must happen, and soon.
pub(crate) async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(60), what).await.expect("it never happened")
}
