//! Catches panics where they happen, with their place, and with a message that quotes no data.
//!
//! Only the panic hook knows the place of a panic, and only the code that catches it knows the panic itself. The hook
//! leaves a note for [`catch`] on the same thread. Outside of [`catch`] the hook itself has to report the panic.

use std::any::Any;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, Location, PanicHookInfo, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, Once, PoisonError};

/// A message is cut to this number of characters.
const LONGEST_MESSAGE: usize = 120;

/// Beginnings of the standard library's messages that contain a character which otherwise begins a quotation.
const HARMLESS: [&str; 2] =
    ["called `Result::unwrap()` on an `Err` value", "assertion `left == right` failed"];

/// A panic that was caught.
///
/// The message of a panic may quote anything, for example the text of an event in which a character was cut in two.
/// Only a message that is constant in the program is kept whole. A formatted message is kept up to the first mark of a
/// quotation: the standard library quotes values behind such a mark, and so does [`Result::expect`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Panicked {
    /// its message, without quotations
    pub message: String,
    /// file, line and column; empty if they are not known
    pub place: String,
}

impl Panicked {
    pub(crate) fn new(payload: Box<dyn Any + Send>, place: String) -> Panicked {
        let message = message(&*payload);
        // A payload may itself panic when it is dropped.
        if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
            std::mem::forget(again);
        }
        Panicked { message, place }
    }
}

impl fmt::Display for Panicked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.place.is_empty() {
            write!(f, "it panicked: {}", self.message)
        } else {
            write!(f, "it panicked at {}: {}", self.place, self.message)
        }
    }
}

impl std::error::Error for Panicked {}

thread_local! {
    /// the number of running [`catch`] calls on this thread
    static DEPTH: Cell<u32> = const { Cell::new(0) };
    /// the last panic that was not handled yet
    static NOTE: Cell<Option<Panicked>> = const { Cell::new(None) };
}

/// Whether panics that are not caught here are written to the log instead of passed to the previous hook.
static LOGGED: AtomicBool = AtomicBool::new(false);
static COUNTS: Mutex<BTreeMap<String, u64>> = Mutex::new(BTreeMap::new());

/// Runs this, and returns its panic instead of passing it on. The caller has to report the end of the work: the panic
/// itself is not logged here.
///
/// Work that `run` did not complete stays incomplete. Its state must be dropped, or be valid at every moment.
///
/// # Errors
/// The panic.
pub fn catch<T>(run: impl FnOnce() -> T) -> Result<T, Panicked> {
    install();
    let _ = DEPTH.try_with(|depth| depth.set(depth.get() + 1));
    let caught = catch_unwind(AssertUnwindSafe(run));
    let outermost = DEPTH.try_with(|depth| depth.replace(depth.get() - 1) == 1).unwrap_or(true);
    match caught {
        Ok(value) => {
            // Inner code caught a panic without this function, so the panic is reported here.
            if outermost && let Some(note) = take_note() {
                say(&note);
            }
            Ok(value)
        }
        Err(payload) => {
            let place = take_note().map(|note| note.place).unwrap_or_default();
            Err(Panicked::new(payload, place))
        }
    }
}

/// From now on, panics outside of [`catch`] are written to the log. The previous hook writes the whole message to
/// standard error, with all quoted data.
pub fn hook() {
    install();
    LOGGED.store(true, Ordering::Relaxed);
}

/// How often work or a task of a name has panicked in this process.
pub fn panics() -> BTreeMap<String, u64> {
    COUNTS.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

pub(crate) fn count(name: &str) {
    let mut counts = COUNTS.lock().unwrap_or_else(PoisonError::into_inner);
    match counts.get_mut(name) {
        Some(count) => *count += 1,
        None => drop(counts.insert(name.to_owned(), 1)),
    }
}

fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let caught = DEPTH.try_with(Cell::get).unwrap_or(0) > 0;
            if caught {
                let _ = NOTE.try_with(|held| held.set(Some(note(info))));
            } else if LOGGED.load(Ordering::Relaxed) {
                say(&note(info));
            } else {
                before(info);
            }
        }));
    });
}

fn take_note() -> Option<Panicked> {
    NOTE.try_with(Cell::take).ok().flatten()
}

fn note(info: &PanicHookInfo<'_>) -> Panicked {
    Panicked {
        message: message(info.payload()),
        place: info.location().map(Location::to_string).unwrap_or_default(),
    }
}

fn say(note: &Panicked) {
    let thread = std::thread::current();
    let thread = thread.name().unwrap_or("");
    tracing::error!(thread, place = note.place, said = note.message, "something panicked");
}

fn message(payload: &(dyn Any + Send)) -> String {
    if let Some(fixed) = payload.downcast_ref::<&'static str>() {
        return bounded(fixed);
    }
    payload.downcast_ref::<String>().map_or_else(|| "(no message)".to_owned(), |text| unquoted(text))
}

/// The text before the first quotation.
fn unquoted(text: &str) -> String {
    if let Some(opening) = HARMLESS.iter().find(|opening| text.starts_with(**opening)) {
        return (*opening).to_owned();
    }
    let before = text.split([':', ';', '"', '\'', '`', '\n', '{', '(']).next().unwrap_or("");
    bounded(before.trim_end())
}

fn bounded(text: &str) -> String {
    text.chars().take(LONGEST_MESSAGE).map(|char| if char.is_control() { ' ' } else { char }).collect()
}

#[cfg(test)]
mod tests;
