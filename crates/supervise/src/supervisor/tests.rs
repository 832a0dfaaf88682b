use super::*;
use crate::report::PartState;
use crate::restart::RestartLimit;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::sync::mpsc;

const SECOND: Duration = Duration::from_secs(1);
const QUICK: Restart = Restart { first: SECOND, most: Duration::from_secs(8), limit: None };

fn only(supervisor: &Supervisor) -> PartReport {
    let mut reports = supervisor.snapshot();
    assert_eq!(reports.len(), 1);
    reports.remove(0)
}

/// Lets every task run as far as it can.
async fn settle() {
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
}

#[derive(Clone, Copy, Debug)]
enum End {
    Return,
    Fail,
    Panic,
    PanicAtBeginning,
}

fn ending(supervisor: &Supervisor, end: End, restart: Restart) -> (Task, Arc<AtomicU32>) {
    let runs = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&runs);
    let task = supervisor.task("part", restart, move |_| {
        counted.fetch_add(1, Ordering::Relaxed);
        if let End::PanicAtBeginning = end {
            panic!("at the beginning");
        }
        async move {
            tokio::task::yield_now().await;
            match end {
                End::Return => Ok(()),
                End::Fail => Err("no port"),
                End::Panic | End::PanicAtBeginning => panic!("later"),
            }
        }
    });
    (task, runs)
}

#[tokio::test(start_paused = true)]
async fn however_it_ends_it_is_known_counted_and_starts_again() {
    let cases = [
        (End::Return, "it ended early"),
        (End::Fail, "it failed: no port"),
        (End::Panic, "it panicked at crates/supervise/src/supervisor/tests.rs:"),
        (End::PanicAtBeginning, "it panicked at crates/supervise/src/supervisor/tests.rs:"),
    ];
    for (end, words) in cases {
        let supervisor = Supervisor::new();
        let (task, runs) = ending(&supervisor, end, QUICK);
        settle().await;
        let report = only(&supervisor);
        assert_eq!((report.state, report.restarts), (PartState::Restarting, 0), "{end:?}");
        assert!(report.is_trouble());
        assert!(report.last_words.as_deref().unwrap().starts_with(words), "{report:?}");

        tokio::time::sleep(SECOND).await;
        settle().await;
        assert_eq!(runs.load(Ordering::Relaxed), 2, "{end:?}");
        assert_eq!(only(&supervisor).restarts, 1);
        assert!(task.shutdown(SECOND).await);
        assert!(supervisor.snapshot().is_empty());
        assert_eq!(supervisor.restarts()["part"], 1, "the count outlives the part");
    }
}

#[tokio::test(start_paused = true)]
async fn the_pauses_grow() {
    let supervisor = Supervisor::new();
    let (_task, runs) = ending(&supervisor, End::Panic, QUICK);
    tokio::time::sleep(600 * SECOND).await;
    let runs = runs.load(Ordering::Relaxed);
    assert!((75..=160).contains(&runs), "pauses of 4 to 8 s in ten minutes: {runs}");
    let never = tokio::time::timeout(SECOND, supervisor.failed()).await;
    assert!(never.is_err(), "without a limit the process goes on");
}

#[tokio::test(start_paused = true)]
async fn too_many_restarts_end_the_process() {
    let supervisor = Supervisor::new();
    let limit = Some(RestartLimit { restarts: 3, within: 60 * SECOND });
    let (task, runs) = ending(&supervisor, End::Fail, Restart { limit, ..QUICK });
    let failed = supervisor.failed().await;
    assert_eq!((&*failed.name, &*failed.last_words), ("part", "it failed: no port"));
    assert_eq!(runs.load(Ordering::Relaxed), 4);
    task.ended().await;
    assert_eq!(only(&supervisor).state, PartState::Down);
    assert!(supervisor.shutdown(SECOND).await.is_empty(), "what is down is not late");
}

#[tokio::test(start_paused = true)]
async fn the_end_of_an_essential_task_ends_the_process_unless_it_was_asked_for() {
    let supervisor = Supervisor::new();
    let asked = supervisor.essential("asked", |stopping| stopping.asked());
    assert!(asked.shutdown(SECOND).await);
    let early = tokio::time::timeout(SECOND, supervisor.failed()).await;
    assert!(early.is_err());

    let owned = String::from("only one");
    let _task = supervisor.essential("early", |_| async move { drop(owned) });
    let failed = supervisor.failed().await;
    assert_eq!((&*failed.name, &*failed.last_words), ("early", "it ended early"));
    let _second = supervisor.essential("second", |_| async {
        if true {
            panic!("second")
        }
    });
    settle().await;
    assert_eq!(&*supervisor.failed().await.name, "early", "the first to end is the cause");
}

#[tokio::test(start_paused = true)]
async fn a_stop_is_asked_by_hand_by_dropping_and_by_the_supervisor() {
    let supervisor = Supervisor::new();
    let (say, mut heard) = mpsc::unbounded_channel();
    let begin = |name: &'static str| {
        let say = say.clone();
        supervisor.task(name, QUICK, move |stopping| {
            let say = say.clone();
            async move {
                stopping.asked().await;
                say.send(name).unwrap();
            }
        })
    };
    let by_hand = begin("by hand");
    drop(begin("dropped"));
    begin("kept").keep();
    settle().await;
    assert_eq!(heard.recv().await, Some("dropped"));
    by_hand.stop();
    by_hand.ended().await;
    assert_eq!(heard.recv().await, Some("by hand"));
    assert_eq!(&*only(&supervisor).name, "kept");
    assert!(supervisor.shutdown(SECOND).await.is_empty());
    assert_eq!(heard.recv().await, Some("kept"));
    begin("late").ended().await;
    assert_eq!(heard.recv().await, Some("late"), "whoever begins after the end is asked to stop at once");
}

#[tokio::test(start_paused = true)]
async fn what_does_not_stop_in_time_is_named_and_broken_off() {
    struct Held(mpsc::UnboundedSender<&'static str>);
    impl Drop for Held {
        fn drop(&mut self) {
            let _ = self.0.send("let go");
        }
    }
    let supervisor = Supervisor::new();
    let (say, mut heard) = mpsc::unbounded_channel();
    let begin = |name: &str| {
        let held = Held(say.clone());
        supervisor.essential(name, move |_| async move {
            let _held = held;
            std::future::pending::<()>().await;
        })
    };
    assert!(!begin("deaf").shutdown(SECOND).await);
    assert_eq!(heard.try_recv(), Ok("let go"), "what it held is free when the wait is over");
    begin("deaf too").keep();
    settle().await;
    assert_eq!(supervisor.shutdown(SECOND).await, ["deaf too".into()]);
    assert_eq!(heard.try_recv(), Ok("let go"));
}

#[tokio::test(start_paused = true)]
async fn a_stop_ends_the_pause_before_a_restart() {
    let supervisor = Supervisor::new();
    let (task, runs) =
        ending(&supervisor, End::Panic, Restart { first: 3_600 * SECOND, most: 7_200 * SECOND, limit: None });
    settle().await;
    assert!(task.shutdown(SECOND).await);
    assert_eq!(runs.load(Ordering::Relaxed), 1);
}

#[tokio::test(start_paused = true)]
async fn a_task_that_panics_when_it_is_dropped_starts_again() {
    struct Spiteful;
    impl Drop for Spiteful {
        fn drop(&mut self) {
            if !std::thread::panicking() {
                panic!("dropped");
            }
        }
    }
    let supervisor = Supervisor::new();
    let runs = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&runs);
    let _task = supervisor.task("spiteful", QUICK, move |_| {
        counted.fetch_add(1, Ordering::Relaxed);
        let spiteful = Spiteful;
        async move {
            let _kept_over = &spiteful;
            tokio::task::yield_now().await;
        }
    });
    tokio::time::sleep(SECOND).await;
    settle().await;
    assert_eq!(runs.load(Ordering::Relaxed), 2);
}

#[tokio::test(start_paused = true)]
async fn a_log_that_panics_keeps_nothing_from_being_mended_or_ended() {
    let _odd = crate::test_log::listen(|_| panic!("the log is odd"));
    let supervisor = Supervisor::new();
    let (task, runs) = ending(&supervisor, End::Panic, QUICK);
    tokio::time::sleep(SECOND).await;
    settle().await;
    assert_eq!(runs.load(Ordering::Relaxed), 2);
    let deaf = supervisor.essential("deaf", |_| std::future::pending::<()>());
    assert!(!deaf.shutdown(SECOND).await, "and it says that it is late");
    let broken = crate::work("supervisor::tests::odd", async {
        if true {
            panic!("work")
        }
    })
    .await;
    assert!(broken.is_err());
    let _essential = supervisor.essential("essential", |_| async { Err::<(), _>("for good") });
    assert_eq!(&*supervisor.failed().await.name, "essential");
    assert!(task.shutdown(SECOND).await);
}
