use super::*;

#[test]
fn every_authority_that_the_program_was_built_with_can_be_read() {
    let built_in = webpki_root_certs::TLS_SERVER_ROOT_CERTS.len();
    assert!(built_in > 50, "{built_in}");
    assert_eq!(mozillas().len(), built_in);
}

/// Building the client reads each certificate; it fails if rustls does not accept one as an authority's.
#[test]
fn a_client_can_be_made_whether_the_machine_has_authorities_or_not() {
    for none_here in [true, false] {
        let made = believing(reqwest::Client::builder(), none_here).build();
        assert!(made.is_ok(), "{none_here}: {made:?}");
    }
}
