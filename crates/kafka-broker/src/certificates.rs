//! An authority, and what it has signed.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use std::io;

/// The certificates of a cluster and of those who connect to it, in PEM.
pub struct Certificates {
    /// the authority that has signed the others
    pub authority: String,
    /// another one, which has signed nothing
    pub stranger: String,
    /// the brokers' certificate, for `localhost` and 127.0.0.1
    pub broker: String,
    /// its private key
    pub broker_key: String,
    /// a client's certificate
    pub client: String,
    /// its private key
    pub client_key: String,
}

impl Certificates {
    pub(crate) fn new() -> io::Result<Certificates> {
        make().map_err(io::Error::other)
    }
}

fn authority(name: &str) -> Result<CertifiedIssuer<'static, KeyPair>, rcgen::Error> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.distinguished_name.push(rcgen::DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate()?)
}

fn make() -> Result<Certificates, rcgen::Error> {
    let issuer = authority("authority of the tests")?;
    let signed = |names: &[&str]| -> Result<(String, String), rcgen::Error> {
        let key = KeyPair::generate()?;
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let certificate = CertificateParams::new(names)?.signed_by(&key, &issuer)?;
        Ok((certificate.pem(), key.serialize_pem()))
    };
    let (broker, broker_key) = signed(&["localhost", "127.0.0.1"])?;
    let (client, client_key) = signed(&["client"])?;
    let stranger = authority("another authority")?.pem();
    Ok(Certificates { authority: issuer.pem(), stranger, broker, broker_key, client, client_key })
}
