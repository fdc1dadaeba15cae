//! What ties an answer to what it answers.

/// Marks an effect and its answer. Never used twice in the life of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ticket(pub(crate) u64);

/// Marks a request of the app; chosen by the driver, never twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FetchId(pub u64);
