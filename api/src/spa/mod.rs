//! A build of the SPA, made ready to be answered with the way a production host should: history fallback,
//! configuration island, strict headers, compressed forms.
//!
//! Not a general file server: everything is read into memory at the start, and only `GET` and `HEAD` exist.

mod answer;
mod files;
mod headers;
mod island;
mod posted;
mod script_tags;
mod site;

use std::io;
use std::path::PathBuf;

use shared::SpaConfig;

pub use answer::answer;
pub use posted::POSTED;
pub use site::Site;

/// What is served, and for whom.
#[derive(Clone, Debug)]
pub struct SpaSettings {
    /// The folder that Trunk wrote.
    pub dist: PathBuf,
    /// What the page's island says.
    pub config: SpaConfig,
    /// Whether browsers reach the page by `https` (through a proxy, for this server speaks `http`).
    pub https: bool,
}

/// Why the SPA cannot be served.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SpaError {
    /// No `index.html`.
    #[error("there is no SPA in {0}: {0}/index.html is missing; `cargo dev build` makes one", dist.display())]
    NotBuilt {
        /// Where it was looked for.
        dist: PathBuf,
    },
    /// Half of a build: copied in part, or two builds mixed.
    #[error("the SPA in {} is not whole: index.html names {file}, which is not there; copy the whole build", dist.display())]
    Incomplete {
        /// Where it was looked for.
        dist: PathBuf,
        /// The file's path in the address.
        file: String,
    },
    /// `index.html` without the element for the configuration.
    #[error("index.html has no <script type=\"application/json\" id=\"{}\">", shared::SPA_CONFIG_ELEMENT_ID)]
    NoIsland,
    /// An issuer or API address without scheme, host and port.
    #[error("{0:?} is not an address with a scheme and a host")]
    Address(String),
    /// Something that cannot stand in a header.
    #[error("{0:?} cannot stand in a header")]
    Header(String),
    /// A file that cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        cause: io::Error,
    },
}
