//! The answers to the org's pages: password, second factor, consent.
//!
//! Always answered by 303, so that a reload repeats no password (RFC 9700 §4.12 forbids 307).

mod completion;
mod consent;
mod enroll_passkey;
mod mail_link;
mod page;
mod passkey;
mod password;
mod second_factor;
mod select_factor;
mod submission;

pub(super) use completion::{by_first_page, open, record_failure};
pub(super) use consent::consent;
pub(super) use enroll_passkey::enroll_passkey;
pub(super) use mail_link::mail_link;
pub(super) use page::step;
pub(super) use passkey::passkey;
pub(super) use password::password;
pub(super) use second_factor::second_factor;
pub(super) use select_factor::select_factor;
