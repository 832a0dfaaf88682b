use super::*;
use crate::identity::TlsFiles;
use event::Millis;
use tokio::io::AsyncReadExt;
use tokio::time::Instant;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

/// A port with room for so many handshakes, and what its clients believe.
async fn port(most_handshakes: usize) -> (SocketAddr, TlsConnector) {
    let folder = tempfile::tempdir().unwrap();
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let files = TlsFiles { certificate: folder.path().join("c"), key: folder.path().join("k") };
    std::fs::write(&files.certificate, made.cert.pem()).unwrap();
    std::fs::write(&files.key, made.signing_key.serialize_pem()).unwrap();
    let client = crate::client(&files.certificate).unwrap();
    let identity = Identity::load(files, Arc::new(|| Millis(0))).unwrap();
    let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut listener = Listener { most_handshakes, ..Listener::new(tcp, Some(identity)) };
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let mut open = Vec::new();
        loop {
            open.push(listener.accept().await.unwrap());
        }
    });
    (address, TlsConnector::from(Arc::new(client)))
}

/// How long somebody waits for the end of a handshake after two others, who say nothing.
async fn waited(most_handshakes: usize) -> Duration {
    let (address, connector) = port(most_handshakes).await;
    let _silent = [TcpStream::connect(address).await.unwrap(), TcpStream::connect(address).await.unwrap()];
    let began = Instant::now();
    let tcp = TcpStream::connect(address).await.unwrap();
    connector.connect(ServerName::try_from("localhost").unwrap(), tcp).await.unwrap();
    began.elapsed()
}

#[tokio::test(start_paused = true)]
async fn so_many_handshakes_at_once_and_no_more() {
    assert!(waited(3).await < HANDSHAKE_TIMEOUT);
    assert!(waited(2).await >= HANDSHAKE_TIMEOUT, "until the others are out of time");
}

#[tokio::test(start_paused = true)]
async fn a_handshake_that_takes_too_long_is_ended() {
    let (address, _connector) = port(MOST_HANDSHAKES).await;
    let mut silent = TcpStream::connect(address).await.unwrap();
    let began = Instant::now();
    assert_eq!(silent.read_to_end(&mut Vec::new()).await.unwrap_or(0), 0);
    let took = began.elapsed();
    assert!((HANDSHAKE_TIMEOUT..HANDSHAKE_TIMEOUT * 2).contains(&took), "{took:?}");
}
