//! Which authenticators an org has switched on, beside password and authenticator app.

use serde::{Deserialize, Serialize};

/// Those that an administrator may add under **Security › Authenticators**.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Authenticators {
    /// A code or a link by mail: a second factor of everybody.
    #[serde(default)]
    pub(crate) email: bool,
    /// Passkeys (FIDO2 WebAuthn): in place of password and second factor, or as a second factor of whoever has one.
    #[serde(default)]
    pub(crate) passkeys: bool,
}
