//! The tools the commands need, installed where they are missing.
//!
//! Everything goes to `target/tools` (programs, or links to those that fit and are on `PATH`) and
//! `target/tools-build` (what is compiled on the way, so that an interrupted installation goes on where it was). Only
//! Chromium, its driver, Firefox and the servers of the tests are the system's.

mod apt;
mod cargo_cyclonedx;
mod cargo_deny;
mod cargo_program;
mod cause;
mod chromium;
mod error;
mod failure;
mod firefox;
mod node_packages;
mod npm;
mod postgres;
mod promtool;
mod registry;
mod rust_source;
mod rust_target;
mod schemathesis;
mod server_program;
mod strangers;
mod tool;
mod toolbox;
mod trunk;
mod wasm_bindgen;

use std::fs;
use std::path::PathBuf;

pub(crate) use apt::is_root;
pub use cause::Cause;
pub use chromium::Chromium;
pub use error::ToolError;
pub use firefox::Firefox;
use node_packages::NodePackages;
pub(crate) use node_packages::bring_scripts;
pub(crate) use postgres::postgres_folder;
pub(crate) use server_program::{HAPROXY, REDIS};
pub use tool::{SPA_DEVELOPMENT, SPA_RELEASE, Tool};
pub use toolbox::Toolbox;

impl Toolbox {
    /// The script of axe-core, once [`Tool::Axe`] is there.
    pub fn axe(&self) -> PathBuf {
        npm::AXE.folder(self).join("axe.min.js")
    }

    /// What the API is measured beside, once [`Tool::BenchPeers`] is there.
    pub(crate) fn bench_peers(&self) -> NodePackages {
        let source = self.workspace.join("e2e/benches/peers");
        NodePackages { source, folder: self.root.join("peers"), compiled: &["better-sqlite3"] }
    }

    /// What the pages are measured beside, once [`Tool::BenchReact`] is there.
    pub(crate) fn bench_react(&self) -> NodePackages {
        let source = self.workspace.join("e2e/benches/react");
        NodePackages { source, folder: self.root.join("react"), compiled: &[] }
    }

    /// Installs what is missing, and says so on standard error. Does nothing where all is there.
    ///
    /// # Errors
    /// [`ToolError`] with the tool and a sentence that says what to do.
    pub async fn ensure(&self, tools: &[Tool]) -> Result<(), ToolError> {
        for &tool in tools {
            if !self.has(tool).await? {
                let _lock = self.lock()?;
                // Another command may have installed it while this one waited for the lock.
                if !self.has(tool).await? {
                    self.install(tool).await?;
                }
            }
        }
        Ok(())
    }

    async fn has(&self, tool: Tool) -> Result<bool, ToolError> {
        Ok(match tool {
            Tool::RustTarget => rust_target::is_there().await,
            Tool::RustSource => rust_source::is_there().await,
            Tool::Trunk => trunk::program().is_there(self).await,
            Tool::WasmBindgen => wasm_bindgen::program(self)?.is_there(self).await,
            Tool::WasmOpt => npm::WASM_OPT.is_there(self),
            Tool::Esbuild => npm::ESBUILD.is_there(self),
            Tool::Axe => npm::AXE.is_there(self),
            Tool::Chromium => Chromium::find().is_some(),
            Tool::Firefox => Firefox::find().is_some(),
            Tool::Postgres => postgres::is_there(),
            Tool::Redis => REDIS.is_there(),
            Tool::PgBouncer => server_program::PGBOUNCER.is_there(),
            Tool::Haproxy => HAPROXY.is_there(),
            Tool::Promtool => promtool::is_there(self),
            Tool::CargoDeny => cargo_deny::program().is_there(self).await,
            Tool::CargoCyclonedx => cargo_cyclonedx::is_there(self).await,
            Tool::Schemathesis => schemathesis::is_there(self).await,
            Tool::PythonSdk => strangers::has_python(self),
            Tool::NodeClients => self.strangers().is_there(),
            Tool::BenchPeers => self.bench_peers().is_there(),
            Tool::BenchReact => self.bench_react().is_there(),
        })
    }

    async fn install(&self, tool: Tool) -> Result<(), ToolError> {
        eprintln!("installing {} (once; {})", tool.title(), tool.usual_time());
        let log = self.log(tool);
        // The log tells of this attempt only.
        let _ = fs::remove_file(&log);
        let done = match tool {
            Tool::RustTarget => rust_target::install(&log).await,
            Tool::RustSource => rust_source::install(&log).await,
            Tool::Trunk => trunk::program().install(self, &log).await,
            Tool::WasmBindgen => wasm_bindgen::program(self)?.install(self, &log).await,
            Tool::WasmOpt => npm::WASM_OPT.install(self, &log).await,
            Tool::Esbuild => npm::ESBUILD.install(self, &log).await,
            Tool::Axe => npm::AXE.install(self, &log).await,
            Tool::Chromium => chromium::install(&log).await?,
            Tool::Firefox => firefox::install(self, &log).await?,
            Tool::Postgres => postgres::install(&log).await?,
            Tool::Redis => REDIS.install(&log).await?,
            Tool::PgBouncer => server_program::PGBOUNCER.install(&log).await?,
            Tool::Haproxy => HAPROXY.install(&log).await?,
            Tool::Promtool => promtool::install(self, &log).await?,
            Tool::CargoDeny => cargo_deny::program().install(self, &log).await,
            Tool::CargoCyclonedx => cargo_cyclonedx::install(self, &log).await,
            Tool::Schemathesis => schemathesis::install(self, &log).await,
            Tool::PythonSdk => strangers::install_python(self, &log).await?,
            Tool::NodeClients => self.strangers().install(&log).await?,
            Tool::BenchPeers => self.bench_peers().install(&log).await?,
            Tool::BenchReact => self.bench_react().install(&log).await?,
        };
        done.map_err(|error| failure::explain(tool, error))?;
        if self.has(tool).await? { Ok(()) } else { Err(ToolError::NotThere { tool: tool.title(), log }) }
    }
}
