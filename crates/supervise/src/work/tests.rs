use super::*;
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

#[tokio::test]
async fn guarded_work_is_told_like_other_work() {
    assert_eq!(guarded("fine", async { 7 }).await, Ok(7));
    let broken = guarded("work::tests::guarded", async {
        if true {
            panic!("half done")
        }
    })
    .await;
    assert_eq!(broken.unwrap_err().panicked.unwrap().message, "half done");
    assert_eq!(crate::panics()["work::tests::guarded"], 1);
}
