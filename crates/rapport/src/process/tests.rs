use super::*;
use delivery::SystemClock;

#[test]
fn this_process_uses_memory_descriptors_and_time_and_was_started_a_while_ago() {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
    let look = observed(&clock);
    let process = look();
    let resident = process.resident_bytes.unwrap();
    assert!(resident > 1 << 20 && resident <= process.virtual_bytes.unwrap(), "{process:?}");
    let held: Vec<_> = (0..5).map(|_| std::fs::File::open("/dev/null").unwrap()).collect();
    let with_more = look().open_descriptors.unwrap();
    // Other tests of this process open and close some, too; its three standard ones and these five are open.
    assert!((8..=process.most_descriptors.unwrap()).contains(&with_more), "{with_more}");
    drop(held);
    let now = Duration::from_millis(u64::try_from(clock.now().wall.0).unwrap());
    let age = now.checked_sub(process.started.unwrap()).unwrap();
    assert!(age < Duration::from_secs(24 * 60 * 60), "{age:?}");
    assert_eq!(look().started, process.started);
    // Its processor time grows, at the latest because of the measurement.
    while look().cpu <= process.cpu {}
}

#[test]
fn what_the_kernel_writes_is_read_and_what_it_does_not_write_is_not_known() {
    let status = "Name:\tx\nVmPeak:\t    9 kB\nVmSize:\t  4096 kB\nVmRSS:\t     12 kB\nThreads:\t3\n";
    assert_eq!((bytes(status, "VmRSS:"), bytes(status, "VmSize:")), (Some(12 << 10), Some(4 << 20)));
    for odd in ["", "VmRSS:", "VmRSS: 12", "VmRSS: x kB", "VmRSS: -1 kB", "VmRSS: 99999999999999999999 kB"] {
        assert_eq!(bytes(odd, "VmRSS:"), None, "{odd}");
    }
    let fields: Vec<String> = (3..=52).map(|field| field.to_string()).collect();
    for name in ["rapport", "a) R 1 (b", ") ) )"] {
        let stat = format!("1 ({name}) {}", fields.join(" "));
        assert_eq!(started_after(&stat), Some(Duration::from_millis(220)), "{stat}");
    }
    for odd in ["", "1 (x)", "1 (x) R 1 2 3", "no name 1 2 3"] {
        assert_eq!(started_after(odd), None, "{odd}");
    }
    let elsewhere = tempfile::tempdir().unwrap();
    let process = look(elsewhere.path());
    assert_eq!((process.resident_bytes, process.open_descriptors), (None, None));
    assert!(process.cpu.is_some() && process.most_descriptors.is_some());
}
