//! Where and with what something was measured.

use std::fs;
use std::process::Command;

/// Processor, memory, system, versions, commit and day, in one line.
pub(super) fn description() -> String {
    let parts = [
        processor(),
        memory(),
        said(&["uname", "-sr"]),
        said(&["rustc", "--version"]),
        said(&["node", "--version"]).map(|version| format!("Node {version}")),
        said(&["git", "rev-parse", "--short", "HEAD"]).map(|commit| format!("commit {commit}")),
        said(&["date", "-u", "+%F %R UTC"]),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn processor() -> Option<String> {
    let text = fs::read_to_string("/proc/cpuinfo").ok()?;
    let model = text.lines().find_map(|line| line.strip_prefix("model name"))?;
    let count = text.lines().filter(|line| line.starts_with("processor")).count();
    Some(format!("{count} × {}", model.trim_start_matches([' ', '\t', ':'])))
}

fn memory() -> Option<String> {
    let text = fs::read_to_string("/proc/meminfo").ok()?;
    let kibibytes: u64 = text.lines().next()?.split_whitespace().nth(1)?.parse().ok()?;
    Some(format!("{} GiB", kibibytes.div_ceil(1024 * 1024)))
}

fn said(command: &[&str]) -> Option<String> {
    let output = Command::new(command[0]).args(&command[1..]).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
