//! Child processes of the commands: shown to the reader, or kept in a log with a sign of life.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::process::{Child, Command};
use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::{report, rustflags};

/// A program to run. Its process ends when its future is dropped, so Ctrl-C leaves nothing behind.
#[derive(Debug)]
pub struct Job {
    command: Command,
}

impl Job {
    /// A program found on `PATH` or named by a path, with its arguments.
    pub fn new<S: AsRef<OsStr>>(program: impl AsRef<OsStr>, args: impl IntoIterator<Item = S>) -> Self {
        let mut command = Command::new(program);
        command.args(args).kill_on_drop(true).stdin(Stdio::null());
        Self { command }
    }

    /// With one more argument.
    #[must_use]
    pub fn argument(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    /// With some more.
    #[must_use]
    pub fn arguments<S: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = S>) -> Self {
        self.command.args(arguments);
        self
    }

    /// Runs in this folder.
    #[must_use]
    pub fn folder(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// With this variable set.
    #[must_use]
    pub fn variable(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.command.env(name, value.into());
        self
    }

    /// With these flags for the compiler, beside the user's own.
    #[must_use]
    pub fn compiler_flags(self, variable: &str, flags: &str) -> Self {
        let (name, flags) = rustflags::beside_the_users(variable, flags);
        self.variable(&name, flags)
    }

    /// The command as one would type it.
    pub fn shown(&self) -> String {
        let command = self.command.as_std();
        let words = std::iter::once(command.get_program()).chain(command.get_args());
        words.map(|word| quoted(&word.to_string_lossy())).collect::<Vec<_>>().join(" ")
    }

    /// Runs it with its output shown as it comes.
    ///
    /// # Errors
    /// Where it does not start or does not succeed.
    pub async fn run(mut self) -> Result<(), ProcessError> {
        let shown = self.shown();
        let status = self.command.status().await.map_err(|cause| ProcessError::Start { shown, cause })?;
        self.judge(status, None)
    }

    /// Runs it and returns what it wrote to its standard output.
    ///
    /// # Errors
    /// Where it does not start or does not succeed.
    pub async fn output(mut self) -> Result<String, ProcessError> {
        let shown = self.shown();
        let output = self.command.output().await.map_err(|cause| ProcessError::Start { shown, cause })?;
        self.judge(output.status, None)?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Runs it with its output appended to `log` and a sign of life on standard error.
    ///
    /// # Errors
    /// Where it does not start or does not succeed; the error then names the log.
    pub async fn run_logged(mut self, log: &Path) -> Result<(), ProcessError> {
        let shown = self.shown();
        let started = (|| {
            let mut file = open_log(log)?;
            writeln!(file, "$ {shown}")?;
            let child = self.command.stdout(file.try_clone()?).stderr(file).spawn()?;
            Ok(child)
        })();
        let child = started.map_err(|cause| ProcessError::Start { shown, cause })?;
        let status = watch(child, log).await.map_err(ProcessError::Wait)?;
        self.judge(status, Some(log))
    }

    fn judge(&self, status: ExitStatus, log: Option<&Path>) -> Result<(), ProcessError> {
        if status.success() {
            return Ok(());
        }
        Err(ProcessError::Failed { shown: self.shown(), status, log: log.map(Path::to_owned) })
    }
}

fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_=./:,@+".contains(c);
    if !word.is_empty() && word.chars().all(plain) { word.to_owned() } else { format!("'{word}'") }
}

fn open_log(log: &Path) -> io::Result<File> {
    if let Some(folder) = log.parent() {
        fs::create_dir_all(folder)?;
    }
    File::options().create(true).append(true).open(log)
}

/// Waits for the end; meanwhile shows the newest line of the log: often on a terminal, where it takes the
/// place of the one before, and every half minute elsewhere.
async fn watch(mut child: Child, log: &Path) -> io::Result<ExitStatus> {
    let terminal = io::stderr().is_terminal();
    let started = Instant::now();
    let mut ticks = interval(Duration::from_secs(if terminal { 1 } else { 30 }));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks.tick().await;
    loop {
        tokio::select! {
            status = child.wait() => {
                if terminal {
                    eprint!("\r\x1b[K");
                }
                return status;
            }
            _ = ticks.tick() => {
                let line: String = last_lines(log, 1).trim().chars().take(70).collect();
                let line = format!("   {}: {line}", report::duration(started.elapsed()));
                if terminal { eprint!("\r\x1b[K{line}") } else { eprintln!("{line}") }
            }
        }
    }
}

/// The last lines of a log that are not empty; nothing where it cannot be read.
pub fn last_lines(log: &Path, count: usize) -> String {
    let text = fs::read(log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

/// Why a child process did not do its work.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProcessError {
    /// Not installed, or not allowed.
    #[error("cannot start `{shown}`")]
    Start {
        /// The command.
        shown: String,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// It ran and failed.
    #[error("`{shown}` failed ({status})")]
    Failed {
        /// The command.
        shown: String,
        /// How it ended.
        status: ExitStatus,
        /// Where its output is, unless it was shown.
        log: Option<PathBuf>,
    },
    /// Its end cannot be waited for.
    #[error("cannot wait for a child process")]
    Wait(#[source] io::Error),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_as_one_would_type_it() {
        let job = Job::new("cargo", ["test", "--", "-E", "not (a)"]);
        assert_eq!(job.shown(), "cargo test -- -E 'not (a)'");
    }

    #[tokio::test]
    async fn a_failure_is_told_with_its_command_and_its_log() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("deep/job.log");
        let job = Job::new("sh", ["-c", "echo out; echo err >&2; exit 3"]);
        let error = job.run_logged(&log).await.unwrap_err();
        assert!(error.to_string().contains("exit status: 3"), "{error}");
        assert!(matches!(error, ProcessError::Failed { log: Some(ref named), .. } if *named == log));
        assert_eq!(last_lines(&log, 2), "out\nerr");
    }

    #[tokio::test]
    async fn a_program_that_is_not_there_is_told() {
        let error = Job::new("/nowhere/grove", [""; 0]).run().await.unwrap_err();
        assert!(matches!(error, ProcessError::Start { .. }));
    }
}
