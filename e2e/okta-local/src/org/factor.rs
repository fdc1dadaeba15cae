//! Factors that somebody enrolled over the management API: authenticator apps and a security question. The
//! authenticator app that an account was seeded with is beside them, in the account itself.

use okta_types::UnixTime;
use serde::{Deserialize, Serialize};

use crate::org::password::PasswordHash;
use crate::org::totp::TotpSecret;
use crate::random;

/// Whose authenticator app it is: both show the same codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Provider {
    /// Okta Verify.
    Okta,
    /// Any other.
    Google,
}

/// What is proved.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Proof {
    /// That somebody has their authenticator app.
    Totp {
        /// Whose.
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
}

/// A factor.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Factor {
    /// `ost…` or `uft…` of an authenticator app, `ufs…` of a question.
    pub(crate) id: String,
    /// What is proved.
    pub(crate) proof: Proof,
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
        let kind = if provider == Provider::Okta { "ost" } else { "uft" };
        let proof = Proof::Totp { provider, secret: TotpSecret::fresh() };
        Self { id: random::id(kind), proof, active: false, created_at: now, updated_at: now }
    }

    /// A question, which counts at once.
    pub(crate) fn question(question: String, answer: PasswordHash, now: UnixTime) -> Self {
        let proof = Proof::Question { question, answer };
        Self { id: random::id("ufs"), proof, active: true, created_at: now, updated_at: now }
    }

    /// The secret of an authenticator app.
    pub(crate) fn secret(&self) -> Option<&TotpSecret> {
        match &self.proof {
            Proof::Totp { secret, .. } => Some(secret),
            Proof::Question { .. } => None,
        }
    }
}
