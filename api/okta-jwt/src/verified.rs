//! Proof that a token was verified. The only function that makes it stands here, and the fields are private
//! to this file: "was it checked?" is a question the compiler answers.
//!
//! It is made of an [`Authentic`] token, which is good but perhaps in the wrong hands.

use std::fmt;
use std::sync::Arc;

use okta_types::{AccessClaims, Issuer, UnixTime};

use crate::binding::Binding;
use crate::error::{Refusal, VerifyError};
use crate::keys::Key;
use crate::policy::Policy;
use crate::unverified::Unverified;

/// What verification comes to: claims, or why there are none.
pub type Verdict = Result<Verified<AccessClaims>, VerifyError>;

/// Claims whose signature and content were checked at one moment, shown by who may show them: of a token that is bound
/// to a key, by who proved to hold it. Cheap to clone.
///
/// It says nothing of later moments: keep it for one request. `Debug` shows no claim.
pub struct Verified<T>(Arc<Facts<T>>);

struct Facts<T> {
    subject: Subject,
    claims: T,
    binding: Option<Arc<Binding>>,
}

/// A token that its issuer has signed and that says what it must. Whether who shows it may use it is another question,
/// and there are no claims to be had before that is answered.
#[derive(Clone)]
pub(crate) struct Authentic(Arc<Facts<AccessClaims>>);

impl Authentic {
    /// Signature first, claims after. That the token names the issuer whose key and policy these are is asked where
    /// it is chosen by that name.
    pub(crate) fn establish(
        token: Unverified<'_>,
        text: &str,
        key: &Key,
        policy: &Policy,
        now: UnixTime,
    ) -> Result<Self, Refusal> {
        if !key.has_signed(&token.signing_input, &token.signature) {
            return Err(Refusal::Signature);
        }
        let claims = policy.judge(token.payload, now)?;
        let binding = claims.cnf.as_ref().map(|confirmation| Arc::new(Binding::new(confirmation, text)));
        let subject = Subject::new(policy.issuer.clone(), &claims);
        Ok(Self(Arc::new(Facts { subject, claims, binding })))
    }

    /// The same claims at another moment, under the policy of the same issuer: all that does not lie in the token's
    /// bytes is judged again.
    pub(crate) fn reestablish(self, policy: &Policy, now: UnixTime) -> Result<Self, Refusal> {
        policy.judge_claims(&self.0.claims, now)?;
        Ok(self)
    }

    /// For what the issuer's side still has to say, e.g. of a revocation.
    pub(crate) fn claims(&self) -> &AccessClaims {
        &self.0.claims
    }

    pub(crate) fn binding(&self) -> Option<&Arc<Binding>> {
        self.0.binding.as_ref()
    }

    /// Whoever shows a token that is bound to no key may use it. One that is bound is never let in this way (RFC 9449
    /// §7.2).
    pub(crate) fn let_in_unbound(self) -> Result<Verified<AccessClaims>, Refusal> {
        if self.0.binding.is_some() { Err(Refusal::Bound) } else { Ok(self.let_in()) }
    }

    /// Who shows it may use it: that was found out.
    pub(crate) fn let_in(self) -> Verified<AccessClaims> {
        Verified(self.0)
    }
}

impl Verified<AccessClaims> {
    /// Whom the token speaks of.
    pub fn subject(&self) -> Subject {
        self.0.subject.clone()
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
        f.debug_struct("Verified").field("issuer", &self.0.subject.iss()).finish_non_exhaustive()
    }
}

/// A person or a service: `(iss, uid)`, and where there is no `uid` (client credentials) `(iss, sub)`.
///
/// Never the login or the e-mail address of a person: both change hands. It comes out of a
/// [`Verified`] token and out of nothing else. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Subject(Arc<Identity>);

#[derive(Debug, PartialEq, Eq, Hash)]
struct Identity {
    iss: Issuer,
    id: String,
}

impl Subject {
    fn new(iss: Issuer, claims: &AccessClaims) -> Self {
        let id = claims.uid.as_ref().unwrap_or(&claims.sub).clone();
        Self(Arc::new(Identity { iss, id }))
    }

    /// The issuer, to the letter.
    pub fn iss(&self) -> &str {
        self.0.iss.as_str()
    }

    /// The person's `00u…`, or the client id of a service.
    pub fn id(&self) -> &str {
        &self.0.id
    }
}
