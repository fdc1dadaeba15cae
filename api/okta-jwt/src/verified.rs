//! Proof that a token was verified. The only function that makes it stands here, and the fields are private
//! to this file: "was it checked?" is a question the compiler answers.

use std::fmt;
use std::sync::Arc;

use okta_types::{AccessClaims, Issuer, UnixTime};

use crate::error::{Refusal, VerifyError};
use crate::keys::Key;
use crate::policy::Policy;
use crate::unverified::Unverified;

/// What verification comes to: claims, or why there are none.
pub type Verdict = Result<Verified<AccessClaims>, VerifyError>;

/// Claims whose signature and content were checked at one moment. Cheap to clone.
///
/// It says nothing of later moments: keep it for one request. `Debug` shows no claim.
pub struct Verified<T>(Arc<Facts<T>>);

struct Facts<T> {
    issuer: Issuer,
    claims: T,
}

impl Verified<AccessClaims> {
    /// Signature first, claims after. That the token names the issuer whose key and policy these are is asked where
    /// it is chosen by that name.
    pub(crate) fn establish(
        token: Unverified<'_>,
        key: &Key,
        policy: &Policy,
        now: UnixTime,
    ) -> Result<Self, Refusal> {
        if !key.has_signed(&token.signing_input, &token.signature) {
            return Err(Refusal::Signature);
        }
        let claims = policy.judge(token.payload, now)?;
        Ok(Self(Arc::new(Facts { issuer: policy.issuer.clone(), claims })))
    }

    /// The same claims at another moment, under the policy of the same issuer: all that does not lie in the token's
    /// bytes is judged again.
    pub(crate) fn reestablish(self, policy: &Policy, now: UnixTime) -> Result<Self, Refusal> {
        policy.judge_claims(self.claims(), now)?;
        Ok(self)
    }

    /// Whom the token speaks of.
    pub fn subject(&self) -> Subject {
        let Facts { issuer, claims } = &*self.0;
        Subject { iss: issuer.clone(), id: claims.uid.as_ref().unwrap_or(&claims.sub).clone() }
    }
}

impl<T> Verified<T> {
    /// What the issuer says.
    pub fn claims(&self) -> &T {
        &self.0.claims
    }
}

impl<T> Clone for Verified<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> fmt::Debug for Verified<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verified").field("issuer", &self.0.issuer).finish_non_exhaustive()
    }
}

/// A person or a service: `(iss, uid)`, and where there is no `uid` (client credentials) `(iss, sub)`.
///
/// Never the login or the e-mail address of a person: both change hands. It comes out of a
/// [`Verified`] token and out of nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Subject {
    iss: Issuer,
    id: String,
}

impl Subject {
    /// The issuer, to the letter.
    pub fn iss(&self) -> &str {
        self.iss.as_str()
    }

    /// The person's `00u…`, or the client id of a service.
    pub fn id(&self) -> &str {
        &self.id
    }
}
