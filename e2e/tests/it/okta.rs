//! `cargo okta`, where a test needs what it makes.

use std::process::{Output, Stdio};

use tempfile::TempDir;
use tokio::process::Command;

/// What a command printed, and how it ended.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Runs `cargo okta` with these arguments and nothing of this process's environment; its `.env` lies in the folder.
pub(crate) async fn okta(folder: &TempDir, args: &[&str], variables: &[(&str, String)]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_okta-in-tests"));
    command.args(args).arg("--env").arg(folder.path().join(".env")).env_clear().current_dir(folder.path());
    command.envs(variables.iter().map(|(name, value)| (*name, value.as_str())));
    let Output { status, stdout, stderr } =
        command.stdin(Stdio::null()).kill_on_drop(true).output().await.unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ran { code: status.code().unwrap_or(-1), out: text(stdout), err: text(stderr) }
}
