//! The pages people see: sign-in, second factor, consent, dashboard, error, signed out. They hold no script and need
//! none; only those do that carry answers by form or message, and the parts that use passkeys.

pub(crate) mod account;
pub(crate) mod consent;
pub(crate) mod dashboard;
pub(crate) mod enroll_passkey;
pub(crate) mod error;
pub(crate) mod layout;
pub(crate) mod mail_code;
pub(crate) mod outbox;
pub(crate) mod passkey;
pub(crate) mod response;
pub(crate) mod second_factor;
pub(crate) mod sign_in;
pub(crate) mod signed_out;
