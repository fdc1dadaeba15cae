//! From an error to its cause and remedy: in plain words for the person, in detail for the developer.

mod code;
mod entry;
mod fetch;
mod org;
mod refusal;
mod sign_in;
#[cfg(test)]
mod tests;

pub use self::entry::{Advice, Explanation};
pub(crate) use self::refusal::legible;
