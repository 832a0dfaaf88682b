//! What a service manager is told, and a server on a machine without certificates of authorities.

use crate::harness::{Harness, rapport};
use std::os::unix::net::UnixDatagram;
use std::time::Duration;

/// The next word that is no sign of life.
fn told(line: &UnixDatagram) -> String {
    loop {
        let word = any(line);
        if word != "WATCHDOG=1" {
            return word;
        }
    }
}

fn any(line: &UnixDatagram) -> String {
    let mut word = [0; 256];
    let length = line.recv(&mut word).unwrap();
    String::from_utf8(word[..length].to_vec()).unwrap()
}

#[test]
fn a_service_manager_hears_that_the_server_is_ready_reloads_lives_and_stops() {
    let harness = Harness::new();
    let file = harness.ordinary();
    let socket = harness.folder.path().join("notify");
    let line = UnixDatagram::bind(&socket).unwrap();
    line.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let mut command = rapport();
    command.env("NOTIFY_SOCKET", &socket).env("WATCHDOG_USEC", "20000");
    let served = harness.serve_by(command, Some(&file));
    assert_eq!(told(&line), "READY=1");
    for _ in 0..3 {
        assert_eq!(any(&line), "WATCHDOG=1");
    }
    served.signal("-HUP");
    let reloading = told(&line);
    assert!(reloading.starts_with("RELOADING=1\nMONOTONIC_USEC="), "{reloading}");
    assert_eq!(told(&line), "READY=1");
    served.signal("-TERM");
    assert_eq!(told(&line), "STOPPING=1");
    assert_eq!(served.stop("-TERM").0, Some(0));
}

/// The manager counts from when it hears of it, so that both must be in it: what balancers need, and stopping in order.
#[test]
fn a_service_manager_hears_how_long_a_server_takes_that_waits_before_it_stops() {
    let harness = Harness::new();
    let file = harness.ordinary();
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("[gateway]\n", "[gateway]\ndrain_delay = \"1 min\"\n")).unwrap();
    let socket = harness.folder.path().join("notify");
    let line = UnixDatagram::bind(&socket).unwrap();
    line.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let mut command = rapport();
    command.env("NOTIFY_SOCKET", &socket);
    let served = harness.serve_by(command, Some(&file));
    assert_eq!(told(&line), "READY=1");
    served.signal("-TERM");
    assert_eq!(told(&line), "STOPPING=1\nEXTEND_TIMEOUT_USEC=160000000");
    // The second time it ends at once.
    assert_eq!(served.stop("-TERM").0, Some(0));
}

#[test]
fn a_machine_without_certificates_of_authorities_is_no_hindrance() {
    let harness = Harness::new();
    let text = std::fs::read_to_string(harness.ordinary()).unwrap();
    // It makes no call, but would be at InMoment's own address.
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with("base_url")).collect();
    let text = lines.join("\n").replace("[[destinations]]", "[[destinations]]\nmode = \"shadow\"");
    let file = harness.write("rapport.toml", &text);
    let nowhere = harness.folder.path().join("nowhere");
    let mut command = rapport();
    command.env("SSL_CERT_FILE", &nowhere).env("SSL_CERT_DIR", &nowhere);
    let served = harness.serve_by(command, Some(&file));
    assert_eq!(served.stop("-TERM").0, Some(0));
}
