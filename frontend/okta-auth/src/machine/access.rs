//! Whether the access token can be sent now, and what must happen first.

use okta_types::AccessToken;

use crate::interface::error::FetchError;
use crate::machine::core::Core;
use crate::machine::session::Session;
use crate::step_context::StepContext;

/// What becomes of a request now.
pub(crate) enum Decision {
    Send(Option<AccessToken>),
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
            return Decision::Send(Some(token.clone()));
        }
        if self.renewal.is_some() {
            return Decision::Wait;
        }
        if session.refresh_token.is_some() && self.backoff.is_over(ctx.now) && !self.is_away(ctx.now) {
            return Decision::Renew;
        }
        if session.is_valid(ctx.now) && !refused {
            return Decision::Send(Some(token.clone()));
        }
        match &self.backoff.last {
            _ if session.refresh_token.is_none() => Decision::Expire,
            #[cfg(feature = "idle")]
            _ if self.is_away(ctx.now) => Decision::Refuse(FetchError::Idle),
            Some(error) if !error.is_temporary() => Decision::Refuse(FetchError::Renewal(error.clone())),
            _ => Decision::Refuse(FetchError::Unreachable),
        }
    }

    /// Without the feature `idle` nobody is ever away.
    #[cfg(not(feature = "idle"))]
    pub(crate) fn is_away(&self, _: okta_types::UnixTime) -> bool {
        false
    }
}
