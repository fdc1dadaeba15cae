//! Why a state file cannot be used.

/// Why a file cannot be used. It is left as it is.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StateError {
    /// The system does not let it be read or written.
    #[error("it cannot be read or written")]
    Io(#[from] std::io::Error),
    /// It is not what an org wrote.
    #[error("it is not a state file of an org; choose another file, or move this one away to start afresh")]
    Content(#[from] serde_json::Error),
    /// An org wrote it, and something changed it since.
    #[error("it is damaged; restore a copy, or move it away to start afresh")]
    Damaged,
    /// Another version wrote it.
    #[error(
        "it has format {found}, and this version reads format {known} only; use the version that wrote it, or move it \
         away to start afresh"
    )]
    Version {
        /// The form of the file.
        found: u32,
        /// The form of this version.
        known: u32,
    },
    /// Two orgs would overwrite each other's changes.
    #[error("another org is using it; stop that one, or choose another file")]
    InUse,
}
