//! Tasks and threads whose end is known.
//!
//! A task that ends in silence leaves a server that runs and does nothing. So this crate is the only place of the program
//! where a task or a thread is begun (the lint `disallowed_methods` sees to it), and there are two ways to begin one:
//!
//! | what it is | how it is begun | what its end means |
//! |---|---|---|
//! | a part of the server, at work until the server stops | [`Supervisor::task`], [`Supervisor::thread`] | it starts again after a pause; after too many starts the process ends |
//! | a part that cannot start again, because it owns something | [`Supervisor::essential`], [`Supervisor::essential_thread`] | the process ends |
//! | short work whose result somebody awaits | [`work`], [`blocking`], [`guarded`] | who awaits it is told: [`Broken`] |
//! | many short works that nobody awaits one by one: connections, calls | [`TaskSet`] | the owner goes on |
//!
//! In each case a panic is caught, logged with its place and a message without personal data ([`Panicked`]), and counted
//! ([`Supervisor::snapshot`], [`panics`]). Time is tokio's, so that tests can let it pass.

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
