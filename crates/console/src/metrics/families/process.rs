//! The process as the operating system reports it, under the names that every client library of Prometheus uses. A
//! value that the system does not report is left out.

use super::values::signed;
use crate::metrics::declare::Metrics;
use crate::observations::Process;

/// Metrics whose names begin with `process`.
pub(super) fn metrics(process: &Process) -> Metrics {
    let mut metrics = Metrics::named("process");
    if let Some(cpu) = process.cpu {
        let help = "Seconds of processor time that the process has used";
        metrics.seconds("cpu_seconds", help, cpu.as_secs_f64());
    }
    for (name, help, value) in [
        ("resident_memory_bytes", "Bytes of memory that the process holds", process.resident_bytes),
        ("virtual_memory_bytes", "Bytes of address space that the process has", process.virtual_bytes),
        ("open_fds", "File descriptors that are open", process.open_descriptors),
        ("max_fds", "File descriptors that may be open", process.most_descriptors),
    ] {
        if let Some(value) = value {
            metrics.level(name, help, signed(value));
        }
    }
    if let Some(started) = process.started {
        let help = "When the process was started, UNIX seconds";
        metrics.share("start_time_seconds", help, started.as_secs_f64());
    }
    metrics
}
