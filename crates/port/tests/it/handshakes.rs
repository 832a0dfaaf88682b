//! Handshakes: the negotiated protocol, and clients that do not complete the handshake.

use crate::harness::{Harness, hello, say, soon};
use port::ClientConfig;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::rustls::ProtocolVersion;

#[tokio::test]
async fn both_versions_are_spoken_and_http_1_1_is_agreed_on() {
    let harness = Harness::new();
    let (address, _told) = harness.echo().await;
    let spoken = async |alpn: &[&[u8]]| {
        let mut config = harness.client();
        config.alpn_protocols = alpn.iter().map(|protocol| protocol.to_vec()).collect();
        let stream = hello(address, config).await?;
        let (_, connection) = stream.get_ref();
        Ok::<_, String>((connection.protocol_version(), connection.alpn_protocol().map(<[u8]>::to_vec)))
    };
    let tls13 = Some(ProtocolVersion::TLSv1_3);
    assert_eq!(spoken(&[]).await, Ok((tls13, None)));
    assert_eq!(spoken(&[b"h2", b"http/1.1"]).await, Ok((tls13, Some(b"http/1.1".to_vec()))));
    assert_eq!(spoken(&[b"http/1.0"]).await, Ok((tls13, Some(b"http/1.0".to_vec()))));
    assert!(spoken(&[b"h2"]).await.is_err());
    let stream = hello(address, only_tls12(&harness)).await.unwrap();
    assert_eq!(stream.get_ref().1.protocol_version(), Some(ProtocolVersion::TLSv1_2));
}

/// A client that supports no newer version.
fn only_tls12(harness: &Harness) -> ClientConfig {
    use tokio_rustls::rustls::pki_types::CertificateDer;
    use tokio_rustls::rustls::pki_types::pem::PemObject;
    use tokio_rustls::rustls::{RootCertStore, crypto::aws_lc_rs, version::TLS12};
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(&harness.files.certificate).unwrap()).unwrap();
    ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_protocol_versions(&[&TLS12])
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth()
}

#[tokio::test]
async fn a_failed_handshake_closes_its_own_connection_and_no_other() {
    let harness = Harness::new();
    let (address, _told) = harness.echo().await;
    let mut open = hello(address, harness.client()).await.unwrap();
    for nonsense in ["GET / HTTP/1.1\r\nHost: x\r\n\r\n", "\0\0\0\0\0\0\0\0", "\u{16}\u{3}\u{1}\u{ff}"] {
        let mut plain = TcpStream::connect(address).await.unwrap();
        plain.write_all(nonsense.as_bytes()).await.unwrap();
        plain.shutdown().await.unwrap();
        let mut rest = Vec::new();
        // The connection was closed or reset; in both cases there was no unencrypted reply.
        let _ = soon(plain.read_to_end(&mut rest)).await;
        assert!(!rest.starts_with(b"HTTP"), "{rest:?}");
    }
    soon(say(&mut open, "still")).await.unwrap();
    hello(address, harness.client()).await.unwrap();
}

#[tokio::test]
async fn a_caller_that_says_nothing_delays_nobody() {
    let harness = Harness::new();
    let (address, mut told) = harness.echo().await;
    let mut silent = Vec::new();
    for _ in 0..50 {
        silent.push(TcpStream::connect(address).await.unwrap());
    }
    let open = hello(address, harness.client()).await.unwrap();
    let peer = soon(told.recv()).await.unwrap();
    assert_eq!(peer, open.get_ref().0.local_addr().unwrap(), "the first that was let in");
}
