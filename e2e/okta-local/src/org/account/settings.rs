//! The page of somebody's settings.

use std::sync::Arc;

use crate::org::ceremony::Ceremony;

/// Whose settings, and what the page asks a passkey for.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// Id of the person, `00u…`.
    pub(crate) user_id: String,
    /// To make a passkey, where people may use them.
    pub(crate) ceremony: Option<Arc<Ceremony>>,
    /// What the page says.
    pub(crate) notice: Option<SettingsNotice>,
}

/// What became of what somebody did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SettingsNotice {
    /// There is another passkey.
    PasskeyAdded,
    /// There is not.
    PasskeyRefused,
    /// There is one less.
    PasskeyRemoved,
    /// There is another password.
    PasswordChanged,
}
