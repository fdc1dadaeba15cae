//! cargo-deny, which judges what Grove depends on by `deny.toml`.

use super::cargo_program::{CargoProgram, Fits};
use super::error::ToolError;
use super::failure;
use super::tool::Tool;
use super::toolbox::Toolbox;
use crate::process::{Job, ProcessError};

const NAME: &str = "cargo-deny";
const VERSION: &str = "0.20.2";

impl Toolbox {
    /// `cargo-deny` with these arguments, once [`Tool::CargoDeny`] is there.
    pub fn cargo_deny(&self, args: &[&str]) -> Job {
        Job::new(self.bin().join(NAME), args).folder(&self.workspace)
    }

    /// Brings RustSec's database of advisories up to date.
    ///
    /// # Errors
    /// [`ToolError::Unreachable`] where there is no way to it.
    pub async fn fetch_advisories(&self) -> Result<(), ToolError> {
        let log = self.root.join("logs/advisories.log");
        // The log tells of this attempt only.
        let _ = std::fs::remove_file(&log);
        match self.cargo_deny(&["fetch", "db"]).run_logged(&log).await {
            Err(ProcessError::Failed { .. }) if failure::is_offline(&log) => {
                Err(ToolError::Unreachable { registry: "RustSec's advisory database" })
            }
            done => done.map_err(|error| failure::explain(Tool::CargoDeny, error)),
        }
    }
}

pub(super) fn program() -> CargoProgram {
    let version = VERSION.to_owned();
    CargoProgram { krate: NAME, name: NAME, version, fits: Fits::Exactly, extra: &["--locked"] }
}
