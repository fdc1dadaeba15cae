//! Whether the access token can be sent now, and what must happen first.

use okta_types::{AccessToken, AuthScheme};

use crate::interface::effect::Authorization;
use crate::interface::error::FetchError;
#[cfg(feature = "silent-renewal")]
use crate::interface::error::OrgError;
use crate::machine::core::Core;
use crate::machine::session::Session;
use crate::step_context::StepContext;

/// What becomes of a request now.
pub(crate) enum Decision {
    /// With the token, or without one.
    Send(Option<Authorization>),
    Wait,
    Renew,
    Expire,
    Refuse(FetchError),
}

impl Core {
    /// Whether the access token can be sent now, or what must happen first.
    pub(crate) fn token(
        &self,
        session: &Session,
        refused: Option<&AccessToken>,
        ctx: &StepContext<'_>,
    ) -> Decision {
        let token = &session.access_token;
        let refused = refused == Some(token);
        if session.is_fresh(ctx.now) && !refused {
            return Decision::Send(Some(authorization(session)));
        }
        if self.renewal.is_some() {
            return Decision::Wait;
        }
        #[cfg(feature = "silent-renewal")]
        let stays = ctx.page_stays;
        #[cfg(not(feature = "silent-renewal"))]
        let stays = false;
        if session.is_renewable() && !stays && self.backoff.is_over(ctx.now) && !self.is_idle(ctx.now) {
            return Decision::Renew;
        }
        if session.is_valid(ctx.now) && !refused {
            return Decision::Send(Some(authorization(session)));
        }
        match &self.backoff.last {
            #[cfg(feature = "silent-renewal")]
            _ if stays => Decision::Refuse(FetchError::Renewal(OrgError::UnsentInput)),
            _ if !session.is_renewable() => Decision::Expire,
            #[cfg(feature = "idle")]
            _ if self.is_idle(ctx.now) => Decision::Refuse(FetchError::Idle),
            Some(error) if !error.is_temporary() => Decision::Refuse(FetchError::Renewal(error.clone())),
            _ => Decision::Refuse(FetchError::Unreachable),
        }
    }

    /// Without the feature `idle` nobody is ever away.
    #[cfg(not(feature = "idle"))]
    pub(crate) fn is_idle(&self, _: okta_types::UnixTime) -> bool {
        false
    }
}

/// How a token is sent (RFC 6750 §2.1, RFC 9449 §7.1). One that is bound to a key goes with a proof; see
/// [`Core::prove`].
fn authorization(session: &Session) -> Authorization {
    #[cfg(feature = "dpop")]
    let scheme = if session.binding.is_some() { AuthScheme::DPoP } else { AuthScheme::Bearer };
    #[cfg(not(feature = "dpop"))]
    let scheme = AuthScheme::Bearer;
    Authorization { scheme, token: session.access_token.clone() }
}
