//! What can be installed.

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
    /// Redis' server program; the API's tests only.
    Redis,
    /// A pooler of connections to PostgreSQL; the API's tests only.
    PgBouncer,
    /// A balancer of load; `cargo dev cluster` and its test only.
    Haproxy,
    /// Judges alerts for Prometheus; the API's tests only.
    Promtool,
    /// Judges what Grove depends on; steps of its own only.
    CargoDeny,
    /// Writes bills of materials; `cargo sbom` only.
    CargoCyclonedx,
    /// Makes requests out of the API's OpenAPI document; its own step only.
    Schemathesis,
    /// Okta's Python SDK; the strangers' step only.
    PythonSdk,
    /// Okta's Node SDK and other clients from npm; the strangers' step only.
    NodeClients,
    /// What the API is measured beside, in Node; `cargo bench-all` only.
    BenchPeers,
    /// React with Okta's SDK; `cargo bench-all` only.
    BenchReact,
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
            Self::Redis => "Redis",
            Self::PgBouncer => "PgBouncer",
            Self::Haproxy => "HAProxy",
            Self::Promtool => "promtool",
            Self::CargoDeny => "cargo-deny",
            Self::CargoCyclonedx => "cargo-cyclonedx",
            Self::Schemathesis => "schemathesis",
            Self::PythonSdk => "Okta's Python SDK",
            Self::NodeClients => "clients of Okta for Node",
            Self::BenchPeers => "Express and Fastify with verifiers of tokens and SQLite",
            Self::BenchReact => "React with Okta's SDK",
        }
    }

    /// How long its installation takes on two cores.
    pub(super) fn usual_time(self) -> &'static str {
        match self {
            Self::RustTarget | Self::RustSource => "half a minute",
            Self::Trunk => "2 to 5 minutes",
            Self::WasmBindgen | Self::CargoDeny | Self::CargoCyclonedx => "1 to 2 minutes",
            Self::WasmOpt
            | Self::Esbuild
            | Self::Axe
            | Self::NodeClients
            | Self::BenchReact
            | Self::Promtool => "a few seconds",
            Self::Chromium | Self::BenchPeers => "1 to 2 minutes",
            Self::Firefox => "2 to 4 minutes",
            Self::Postgres | Self::Redis | Self::PgBouncer | Self::Haproxy => "half a minute",
            Self::Schemathesis | Self::PythonSdk => "half a minute",
        }
    }
}
