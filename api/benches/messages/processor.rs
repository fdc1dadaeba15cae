//! Which processor a process runs on, and how long it has had one (Linux).

use std::fs;
use std::process::Command;

/// The one for the server.
pub(crate) const SERVER: usize = 0;
/// The one for everything else.
pub(crate) const LOAD: usize = 1;

/// Keeps a process on one processor.
pub(crate) fn pin(pid: u32, processor: usize) {
    let pinned =
        Command::new("taskset").args(["-a", "-p", "-c", &processor.to_string(), &pid.to_string()]).output();
    assert!(pinned.unwrap().status.success(), "taskset failed");
}

/// Seconds that the threads of a process have run.
pub(crate) fn seconds_of(pid: u32) -> f64 {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).unwrap();
    let nanoseconds: u64 = threads.map(|thread| nanoseconds(&thread.unwrap().path().join("schedstat"))).sum();
    nanoseconds as f64 / 1e9
}

fn nanoseconds(schedstat: &std::path::Path) -> u64 {
    fs::read_to_string(schedstat).unwrap().split(' ').next().unwrap().parse().unwrap()
}
