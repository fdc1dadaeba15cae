//! What the mails say. The subjects are those of Okta's default templates (guide "Customize email notifications"); the
//! texts are this org's own.

use okta_types::UnixTime;

use super::message::Mail;

/// What a mail is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Letter {
    /// `ForgotPassword`.
    ForgotPassword,
    /// `PasswordResetByAdmin`.
    PasswordResetByAdmin,
    /// `PasswordChanged`.
    PasswordChanged,
    /// `UserActivation`.
    Activation,
    /// `SelfServiceUnlock`.
    Unlock,
    /// `SelfServiceUnlockOnUnlockedAccount`.
    NotLocked,
    /// `RegistrationActivation`.
    ConfirmAddress,
    /// `EmailChallenge`.
    Challenge,
    /// To somebody who signs up and has an account; Okta has no template for it.
    HasAccount,
}

impl Letter {
    fn subject(self) -> &'static str {
        match self {
            Self::ForgotPassword => "Account password reset",
            Self::PasswordResetByAdmin => "Account Password Reset",
            Self::PasswordChanged => "Password Changed",
            Self::Activation => "Welcome to Okta!",
            Self::Unlock | Self::NotLocked => "Unlock Account",
            Self::ConfirmAddress => "Activate Account",
            Self::Challenge => "One-time verification code",
            Self::HasAccount => "You already have an account",
        }
    }

    fn reason(self) -> &'static str {
        match self {
            Self::ForgotPassword => {
                "Somebody, probably you, asked for a new password for your account. If it was not you, ignore this mail."
            }
            Self::PasswordResetByAdmin => {
                "An administrator has reset your password. Choose another one to sign in again."
            }
            Self::PasswordChanged => {
                "The password of your account was changed. If it was not you, reset it now and tell whoever runs the org."
            }
            Self::Activation => "An account was made for you. Choose a password to activate it.",
            Self::Unlock => {
                "Your account is locked after too many attempts to sign in. Unlock it here. If you did not ask for this, \
                 ignore this mail."
            }
            Self::NotLocked => {
                "Somebody, probably you, asked to unlock your account. It is not locked: just sign in."
            }
            Self::ConfirmAddress => {
                "Somebody, probably you, signed up with this address. Confirm it to activate the account. If it was not \
                 you, ignore this mail."
            }
            Self::Challenge => {
                "Somebody, probably you, is signing in and has entered your password. Go on with the sign-in here, in the \
                 browser where it began. If it was not you, change your password."
            }
            Self::HasAccount => {
                "Somebody, probably you, signed up with this address, which has an account already. Sign in with it, or \
                 reset its password if you forgot it."
            }
        }
    }

    /// The mail to that address, for whoever has that login.
    pub(crate) fn to(self, address: &str, login: &str, now: UnixTime) -> Mail {
        Mail {
            to: address.to_owned(),
            login: login.to_owned(),
            subject: self.subject().to_owned(),
            text: format!("Hello,\n\n{}\n", self.reason()),
            link: None,
            code: None,
            sent_at: now,
        }
    }
}

impl Mail {
    /// With a link that leads on.
    #[must_use]
    pub(crate) fn with_link(mut self, link: String) -> Self {
        self.text.push_str(&format!("\n{link}\n"));
        self.link = Some(link);
        self
    }

    /// With a code for the page that asked for the mail.
    #[must_use]
    pub(crate) fn with_code(mut self, code: &str) -> Self {
        self.text.push_str(&format!("\nOr enter this code on the page where you began: {code}\n"));
        self.code = Some(code.to_owned());
        self
    }
}
