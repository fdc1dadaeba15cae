//! What is served, and for whom.

use std::path::PathBuf;

use shared::SpaConfig;

/// A build of the SPA and its configuration.
#[derive(Clone, Debug)]
pub struct SpaSettings {
    /// The folder that Trunk wrote.
    pub dist: PathBuf,
    /// What the page's island says.
    pub config: SpaConfig,
    /// Whether browsers reach the page by `https` (through a proxy, for this server speaks `http`).
    pub https: bool,
}
