use super::*;

#[tokio::test(start_paused = true)]
async fn an_episode_is_said_once_and_its_end_once() {
    let episode = Episode::default();
    assert_eq!(episode.over(), None);
    assert!(episode.happened());
    for _ in 0..10 {
        tokio::time::advance(QUIET / 2).await;
        assert!(!episode.happened());
        assert_eq!(episode.over(), None);
    }
    tokio::time::advance(QUIET).await;
    assert_eq!(episode.over(), Some(11));
    assert_eq!(episode.over(), None);
    assert!(episode.happened(), "a new one");
}
