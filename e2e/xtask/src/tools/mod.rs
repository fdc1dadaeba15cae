//! The tools the commands need, installed where they are missing.
//!
//! Everything goes to `target/tools` (programs) and `target/tools-build` (what is compiled on the way, so
//! that an interrupted installation goes on where it was). Only Chromium, its driver, Firefox
//! and PostgreSQL are the system's.

mod apt;
mod cargo_deny;
mod chromium;
mod failure;
mod firefox;
mod npm;
mod postgres;
mod rust_source;
mod rust_target;
mod schemathesis;
mod strangers;
mod trunk;
mod wasm_bindgen;

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use crate::process::{Job, ProcessError};

pub use chromium::Chromium;
pub use failure::Cause;
pub use firefox::Firefox;

/// Something that a command needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// Rust's standard library for `wasm32-unknown-unknown`.
    RustTarget,
    /// The source of Rust's standard library; release builds only.
    RustSource,
    /// The SPA's bundler.
    Trunk,
    /// Makes the JavaScript around the wasm.
    WasmBindgen,
    /// Makes the wasm small; release builds only.
    WasmOpt,
    /// Makes the JavaScript small; release builds only.
    Esbuild,
    /// Judges how accessible a page is; browser tests only.
    Axe,
    /// The browser of the tests, and its driver.
    Chromium,
    /// The other browser of the tests, and its driver; only where it is asked for.
    Firefox,
    /// The server programs of PostgreSQL; the API's tests only.
    Postgres,
    /// Judges what Grove depends on; steps of its own only.
    CargoDeny,
    /// Makes requests out of the API's OpenAPI document; its own step only.
    Schemathesis,
    /// Okta's Python SDK; the strangers' step only.
    PythonSdk,
    /// Okta's Node SDK and other clients from npm; the strangers' step only.
    NodeClients,
}

/// What a build of the SPA for development needs.
pub const SPA_DEVELOPMENT: &[Tool] = &[Tool::RustTarget, Tool::Trunk, Tool::WasmBindgen];
/// What a release build of the SPA needs.
pub const SPA_RELEASE: &[Tool] =
    &[Tool::RustTarget, Tool::RustSource, Tool::Trunk, Tool::WasmBindgen, Tool::WasmOpt, Tool::Esbuild];

impl Tool {
    /// Its name in messages.
    pub fn title(self) -> &'static str {
        match self {
            Self::RustTarget => "the wasm target of Rust",
            Self::RustSource => "the source of Rust's standard library",
            Self::Trunk => "Trunk",
            Self::WasmBindgen => "wasm-bindgen",
            Self::WasmOpt => "wasm-opt",
            Self::Esbuild => "esbuild",
            Self::Axe => "axe-core",
            Self::Chromium => "Chromium and its driver",
            Self::Firefox => "Firefox and its driver",
            Self::Postgres => "PostgreSQL",
            Self::CargoDeny => "cargo-deny",
            Self::Schemathesis => "schemathesis",
            Self::PythonSdk => "Okta's Python SDK",
            Self::NodeClients => "clients of Okta for Node",
        }
    }

    /// How long its installation takes on two cores.
    fn usual_time(self) -> &'static str {
        match self {
            Self::RustTarget | Self::RustSource => "half a minute",
            Self::Trunk => "2 to 5 minutes",
            Self::WasmBindgen | Self::CargoDeny => "1 to 2 minutes",
            Self::WasmOpt | Self::Esbuild | Self::Axe | Self::NodeClients => "a few seconds",
            Self::Chromium => "1 to 2 minutes",
            Self::Firefox => "2 to 4 minutes",
            Self::Postgres | Self::Schemathesis | Self::PythonSdk => "half a minute",
        }
    }
}

/// Where tools are, or will be.
#[derive(Clone, Debug)]
pub struct Toolbox {
    workspace: PathBuf,
    root: PathBuf,
    build: PathBuf,
}

impl Toolbox {
    /// The toolbox of a workspace: `target/tools`.
    pub fn of(workspace: &Path) -> Self {
        Self::at(workspace, workspace.join("target/tools"), workspace.join("target/tools-build"))
    }

    /// A toolbox elsewhere.
    pub fn at(workspace: &Path, root: PathBuf, build: PathBuf) -> Self {
        Self { workspace: workspace.to_owned(), root, build }
    }

    /// The folder of the programs.
    pub fn bin(&self) -> PathBuf {
        self.root.join("bin")
    }

    /// The script of axe-core, once [`Tool::Axe`] is there.
    pub fn axe(&self) -> PathBuf {
        npm::AXE.folder(self).join("axe.min.js")
    }

    /// `PATH` with the toolbox in front.
    pub fn path_variable(&self) -> OsString {
        let inherited = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(self.bin()).chain(std::env::split_paths(&inherited));
        std::env::join_paths(folders).unwrap_or(inherited)
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
            Tool::Trunk => trunk::is_there(self).await,
            Tool::WasmBindgen => wasm_bindgen::is_there(self).await?,
            Tool::WasmOpt => npm::WASM_OPT.is_there(self),
            Tool::Esbuild => npm::ESBUILD.is_there(self),
            Tool::Axe => npm::AXE.is_there(self),
            Tool::Chromium => Chromium::find().is_some(),
            Tool::Firefox => Firefox::find().is_some(),
            Tool::Postgres => postgres::is_there(),
            Tool::CargoDeny => cargo_deny::is_there(self).await,
            Tool::Schemathesis => schemathesis::is_there(self).await,
            Tool::PythonSdk => strangers::has_python(self),
            Tool::NodeClients => strangers::has_node(self),
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
            Tool::Trunk => trunk::install(self, &log).await,
            Tool::WasmBindgen => wasm_bindgen::install(self, &log).await?,
            Tool::WasmOpt => npm::WASM_OPT.install(self, &log).await,
            Tool::Esbuild => npm::ESBUILD.install(self, &log).await,
            Tool::Axe => npm::AXE.install(self, &log).await,
            Tool::Chromium => chromium::install(&log).await?,
            Tool::Firefox => firefox::install(self, &log).await?,
            Tool::Postgres => postgres::install(&log).await?,
            Tool::CargoDeny => cargo_deny::install(self, &log).await,
            Tool::Schemathesis => schemathesis::install(self, &log).await,
            Tool::PythonSdk => strangers::install_python(self, &log).await?,
            Tool::NodeClients => strangers::install_node(self, &log).await?,
        };
        done.map_err(|error| failure::explain(tool, error))?;
        if self.has(tool).await? { Ok(()) } else { Err(ToolError::NotThere { tool: tool.title(), log }) }
    }

    fn log(&self, tool: Tool) -> PathBuf {
        self.root.join(format!("logs/{tool:?}.log").to_lowercase())
    }

    /// Held while something is installed, by one command at a time. The system frees it with the process.
    fn lock(&self) -> Result<File, ToolError> {
        let path = self.root.join("lock");
        let locked = (|| {
            fs::create_dir_all(&self.root)?;
            let file = File::create(&path)?;
            if file.try_lock().is_err() {
                eprintln!("waiting for another command that installs tools");
                file.lock()?;
            }
            Ok(file)
        })();
        locked.map_err(|cause| ToolError::Lock { path, cause })
    }

    /// `cargo install` into the toolbox. Unoptimised: these programs run for a second at a time, and an
    /// optimised build of Trunk alone takes twice as long to make.
    fn cargo_install(&self, krate: &str, version: &str, extra: &[&str]) -> Job {
        let args = ["install", krate, "--version", version, "--debug", "--force", "--root"];
        let args = args.iter().map(OsString::from).chain([self.root.clone().into_os_string()]);
        Job::new("cargo", args.chain(extra.iter().map(OsString::from)))
            // Away from the workspace, whose own configuration is not meant for these builds.
            .folder(&self.root)
            .variable("CARGO_TARGET_DIR", self.build.clone())
            .variable("CARGO_PROFILE_DEV_DEBUG", "0")
            .variable("CARGO_TERM_COLOR", "never")
    }
}

/// What `program --version` says, without the line end; `None` where it does not run.
async fn version_of(program: &Path) -> Option<String> {
    Job::new(program, ["--version"]).output().await.ok().map(|text| text.trim().to_owned())
}

/// Why a tool is not there.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ToolError {
    /// The installation failed.
    #[error("could not install {tool}: {cause}")]
    Install {
        /// Which tool.
        tool: &'static str,
        /// What happened and what to do.
        cause: Cause,
        /// What ran.
        #[source]
        source: ProcessError,
    },
    /// The installation succeeded, and still the tool is not of the right version.
    #[error("{tool} was installed but does not run as it should; see {}", log.display())]
    NotThere {
        /// Which tool.
        tool: &'static str,
        /// What the installation said.
        log: PathBuf,
    },
    /// Grove cannot install it on this machine.
    #[error("{tool} is needed: {advice}")]
    ByHand {
        /// Which tool.
        tool: &'static str,
        /// What to do.
        advice: String,
    },
    /// There is no way to where it comes from.
    #[error("{registry} is not reachable")]
    Unreachable {
        /// The registry, as people call it.
        registry: &'static str,
    },
    /// The lock file is of no use.
    #[error("cannot use the lock file {}", path.display())]
    Lock {
        /// Where it is.
        path: PathBuf,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// `Cargo.lock` does not say which version fits.
    #[error("Cargo.lock names no version of {0}")]
    NoVersion(&'static str),
}
