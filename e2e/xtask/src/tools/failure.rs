//! What went wrong in an installation, told from what the installer wrote.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::cause::Cause;
use super::error::ToolError;
use super::tool::Tool;
use crate::process::ProcessError;

pub(super) fn explain(tool: Tool, error: ProcessError) -> ToolError {
    let cause = match &error {
        ProcessError::Start { shown, cause } if cause.kind() == io::ErrorKind::NotFound => {
            Cause::NoInstaller(shown.split(' ').next().unwrap_or(shown).to_owned())
        }
        ProcessError::Start { cause, .. } if cause.kind() == io::ErrorKind::StorageFull => {
            Cause::NoSpace(None)
        }
        ProcessError::Failed { log: Some(log), .. } => {
            diagnose(&fs::read_to_string(log).unwrap_or_default(), log.clone())
        }
        _ => Cause::Other(None),
    };
    ToolError::Install { tool: tool.title(), cause, source: error }
}

/// Whether an installer wrote that it could not reach its registry.
pub(super) fn is_offline(log: &Path) -> bool {
    let output = fs::read_to_string(log).unwrap_or_default();
    matches!(diagnose(&output, log.to_owned()), Cause::NoNetwork(_))
}

/// The words of curl (cargo, rustup), reqwest (rustup), npm, pip, apt and the linker.
fn diagnose(output: &str, log: PathBuf) -> Cause {
    let output = output.to_ascii_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| output.contains(word));
    if says(&["no space left on device", "enospc", "don't have enough free space"]) {
        Cause::NoSpace(Some(log))
    } else if says(&[
        "could not resolve",
        "couldn't resolve",
        "temporary failure resolving",
        "temporary failure in name resolution",
        "dns error",
        "failed to connect",
        "could not connect",
        "couldn't connect",
        "connection refused",
        "connection timed out",
        "network is unreachable",
        "network failure",
        "spurious network error",
        "establish a new connection",
        "connecttimeouterror",
        "readtimeouterror",
        "eai_again",
        "etimedout",
        "enotfound",
        "econnrefused",
    ]) {
        Cause::NoNetwork(Some(log))
    } else {
        Cause::Other(Some(log))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(output: &str, expected: fn(Option<PathBuf>) -> Cause) {
        let log = PathBuf::from("log");
        assert_eq!(diagnose(output, log.clone()), expected(Some(log)), "{output}");
    }

    #[test]
    fn the_installers_words_are_told_apart() {
        check(
            "warning: spurious network error (3 tries remaining): [6] Couldn't resolve host",
            Cause::NoNetwork,
        );
        check("npm ERR! code ENOTFOUND", Cause::NoNetwork);
        check("npm error code ETIMEDOUT", Cause::NoNetwork);
        check(
            "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError('Failed to establish a \
             new connection: [Errno -2] Name or service not known')': /simple/okta/",
            Cause::NoNetwork,
        );
        check("ERROR: No matching distribution found for okta==0.0.1", Cause::Other);
        check("W: Failed to fetch http://a/b  Temporary failure resolving 'a'", Cause::NoNetwork);
        check("error: failed to write x: No space left on device (os error 28)", Cause::NoSpace);
        check("npm ERR! code ENOSPC", Cause::NoSpace);
        check("E: You don't have enough free space in /var/cache/apt/archives/.", Cause::NoSpace);
        check("error[E0432]: unresolved import", Cause::Other);
    }

    #[test]
    fn a_missing_installer_is_named() {
        let cause = io::Error::from(io::ErrorKind::NotFound);
        let error = ProcessError::Start { shown: "rustup target add wasm".to_owned(), cause };
        let text = explain(Tool::RustTarget, error).to_string();
        assert_eq!(
            text,
            "could not install the wasm target of Rust: `rustup` was not found; install it and run the command again"
        );
    }
}
