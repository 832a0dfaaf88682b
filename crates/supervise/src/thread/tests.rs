use super::*;
use crate::report::PartState;
use crate::restart::RestartLimit;
use std::sync::mpsc;

const QUICK: Restart = Restart {
    first: Duration::from_millis(1),
    most: Duration::from_millis(2),
    limit: Some(RestartLimit { restarts: 3, within: Duration::from_secs(3_600) }),
};

#[tokio::test]
async fn a_thread_starts_again_and_after_too_many_starts_the_process_ends() {
    let supervisor = Supervisor::new();
    let (say, heard) = mpsc::channel();
    let mut run = 0;
    let thread = supervisor.thread("writer", QUICK, move |_| {
        run += 1;
        say.send(run).unwrap();
        if run % 2 == 0 { Err("no room") } else { panic!("odd") }
    });
    let thread = thread.unwrap();
    let failed = supervisor.failed().await;
    assert_eq!((&*failed.name, &*failed.last_words), ("writer", "it failed: no room"));
    let report = supervisor.snapshot().remove(0);
    assert_eq!((report.state, report.restarts), (PartState::Down, 3));
    assert_eq!(thread.join(), None, "joining one that is down does not hang");
    assert_eq!(heard.iter().collect::<Vec<_>>(), [1, 2, 3, 4]);
}

#[test]
fn a_thread_stops_when_it_is_asked_and_lets_go_of_what_it_held() {
    let supervisor = Supervisor::new();
    let held = Arc::new(());
    let inside = Arc::clone(&held);
    let thread = supervisor.thread("waiter", QUICK, move |stopping| {
        let _held = &inside;
        while !stopping.asked_within(Duration::from_secs(3_600)) {}
    });
    let thread = thread.unwrap();
    assert!(!thread.has_ended());
    thread.join();
    assert_eq!(Arc::strong_count(&held), 1);
    assert!(supervisor.snapshot().is_empty());
}

#[test]
fn a_stop_ends_the_pause_before_a_restart() {
    let supervisor = Supervisor::new();
    let slow = Restart { first: Duration::from_secs(3_600), most: Duration::from_secs(7_200), limit: None };
    let (say, heard) = mpsc::channel();
    let thread = supervisor.thread("sleeper", slow, move |_| say.send(()).unwrap()).unwrap();
    heard.recv().unwrap();
    thread.join();
    assert!(heard.recv().is_err(), "it has not run again");
}

#[tokio::test]
async fn an_essential_thread_gives_back_what_it_owned() {
    let supervisor = Supervisor::new();
    let (jobs, queue) = mpsc::channel::<u32>();
    let sum = supervisor.essential_thread("sum", move |_| queue.iter().sum::<u32>()).unwrap();
    jobs.send(3).unwrap();
    jobs.send(4).unwrap();
    sum.stop();
    drop(jobs);
    assert_eq!(sum.join(), Some(7));
    assert!(supervisor.snapshot().is_empty());

    let early = supervisor.essential_thread("early", |_| 1).unwrap();
    assert_eq!(&*supervisor.failed().await.last_words, "it ended early");
    assert_eq!(early.join(), Some(1));
}

#[tokio::test]
async fn an_essential_thread_that_panics_ends_the_process() {
    let supervisor = Supervisor::new();
    let thread = supervisor
        .essential_thread("thread::tests::panics", |_| -> u8 { panic!("the log is full") })
        .unwrap();
    let failed = supervisor.failed().await;
    assert!(failed.last_words.ends_with("the log is full"), "{failed}");
    assert!(failed.last_words.contains("thread/tests.rs:"), "{failed}");
    assert_eq!(thread.join(), None);
    assert_eq!(crate::panics()["thread::tests::panics"], 1);
}

#[test]
fn a_thread_that_does_not_stop_is_left_to_itself() {
    let supervisor = Supervisor::new();
    let (go, wait) = mpsc::channel::<()>();
    let deaf = supervisor.essential_thread("deaf", move |_| wait.recv()).unwrap();
    assert_eq!(deaf.join_within(Duration::from_millis(1)), None);
    drop(go);
}
