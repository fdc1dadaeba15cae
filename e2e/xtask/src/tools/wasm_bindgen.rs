//! The wasm-bindgen command-line tool, of exactly the version that the SPA is compiled with: the two
//! speak a format between them that changes with every version.

use std::fs;
use std::path::Path;

use super::error::ToolError;
use super::toolbox::{Toolbox, version_of};
use crate::process::ProcessError;

pub(super) async fn is_there(tools: &Toolbox) -> Result<bool, ToolError> {
    let wanted = format!("wasm-bindgen {}", wanted_version(tools)?);
    Ok(version_of(&tools.bin().join("wasm-bindgen")).await.is_some_and(|found| found == wanted))
}

/// Not `--locked`: its lock file may name versions that a registry's mirror does not have yet.
pub(super) async fn install(tools: &Toolbox, log: &Path) -> Result<Result<(), ProcessError>, ToolError> {
    let version = wanted_version(tools)?;
    Ok(tools.cargo_install("wasm-bindgen-cli", &version, &[]).run_logged(log).await)
}

fn wanted_version(tools: &Toolbox) -> Result<String, ToolError> {
    let lock = fs::read_to_string(tools.workspace.join("Cargo.lock")).unwrap_or_default();
    locked_version(&lock, "wasm-bindgen").map(str::to_owned).ok_or(ToolError::NoVersion("wasm-bindgen"))
}

/// The version of a package in a lock file.
fn locked_version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines.nth(1)?.strip_prefix("version = \"")?.strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_that_of_the_package_and_not_of_its_neighbours() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.80\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\nsource = \"x\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen"), Some("0.2.130"));
        assert_eq!(locked_version(lock, "wasm"), None);
    }

    #[test]
    fn this_workspace_names_a_version() {
        assert!(wanted_version(&Toolbox::of(&okta_cli::workspace())).is_ok());
    }
}
