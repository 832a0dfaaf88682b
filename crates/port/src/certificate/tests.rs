use super::*;
use std::sync::atomic::AtomicUsize;
use tempfile::TempDir;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

/// Counts the reported errors.
struct Reports(Arc<AtomicUsize>);

impl Subscriber for Reports {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() == Level::ERROR
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &Event<'_>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

fn files(folder: &TempDir) -> TlsFiles {
    TlsFiles { certificate: folder.path().join("c"), key: folder.path().join("k") }
}

fn renew(files: &TlsFiles) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    std::fs::write(&files.certificate, made.cert.pem()).unwrap();
    std::fs::write(&files.key, made.signing_key.serialize_pem()).unwrap();
}

fn in_use(identity: &ServerCertificate) -> Arc<ServerConfig> {
    Arc::clone(&identity.current.read().unwrap().config)
}

#[test]
fn what_is_wrong_is_reported_once_until_it_is_right_again() {
    let folder = tempfile::tempdir().unwrap();
    let files = files(&folder);
    renew(&files);
    let good = std::fs::read(&files.key).unwrap();
    let identity = ServerCertificate::load(files.clone(), Arc::new(|| Millis(0))).unwrap();
    let first = in_use(&identity);
    let reports = Arc::new(AtomicUsize::new(0));
    // A second dispatcher keeps tracing from caching the interest in a log line that another test's thread saw first.
    let _second = tracing::Dispatch::new(tracing::subscriber::NoSubscriber::new());
    tracing::subscriber::with_default(Reports(Arc::clone(&reports)), || {
        let look = || {
            identity.look();
            reports.load(Ordering::Relaxed)
        };
        assert_eq!(look(), 0);
        std::fs::write(&files.key, "nothing").unwrap();
        assert_eq!((look(), look(), look()), (1, 1, 1));
        std::fs::remove_file(&files.key).unwrap();
        assert_eq!((look(), look()), (2, 2), "something else is wrong");
        std::fs::write(&files.key, &good).unwrap();
        assert_eq!(look(), 2);
        std::fs::remove_file(&files.key).unwrap();
        assert_eq!(look(), 3, "wrong again");
        assert!(Arc::ptr_eq(&first, &in_use(&identity)), "all the while the same is in use");
        renew(&files);
        assert_eq!(look(), 3);
        assert!(!Arc::ptr_eq(&first, &in_use(&identity)));
    });
}

#[test]
fn files_are_looked_at_once_a_minute_and_by_one_alone() {
    let folder = tempfile::tempdir().unwrap();
    let files = files(&folder);
    renew(&files);
    let now = Arc::new(AtomicI64::new(1_000_000));
    let clock = Arc::clone(&now);
    let identity =
        ServerCertificate::load(files, Arc::new(move || Millis(clock.load(Ordering::Relaxed)))).unwrap();
    let due_at = |time: i64| {
        now.store(time, Ordering::Relaxed);
        (identity.is_due(), identity.is_due())
    };
    assert_eq!(due_at(1_059_999), (false, false));
    assert_eq!(due_at(1_060_000), (true, false));
    assert_eq!(due_at(1_119_999), (false, false));
    assert_eq!(due_at(5), (true, false), "a clock set back");
    assert_eq!(due_at(60_005), (true, false));
}

/// The expiry is that of the certificate in use, however it came into use; a refused certificate does not change it.
#[test]
fn when_the_certificate_in_use_expires_is_known() {
    let folder = TempDir::new().unwrap();
    let files = files(&folder);
    let until = |year| {
        let mut parameters = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        parameters.not_after = rcgen::date_time_ymd(year, 3, 1);
        let key = rcgen::KeyPair::generate().unwrap();
        std::fs::write(&files.certificate, parameters.self_signed(&key).unwrap().pem()).unwrap();
        std::fs::write(&files.key, key.serialize_pem()).unwrap();
    };
    // `date -u -d 2031-03-01 +%s`, and so on; from 2050 on, certificates have another format for times.
    let [in_2031, in_2049, in_2051] = [1_930_089_600_000, 2_498_169_600_000, 2_561_241_600_000].map(Millis);
    until(2031);
    let now = Arc::new(AtomicI64::new(0));
    let clock = Arc::clone(&now);
    let identity =
        ServerCertificate::load(files.clone(), Arc::new(move || Millis(clock.load(Ordering::Relaxed))))
            .unwrap();
    assert_eq!(identity.expires(), Some(in_2031));
    until(2051);
    assert_eq!(identity.expires(), Some(in_2031), "it is not in use yet");
    identity.look();
    assert_eq!(identity.expires(), Some(in_2051));
    std::fs::write(&files.certificate, "none").unwrap();
    identity.look();
    assert_eq!(identity.expires(), Some(in_2051));
    until(2049);
    identity.exchange(ServerCertificate::prepare(files.clone()).unwrap());
    assert_eq!(identity.expires(), Some(in_2049));
}
