//! Factors that somebody enrolled: over the management API authenticator apps and a security question, on the org's pages
//! passkeys. The authenticator app that an account was seeded with is beside them, in the account itself.

use okta_types::UnixTime;
use passki::StoredPasskey;
use serde::{Deserialize, Serialize};

use crate::org::password::PasswordHash;
use crate::org::totp::TotpSecret;
use crate::random;

/// Whose authenticator app it is: both show the same codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Provider {
    /// `OKTA`: the app Okta Verify.
    Okta,
    /// `GOOGLE`: any other authenticator app.
    Google,
}

/// What a factor is verified by.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum FactorKind {
    /// That somebody has their authenticator app.
    Totp {
        /// Whose authenticator app it is, as Okta's API names it.
        provider: Provider,
        /// What it shares with the org.
        secret: TotpSecret,
    },
    /// That somebody knows an answer.
    Question {
        /// Okta's key of the question.
        question: String,
        /// Of the answer in lower case.
        answer: PasswordHash,
    },
    /// That somebody has a key, and was recognized by what keeps it.
    Passkey {
        /// What was registered.
        credential: Box<StoredPasskey>,
    },
}

/// A factor that a person has enrolled.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Factor {
    /// `ost…` or `uft…` of an authenticator app, `ufs…` of a question, `fwf…` of a passkey.
    pub(crate) id: String,
    /// What a factor is verified by.
    #[serde(rename = "proof")]
    pub(crate) kind: FactorKind,
    /// Whether somebody showed that they have it; before, it is good for nothing.
    pub(crate) active: bool,
    /// When it was enrolled.
    pub(crate) created_at: UnixTime,
    /// When it was last activated or changed.
    pub(crate) updated_at: UnixTime,
}

impl Factor {
    /// An authenticator app that waits for its first code.
    pub(crate) fn totp(provider: Provider, now: UnixTime) -> Self {
        let prefix = if provider == Provider::Okta { "ost" } else { "uft" };
        let kind = FactorKind::Totp { provider, secret: TotpSecret::fresh() };
        Self { id: random::id(prefix), kind, active: false, created_at: now, updated_at: now }
    }

    /// A question, which counts immediately.
    pub(crate) fn question(question: String, answer: PasswordHash, now: UnixTime) -> Self {
        let kind = FactorKind::Question { question, answer };
        Self { id: random::id("ufs"), kind, active: true, created_at: now, updated_at: now }
    }

    /// A passkey, which was shown by registering it.
    pub(crate) fn passkey(credential: StoredPasskey, now: UnixTime) -> Self {
        let kind = FactorKind::Passkey { credential: Box::new(credential) };
        Self { id: random::id("fwf"), kind, active: true, created_at: now, updated_at: now }
    }

    /// The secret of an authenticator app.
    pub(crate) fn secret(&self) -> Option<&TotpSecret> {
        match &self.kind {
            FactorKind::Totp { secret, .. } => Some(secret),
            FactorKind::Question { .. } | FactorKind::Passkey { .. } => None,
        }
    }
}
