//! The servers that a client trusts if it was given a file.

use crate::harness::{Harness, hello, named_hello};
use port::code;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use std::sync::Arc;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

#[tokio::test]
async fn the_certificate_of_the_file_is_believed_by_any_name() {
    let harness = Harness::new();
    let (address, _told) = harness.echo().await;
    for name in ["localhost", "127.0.0.1", "other.example"] {
        named_hello(address, harness.client(), name).await.unwrap();
    }
}

#[tokio::test]
async fn also_one_that_calls_itself_an_authority() {
    let harness = Harness::new();
    let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    harness.write("cert.pem", params.self_signed(&key).unwrap().pem());
    harness.write("key.pem", key.serialize_pem());
    let (address, _told) = harness.echo().await;
    hello(address, harness.client()).await.unwrap();
}

#[tokio::test]
async fn what_an_authority_of_the_file_signed_is_believed_by_its_own_name_alone() {
    let harness = Harness::new();
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let own = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    harness.write("cert.pem", own.signed_by(&key, &authority).unwrap().pem());
    harness.write("key.pem", key.serialize_pem());
    let (address, _told) = harness.echo().await;
    let file = harness.write("ca.pem", authority.pem());
    let client = || port::client(&file).unwrap();
    named_hello(address, client(), "localhost").await.unwrap();
    let refused = named_hello(address, client(), "other.example").await.unwrap_err();
    assert!(refused.contains("other.example"), "{refused}");
}

#[tokio::test]
async fn nobody_else_is_believed_and_the_failure_is_known_for_what_it_is() {
    let (harness, other) = (Harness::new(), Harness::new());
    let (address, _told) = harness.echo().await;
    let connector = TlsConnector::from(Arc::new(other.client()));
    let tcp = TcpStream::connect(address).await.unwrap();
    let error = connector.connect(ServerName::try_from("localhost").unwrap(), tcp).await.unwrap_err();
    assert!(port::is_distrust(&error), "{error}");
    let refused: std::io::Error = std::io::ErrorKind::ConnectionRefused.into();
    assert!(!port::is_distrust(&refused));
    assert!(!port::is_distrust(&std::io::Error::other("something else")));
}

#[test]
fn a_file_without_certificates_is_refused() {
    let harness = Harness::new();
    let error = port::client(&harness.files.key).unwrap_err();
    assert_eq!(error.code(), code::CERTIFICATE_UNUSABLE);
}
