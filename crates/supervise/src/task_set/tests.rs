use super::*;

#[tokio::test]
async fn one_that_panics_is_told_and_the_others_go_on() {
    let mut set = TaskSet::new("task_set::tests");
    for number in 0..10_u32 {
        set.spawn(async move {
            tokio::task::yield_now().await;
            assert!(number != 5, "five");
            number
        });
    }
    assert_eq!(set.len(), 10);
    let (mut sum, mut broken) = (0, 0);
    while let Some(ended) = set.join_next().await {
        match ended {
            Ok(number) => sum += number,
            Err(error) => {
                assert_eq!(error.panicked.unwrap().message, "five");
                broken += 1;
            }
        }
    }
    assert_eq!((sum, broken), (40, 1));
    assert_eq!(crate::panics()["task_set::tests"], 1);
    assert!(set.is_empty());
}

#[tokio::test]
async fn all_are_broken_off_together() {
    let mut set = TaskSet::new("task_set::tests::off");
    set.spawn(std::future::pending::<()>());
    set.shutdown().await;
    assert!(set.try_join_next().is_none());
}
