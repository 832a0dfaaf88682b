//! Protects the process's memory, which has keys, passwords and personal data.

use nix::sys::prctl::set_dumpable;
use nix::sys::resource::{Resource, setrlimit};

/// Prevents other processes of this user from reading the memory (`ptrace`, `/proc/PID/mem`), and core dumps of it. If
/// the system does not allow that, it is logged and the server goes on.
pub(crate) fn keep_memory_private() {
    if let Err(error) = setrlimit(Resource::RLIMIT_CORE, 0, 0) {
        tracing::warn!(%error, "a core file may be written if the process breaks down; it would hold secrets");
    }
    if let Err(error) = set_dumpable(false) {
        tracing::warn!(%error, "other processes of this user can read the memory of this one");
    }
}

#[cfg(test)]
mod tests {
    use nix::sys::prctl::get_dumpable;
    use nix::sys::resource::{Resource, getrlimit};

    #[test]
    fn the_memory_is_neither_dumped_nor_read() {
        super::keep_memory_private();
        assert_eq!(get_dumpable(), Ok(false));
        assert_eq!(getrlimit(Resource::RLIMIT_CORE), Ok((0, 0)));
    }
}
