//! The pages about accounts: a forgotten password, a lock, a new password, a sign-up.

pub(crate) mod code;
pub(crate) mod confirm;
pub(crate) mod elsewhere;
pub(crate) mod frame;
pub(crate) mod new_password;
pub(crate) mod recover;
mod requirements;
pub(crate) mod settings;
pub(crate) mod sign_up;
pub(crate) mod unlocked;
