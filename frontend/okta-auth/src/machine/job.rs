//! What holds the foreground, one thing at a time: the start, a callback, a sign-in, a sign-out.

use okta_types::{IdToken, UnixTime};

use crate::interface::sign_in::SignIn;
use crate::machine::arrival::{Answer, Arrival};
use crate::machine::exchange::Exchange;
use crate::machine::token_to_revoke::TokenToRevoke;
#[cfg(feature = "wanted-pages")]
use crate::machine::wanted::Wanted;
use crate::protocol::sensitive::Sensitive;

/// What holds the foreground.
#[derive(Debug)]
pub(crate) enum Job {
    Idle,
    /// The stored session is being read.
    Starting {
        arrival: Arrival,
    },
    Callback(Callback),
    SigningIn(SigningIn),
    SigningOut(SigningOut),
    /// The page is being left.
    Leaving {
        since: UnixTime,
    },
}

impl Job {
    /// The exchange of a callback.
    pub(crate) fn exchange(&mut self) -> Option<&mut Exchange> {
        match self {
            Self::Callback(Callback::Exchanging(exchange)) => Some(exchange),
            _ => None,
        }
    }

    /// Whether the pending sign-ins are being read for the org's answer.
    pub(crate) fn is_taking(&self) -> bool {
        matches!(self, Self::Callback(Callback::Taking { .. }))
    }
}

/// A callback under way.
#[derive(Debug)]
pub(crate) enum Callback {
    /// The pending sign-ins are being read.
    Taking {
        answer: Answer,
    },
    /// They do not know the answer. Where other tabs' sign-ins were to end is being read.
    #[cfg(feature = "mail-links")]
    Finding {
        answer: Answer,
    },
    Exchanging(Box<Exchange>),
}

/// A sign-in on its way out.
#[derive(Debug)]
pub(crate) struct SigningIn {
    pub(crate) request: SignIn,
    pub(crate) step: SigningInStep,
    /// Where the others are to end.
    #[cfg(feature = "wanted-pages")]
    pub(crate) wanted: Wanted,
}

/// How far a sign-in is.
#[derive(Debug)]
pub(crate) enum SigningInStep {
    Metadata,
    /// Where other tabs' sign-ins were to end is being read.
    #[cfg(feature = "wanted-pages")]
    Finding,
    /// The pending sign-ins are being read, to add this one.
    Loading,
    /// The request is being pushed. With what will be kept of it, or nothing where somebody else has come meanwhile.
    #[cfg(feature = "par")]
    Pushing(Option<Sensitive>),
    /// The transaction is being kept.
    Saving(Sensitive),
}

impl SigningIn {
    /// Whoever wanted it kept is no longer here.
    pub(crate) fn forget_kept(&mut self) {
        self.request.kept = None;
        #[cfg(feature = "wanted-pages")]
        {
            self.wanted = Wanted::default();
        }
        #[cfg(feature = "par")]
        if let SigningInStep::Pushing(text) = &mut self.step {
            *text = None;
        }
    }
}

/// A sign-out after the local part.
#[derive(Debug)]
pub(crate) struct SigningOut {
    /// For the org. Without it the sign-out stays a local one.
    pub(crate) id_token: Option<IdToken>,
    /// What to revoke. With a refresh token its access tokens end as well.
    pub(crate) token: Option<TokenToRevoke>,
    /// Revocation was tried.
    pub(crate) revoked: bool,
    /// How often the org could not be reached.
    pub(crate) failures: u32,
}
