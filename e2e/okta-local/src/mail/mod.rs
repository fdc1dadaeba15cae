//! Mail that the org sends: values in an outbox, for people to read and for tests to take.

mod letters;
mod outbox;

pub(crate) use letters::Letter;
pub use outbox::Mail;
pub(crate) use outbox::Outbox;
