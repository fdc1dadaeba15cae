//! What an org keeps in a file: what an administrator set up, keys, sessions, codes and tokens, consents, the
//! moved clock.
//!
//! An answer that promises something goes out only when the file is on the disk. The file holds private keys
//! and client secrets, so only its owner may read it. It is written whole, beside the old one and then in its
//! place, so a crash leaves one or the other; answers that wait at the same time share one writing. Not kept:
//! the System Log, pages that wait for an answer, counters, rate limits, ordered faults.

mod form;
mod keeper;

pub(crate) use form::{Kept, read};
pub(crate) use keeper::{Keeper, lock};

/// Why a file cannot be used. It is left as it is.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StateError {
    /// The system does not let it be read or written.
    #[error("it cannot be read or written")]
    Io(#[from] std::io::Error),
    /// It is not what an org wrote.
    #[error("it is not the state of an org; choose another file, or move this one away to start anew")]
    Content(#[from] serde_json::Error),
    /// An org wrote it, and something changed it since.
    #[error(
        "it is damaged: what it holds is not what was written; restore a copy, or move it away to start anew"
    )]
    Damaged,
    /// Another version wrote it.
    #[error(
        "it has the form {found}, and this version knows {known} only; use the version that wrote it, or move it \
         away to start anew"
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
