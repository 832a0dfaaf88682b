//! Tasks and threads whose end is always noticed.
//!
//! A task that ends in silence leaves a server that runs and does nothing. So this crate is the only place of the
//! program where a task or a thread is started (the lint `disallowed_methods` enforces that), and there are two ways to
//! start one:
//!
//! | kind | how it is started | the consequence of its end |
//! |---|---|---|
//! | a part of the server, which runs until the server stops | [`Supervisor::task`], [`Supervisor::thread`] | it starts again after a pause; after too many starts the process ends |
//! | a part that cannot start again, because it owns something | [`Supervisor::essential`], [`Supervisor::essential_thread`] | the process ends |
//! | short work whose result a caller awaits | [`work`], [`blocking`], [`guarded`] | the awaiting caller gets [`Broken`] |
//! | many short works that are not awaited individually: connections, calls | [`TaskSet`] | the owner goes on |
//!
//! In each case a panic is caught, logged with its place and a message without personal data ([`Panicked`]), and
//! counted ([`Supervisor::snapshot`], [`panics`]). All waits use tokio's time, so that tests can advance it.

#[cfg(not(panic = "unwind"))]
compile_error!(
    "a panic must unwind: with `panic = \"abort\"` one fault of one request would end the whole server"
);

mod control;
mod ending;
mod keeper;
mod panicked;
mod register;
mod report;
mod restart;
mod supervisor;
mod task_set;
#[cfg(test)]
mod test_log;
mod thread;
mod work;

pub use control::Stopping;
pub use ending::TaskResult;
pub use panicked::{Panicked, catch, hook, panics};
pub use report::{PartFailure, PartReport, PartState};
pub use restart::{Restart, RestartLimit};
pub use supervisor::{Supervisor, Task};
pub use task_set::TaskSet;
pub use thread::Thread;
pub use work::{Broken, Work, blocking, guarded, work};
