//! Mail that the org sends: values in an outbox, for people to read and for tests to take.

mod letters;
mod message;
mod outbox;
mod relay;

pub(crate) use letters::Letter;
pub use message::Mail;
pub(crate) use outbox::Outbox;
pub use relay::{NoSmtpServer, SmtpServer};
