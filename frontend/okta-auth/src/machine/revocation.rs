//! Revocation of tokens that nobody uses any more (RFC 7009).

use std::time::Duration;

use okta_types::{Form, RefreshToken};

use crate::interface::effect::HttpRequest;
use crate::interface::event::{HttpAnswer, HttpFailure};
use crate::machine::core::Core;
use crate::machine::org::Org;
use crate::machine::session::Session;
use crate::machine::token_answer::read_tokens;
use crate::machine::token_to_revoke::{REFRESH, TokenToRevoke};
use crate::protocol::sensitive::Sensitive;
use crate::step_context::StepContext;

/// Nobody waits longer for a courtesy.
pub(crate) const SIGN_OUT_TIMEOUT: Duration = Duration::from_secs(2);

impl Core {
    /// A renewal was answered after its session ended: its refresh token must not stay alive.
    pub(crate) fn revoke_late_tokens(
        &mut self,
        answer: &Result<HttpAnswer, HttpFailure>,
        ctx: &mut StepContext<'_>,
    ) {
        if let Ok(response) = read_tokens(answer, ctx.read_json)
            && let Some(token) = response.refresh_token
        {
            self.revoke(&token, ctx);
        }
    }

    /// Revokes without waiting for the answer.
    pub(crate) fn revoke(&self, token: &RefreshToken, ctx: &mut StepContext<'_>) {
        self.revoke_any(&(Sensitive::new(token.expose()), REFRESH), ctx);
    }

    /// The same for either kind of token.
    pub(crate) fn revoke_any(&self, token: &TokenToRevoke, ctx: &mut StepContext<'_>) {
        if let Some(request) = revocation(&self.org, &self.settings.client_id, token) {
            ctx.send_only(request);
        }
    }

    /// What a renewal has brought that is of no use: it must not stay alive.
    pub(crate) fn revoke_renewed(&self, session: Session, ctx: &mut StepContext<'_>) {
        if let Some(token) = session.refresh_token {
            self.revoke(&token, ctx);
        }
    }
}

/// RFC 7009 §2.1; a public client names itself in the body.
pub(crate) fn revocation(org: &Org, client_id: &str, (token, hint): &TokenToRevoke) -> Option<HttpRequest> {
    let url = org.metadata.as_ref()?.revocation_endpoint.clone()?;
    let form =
        Form::new().with("token", token.expose()).with("token_type_hint", hint).with("client_id", client_id);
    Some(HttpRequest { url, form: Some(form), timeout: SIGN_OUT_TIMEOUT, ..HttpRequest::default() })
}
