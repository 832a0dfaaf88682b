use super::*;
use crate::test_log;
use std::sync::{Arc, Mutex};
use tokio::sync::oneshot;

#[tokio::test]
async fn whoever_awaits_work_gets_its_result_or_its_panic() {
    assert_eq!(work("fine", async { 7 }).await, Ok(7));
    assert_eq!(blocking("fine", || 8).await, Ok(8));
    let broken =
        work("work::tests::async", async { panic!("half done") }).await.map(|never: ()| never).unwrap_err();
    assert_eq!(broken.panicked.as_ref().unwrap().message, "half done");
    assert!(broken.to_string().contains("work/tests.rs:"), "{broken}");
    let broken = blocking("work::tests::blocking", || panic!("half done")).await.map(|never: ()| never);
    assert_eq!(broken.unwrap_err().panicked.unwrap().message, "half done");
    assert_eq!(crate::panics()["work::tests::async"], 1);
    assert_eq!(crate::panics()["work::tests::blocking"], 1);
}

#[tokio::test]
async fn work_is_carried_through_when_nobody_awaits_it() {
    let (go, wait) = oneshot::channel();
    let (say, heard) = oneshot::channel();
    drop(work("alone", async move {
        wait.await.unwrap();
        say.send(7).unwrap();
    }));
    go.send(()).unwrap();
    assert_eq!(heard.await, Ok(7));
}

#[tokio::test]
async fn a_panic_that_nobody_awaits_is_counted() {
    drop(work("work::tests::unheard", async { panic!("unheard") }));
    while !crate::panics().contains_key("work::tests::unheard") {
        tokio::task::yield_now().await;
    }
}

/// One line, which has the panic and the id of its request.
#[tokio::test]
async fn guarded_work_is_told_like_other_work() {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let said = Arc::clone(&lines);
    let _logged = test_log::listen(move |line| said.lock().unwrap().push(test_log::text(line)));
    assert_eq!(guarded("fine", Some("of-another"), async { 7 }).await, Ok(7));
    let half_done = || async {
        if true {
            panic!("half done")
        }
    };
    let broken = guarded("work::tests::guarded", Some("req-7"), half_done()).await;
    assert_eq!(broken.unwrap_err().panicked.unwrap().message, "half done");
    guarded("work::tests::guarded", None::<&str>, half_done()).await.unwrap_err();
    assert_eq!(crate::panics()["work::tests::guarded"], 2);
    let lines = lines.lock().unwrap();
    let [with_id, without] = &lines[..] else { panic!("not one line each: {lines:?}") };
    for part in ["work=\"work::tests::guarded\" ", "request_id=req-7 ", "half done"] {
        assert!(with_id.contains(part), "{part}: {with_id}");
    }
    assert!(without.contains("half done") && !without.contains("request_id"), "{without}");
}
