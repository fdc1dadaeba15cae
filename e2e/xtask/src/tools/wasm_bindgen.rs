//! The wasm-bindgen command-line tool, of exactly the version that the SPA is compiled with: the two
//! speak a format between them that changes with every version.

use std::fs;

use super::cargo_program::{CargoProgram, Fits};
use super::error::ToolError;
use super::toolbox::Toolbox;

/// Not `--locked`: its lock file may name versions that a registry's mirror does not have yet.
pub(super) fn program(tools: &Toolbox) -> Result<CargoProgram, ToolError> {
    let version = wanted_version(tools)?;
    Ok(CargoProgram {
        krate: "wasm-bindgen-cli",
        name: "wasm-bindgen",
        version,
        fits: Fits::Exactly,
        extra: &[],
    })
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
