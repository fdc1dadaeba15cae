//! People.

use std::fmt;

use okta_types::UnixTime;
use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;

use crate::org::password::PasswordHash;
use crate::org::totp::TotpSecret;

/// Whether a person may sign in (a part of Okta's user statuses).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UserStatus {
    /// May.
    Active,
}

/// A person of the org.
#[derive(Clone, Debug)]
pub(crate) struct User {
    /// `00u…`.
    pub(crate) id: String,
    /// What they type on the sign-in page, an address; compared without regard to case.
    pub(crate) login: String,
    /// Verified, in this org.
    pub(crate) email: String,
    /// First name.
    pub(crate) given_name: String,
    /// Last name.
    pub(crate) family_name: String,
    /// Of the password.
    pub(crate) password: PasswordHash,
    /// Of their authenticator app, if they have one.
    pub(crate) totp: Option<TotpSecret>,
    /// Whether they may sign in.
    pub(crate) status: UserStatus,
    /// When the profile last changed.
    pub(crate) updated_at: UnixTime,
}

impl User {
    /// First and last name.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.given_name, self.family_name)
    }
}

/// An account of the seed, for people who want to sign in.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Account {
    /// What to type as the user name.
    pub login: String,
    /// What to type as the password; these accounts exist on this machine only.
    pub password: String,
    /// First and last name.
    pub name: String,
    /// What is special about them, in a few words.
    pub note: String,
    /// For an authenticator app, in base32: it makes the codes of the second factor.
    pub totp_secret: String,
    /// The same as an `otpauth:` address, which is what a QR code for such an app holds.
    pub totp_uri: String,
}

impl Account {
    /// The QR code to scan with an authenticator app, in block characters for a terminal.
    pub fn totp_qr_code(&self) -> String {
        QrCode::new(&self.totp_uri)
            .map(|code| {
                code.render::<Dense1x2>().dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).build()
            })
            .unwrap_or_default()
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account").field("login", &self.login).finish_non_exhaustive()
    }
}
