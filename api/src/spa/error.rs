//! Why a build of the SPA cannot be served.

use std::io;
use std::path::PathBuf;

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
    #[error("the SPA in {} is incomplete: index.html names {file}, which is missing; copy the whole build", dist.display())]
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
    /// Something that cannot be sent in a header.
    #[error("{0:?} cannot be sent in a header")]
    Header(String),
    /// A file that cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        #[source]
        cause: io::Error,
    },
}
