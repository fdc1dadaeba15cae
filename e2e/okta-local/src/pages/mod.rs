//! The pages people see: sign-in, second factor, consent, dashboard, error, signed out. They hold no script and need
//! none; only the two that carry answers by form or message do.

pub(crate) mod account;
pub(crate) mod consent;
pub(crate) mod dashboard;
pub(crate) mod error;
pub(crate) mod layout;
pub(crate) mod mail_code;
pub(crate) mod outbox;
pub(crate) mod response;
pub(crate) mod second_factor;
pub(crate) mod sign_in;
pub(crate) mod signed_out;
