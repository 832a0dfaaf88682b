use super::lines::Lines;
use std::io::{self, Write};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use supervise::{Restart, Supervisor, Thread};

/// Long enough for everything that happens at all.
const TEST_TIMEOUT: Duration = Duration::from_secs(20);

/// A target that accepts as many bytes as it is told to.
struct Script {
    acts: Vec<Act>,
    taken: Arc<Mutex<Vec<u8>>>,
}

enum Act {
    Fail(io::ErrorKind),
    Panic,
    /// accepts this many bytes of the next piece
    Part(usize),
    /// blocks until it is told to go on
    Wait(Receiver<()>),
}

impl Write for Script {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut take = bytes.len();
        if !self.acts.is_empty() {
            match self.acts.remove(0) {
                Act::Fail(kind) => return Err(kind.into()),
                Act::Panic => panic!("the target is odd"),
                Act::Part(bytes) => take = bytes,
                Act::Wait(go) => go.recv().map_err(io::Error::other)?,
            }
        }
        self.taken.lock().unwrap().extend_from_slice(&bytes[..take]);
        Ok(take)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn started(acts: Vec<Act>) -> (Arc<Lines>, Thread, Arc<Mutex<Vec<u8>>>) {
    let lines = Arc::new(Lines::default());
    let taken = Arc::new(Mutex::new(Vec::new()));
    let script = Mutex::new(Script { acts, taken: Arc::clone(&taken) });
    let writing = Arc::clone(&lines);
    let thread = Supervisor::new().thread("log", Restart::ALWAYS, move |stopping| {
        writing.write(&mut *script.lock().unwrap(), stopping);
    });
    (lines, thread.unwrap(), taken)
}

fn written(acts: Vec<Act>, pushed: &[&str]) -> (String, u64) {
    let (lines, thread, taken) = started(acts);
    for line in pushed {
        lines.push(line.as_bytes().to_vec());
    }
    lines.finish(TEST_TIMEOUT);
    drop(thread);
    let text = String::from_utf8(taken.lock().unwrap().clone()).unwrap();
    (text, lines.lost())
}

#[test]
fn lines_are_written_in_their_order() {
    assert_eq!(written(vec![], &["one\n", "two\n"]), ("one\ntwo\n".to_owned(), 0));
    let parts = vec![Act::Part(1), Act::Fail(io::ErrorKind::Interrupted), Act::Part(2)];
    assert_eq!(written(parts, &["one\n", "two\n"]), ("one\ntwo\n".to_owned(), 0));
}

#[test]
fn a_line_that_cannot_be_written_is_counted_and_the_next_is_written() {
    for kind in [io::ErrorKind::StorageFull, io::ErrorKind::BrokenPipe, io::ErrorKind::Other] {
        assert_eq!(written(vec![Act::Fail(kind)], &["one\n", "two\n"]), ("two\n".to_owned(), 1), "{kind}");
    }
    assert_eq!(written(vec![Act::Panic], &["one\n", "two\n"]), ("two\n".to_owned(), 1));
}

#[test]
fn a_line_that_was_torn_does_not_run_into_the_next() {
    let acts = vec![Act::Part(2), Act::Fail(io::ErrorKind::StorageFull)];
    assert_eq!(written(acts, &["one\n", "two\n"]), ("on\ntwo\n".to_owned(), 1));
}

#[test]
fn a_target_that_does_not_want_to_wait_is_tried_again() {
    let acts = vec![Act::Fail(io::ErrorKind::WouldBlock), Act::Part(1), Act::Fail(io::ErrorKind::WouldBlock)];
    assert_eq!(written(acts, &["one\n"]), ("one\n".to_owned(), 0));
}

#[test]
fn a_target_that_takes_nothing_holds_nobody_up_and_costs_the_newest_lines() {
    let (go, wait): (Sender<()>, _) = mpsc::channel();
    let (lines, _thread, taken) = started(vec![Act::Wait(wait)]);
    let line = |number: usize| format!("{number:01023}\n").into_bytes();
    for number in 0..5_000 {
        lines.push(line(number));
    }
    // One line may have been taken from the queue and be waiting in the target.
    let kept = 5_000 - usize::try_from(lines.lost()).unwrap();
    assert!((4_096..=4_097).contains(&kept), "{kept}");
    lines.finish(Duration::from_millis(1));
    assert!(taken.lock().unwrap().is_empty(), "waiting at the end has a limit");
    go.send(()).unwrap();
    lines.finish(TEST_TIMEOUT);
    let whole: Vec<u8> = (0..kept).flat_map(line).collect();
    assert_eq!(*taken.lock().unwrap(), whole);
}

/// The library reads a directive without the spaces around it, and cuts it out of the text with them: it then uses
/// another target, or panics inside a character.
#[test]
fn a_filter_may_have_spaces_around_its_directives() {
    let said = |text: &str| super::filter(text).map(|filter| filter.to_string());
    let wanted = said("info,gateway=debug").unwrap();
    for text in ["info, gateway=debug", " info ,\tgateway=debug ", "info,,\u{a0}gateway=debug,"] {
        assert_eq!(said(text).as_ref(), Ok(&wanted), "{text:?}");
    }
    for text in [" \u{7530}\u{7530}=debug", "info, caf\u{e9}=x", "\u{2003}\u{fffd}=-\u{fffd}l"] {
        // The library decides whether it is valid.
        let _ = said(text);
    }
}
