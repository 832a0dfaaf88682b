//! Unusable files: the error names the file and what to do, before the port listens.

use crate::harness::{Harness, made};
use port::{ServerCertificate, TlsError, TlsFiles, code};

fn refused(harness: &Harness, files: TlsFiles) -> TlsError {
    ServerCertificate::load(files, harness.clock()).unwrap_err()
}

#[test]
fn each_file_that_cannot_be_used_is_named_with_what_to_do() {
    let harness = Harness::new();
    let good = || harness.files.clone();
    let written = std::cell::Cell::new(0);
    let write = |text: &str| {
        written.set(written.get() + 1);
        harness.write(&format!("{}-other.pem", written.get()), text)
    };
    let certificate = |text: &str| TlsFiles { certificate: write(text), ..good() };
    let key = |text: &str| TlsFiles { key: write(text), ..good() };
    let pem = |kind: &str, body: &str| format!("-----BEGIN {kind}-----\n{body}\n-----END {kind}-----\n");
    let text_of = |file: &std::path::Path| std::fs::read_to_string(file).unwrap();
    let (own_certificate, own_key) = (text_of(&harness.files.certificate), text_of(&harness.files.key));
    let gone = harness.folder.path().join("gone.pem");
    for (files, code, words) in [
        (TlsFiles { certificate: gone.clone(), ..good() }, code::FILE_UNREADABLE, "gone.pem cannot be read"),
        (TlsFiles { key: gone.clone(), ..good() }, code::FILE_UNREADABLE, "gone.pem cannot be read"),
        (certificate(""), code::CERTIFICATE_UNUSABLE, "other.pem holds no certificate"),
        (certificate(&own_key), code::CERTIFICATE_UNUSABLE, "other.pem holds no certificate"),
        (certificate(&pem("CERTIFICATE", "AAAA")), code::CERTIFICATE_UNUSABLE, "other.pem is damaged"),
        (certificate(&pem("CERTIFICATE", "!")), code::CERTIFICATE_UNUSABLE, "other.pem is damaged"),
        (certificate(&own_certificate[..99]), code::CERTIFICATE_UNUSABLE, "other.pem is damaged"),
        (key(""), code::KEY_UNUSABLE, "other.pem holds no private key"),
        (key(&own_certificate), code::KEY_UNUSABLE, "other.pem holds no private key"),
        (key(&pem("PRIVATE KEY", "AAAA")), code::KEY_UNUSABLE, "other.pem is damaged"),
        (key(&own_key[..60]), code::KEY_UNUSABLE, "other.pem is damaged"),
        (key(&pem("ENCRYPTED PRIVATE KEY", "AAAA")), code::KEY_UNUSABLE, "is protected by a passphrase"),
        (
            key(&pem("RSA PRIVATE KEY", "Proc-Type: 4,ENCRYPTED\n\nAAAA")),
            code::KEY_UNUSABLE,
            "is protected by a passphrase",
        ),
        (
            key(&made(&["localhost"]).signing_key.serialize_pem()),
            code::KEY_MISMATCH,
            "other.pem does not belong to the first certificate in",
        ),
    ] {
        let error = refused(&harness, files);
        assert_eq!(error.code(), code, "{error}");
        assert!(error.to_string().contains(words), "{error}: not {words}");
        assert!(!error.advice().is_empty());
        assert!(!format!("{error:?}").contains("AAAA"));
    }
}

#[test]
fn a_file_that_never_ends_does_not_fill_the_memory() {
    let harness = Harness::new();
    let files = TlsFiles {
        certificate: harness.write("long.pem", vec![b'a'; (1 << 20) + 1]),
        ..harness.files.clone()
    };
    assert_eq!(refused(&harness, files).code(), code::FILE_UNREADABLE);
}
