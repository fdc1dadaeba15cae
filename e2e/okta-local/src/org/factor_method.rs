//! By what somebody proves a second factor.

use crate::unverified::{EMAIL_AMR, PASSKEY_AMR};

/// What a page asks for beside the password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FactorMethod {
    /// A passkey.
    Passkey,
    /// The code of an authenticator app.
    Totp,
    /// A mail, by its code or its link.
    Email,
}

impl FactorMethod {
    const ALL: [Self; 3] = [Self::Passkey, Self::Totp, Self::Email];

    /// Its name in forms of the pages.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Passkey => "passkey",
            Self::Totp => "totp",
            Self::Email => "email",
        }
    }

    /// The one of that name.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.as_str() == name)
    }

    /// What tokens call it (`amr`, RFC 8176).
    pub(crate) const fn amr(self) -> &'static str {
        match self {
            Self::Passkey => PASSKEY_AMR,
            Self::Totp => "otp",
            Self::Email => EMAIL_AMR,
        }
    }
}
