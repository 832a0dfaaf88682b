use super::*;
use crate::error::JournalError;

#[test]
fn there_is_a_task_when_something_was_appended_removed_or_damaged() {
    let signals = Signals::default();
    signals.appended(5);
    let task = signals.task().unwrap();
    assert_eq!((task.end, task.removed.len(), task.damaged), (5, 0, false));
    signals.indexed(5);
    signals.removed([1, 2]);
    let task = signals.task().unwrap();
    assert_eq!((task.end, task.removed, task.damaged), (5, vec![1, 2], false));
    signals.indexed(5);
    signals.damaged();
    assert!(signals.task().unwrap().damaged);
    assert!(!signals.task().unwrap().damaged, "told once; but what was indexed is to do again");
}

#[test]
fn many_removals_are_several_tasks() {
    let signals = Signals::default();
    let numbers: Vec<u64> = (0..10_000).collect();
    signals.removed(numbers.iter().copied());
    let mut seen: Vec<u64> = Vec::new();
    while seen.len() < numbers.len() {
        let removed = signals.task().unwrap().removed;
        assert!((1..=REMOVED).contains(&removed.len()));
        seen.extend(removed);
    }
    seen.sort_unstable();
    assert_eq!(seen, numbers);
}

#[test]
fn stopping_ends_work_rest_and_waiting() {
    let signals = Signals::default();
    signals.appended(5);
    std::thread::scope(|scope| {
        let resting = scope.spawn(|| signals.rest(Duration::from_secs(3_600)));
        let waiting = scope.spawn(|| signals.settled());
        signals.stop();
        resting.join().unwrap();
        assert_eq!(waiting.join().unwrap(), Err(JournalError::Closed));
    });
    assert!(signals.task().is_none());
}
