//! What an org keeps in a file: what an administrator set up, keys, sessions, codes and tokens, consents, the
//! moved clock.
//!
//! An answer that promises something goes out only when the file is on the disk. The file holds private keys
//! and client secrets, so only its owner may read it. It is written whole, beside the old one and then in its
//! place, so a crash leaves one or the other; answers that wait at the same time share one writing. Not kept:
//! the System Log, pages that wait for an answer, counters, rate limits, injected faults.

mod error;
mod form;
mod writer;

pub use error::StateError;
pub(crate) use form::{StoredState, read, text};
pub(crate) use writer::{StateWriter, lock};
