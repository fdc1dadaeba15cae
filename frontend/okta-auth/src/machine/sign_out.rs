//! Sign-out: here at once, then at the org.
//!
//! The stored session goes first, so that nothing that hangs or fails afterwards leaves it behind. Then the
//! refresh token is revoked (RFC 7009, best effort, time-boxed) and the page leaves by a form `POST` to the
//! org (OpenID Connect RP-Initiated Logout §2), which keeps the ID token out of addresses and logs.
//!
//! Where the org cannot be reached the page stays, says so, and owes the rest: it is tried again when the network
//! is back, and until then no sign-in of this browser goes without a password, for the org may still have the
//! session of whoever signed out.

use std::time::Duration;

use okta_types::base64url;

use crate::interface::effect::Effect;
use crate::interface::error::OrgError;
use crate::interface::event::{HttpAnswer, HttpFailure};
use crate::interface::status::AuthNotice;
use crate::machine::core::{Core, Presence};
use crate::machine::job::{Job, SigningOut};
use crate::machine::revocation::{PATIENCE, REFRESH, revocation};
use crate::machine::session::sign_out_owed;
use crate::machine::session_end::Cause;
use crate::protocol::sensitive::Sensitive;
use crate::step_context::StepContext;
use crate::tickets::Purpose;

/// Between two attempts to reach the org.
const SHORTEST_PAUSE: Duration = Duration::from_secs(5);

impl Core {
    /// Ends the session in this tab, in the storage and in the other tabs, then `at_org`; the notice says why where
    /// nobody asked for it. A sign-in that is about to leave the page is given up for it.
    pub(crate) fn sign_out(&mut self, at_org: bool, notice: Option<AuthNotice>, ctx: &mut StepContext<'_>) {
        let gives_way = self.is_free(ctx.now) || matches!(self.job, Job::SigningIn(_));
        if !gives_way || self.owner().subject().is_none() {
            return;
        }
        let (id_token, token) = match &self.presence {
            Presence::Somebody(session) => {
                let token = match &session.refresh_token {
                    Some(token) => (Sensitive::new(token.expose()), REFRESH),
                    None => (Sensitive::new(session.access_token.expose()), "access_token"),
                };
                (Some(session.id_token.clone()), Some(token))
            }
            Presence::Expired(ended) => (ended.id_token.clone(), None),
            _ => (None, None),
        };
        // A renewal under way may have brought the refresh token's successor already.
        let successor = self.end(Cause::SignedOut(notice), ctx);
        let token = successor.map(|token| (Sensitive::new(token.expose()), REFRESH)).or(token);
        if at_org && id_token.is_none() {
            // The org cannot be told without it; its own session may go on.
            self.owe_password(ctx);
        }
        let id_token = id_token.filter(|_| at_org);
        self.go_on_signing_out(SigningOut { id_token, token, revoked: false, failures: 0 }, ctx);
    }

    fn go_on_signing_out(&mut self, rest: SigningOut, ctx: &mut StepContext<'_>) {
        self.job = Job::SigningOut(rest);
        match self.org.metadata {
            Some(_) => self.sign_out_metadata(None, ctx),
            None => self.org.want_metadata(&self.settings.issuer, Some(PATIENCE), ctx),
        }
    }

    pub(crate) fn sign_out_metadata(&mut self, error: Option<OrgError>, ctx: &mut StepContext<'_>) {
        if let Some(error) = error {
            return self.owe_sign_out(error, ctx);
        }
        let Job::SigningOut(SigningOut { token, revoked, .. }) = &mut self.job else { return };
        // One attempt; after it, that the org can be reached is enough to go on.
        let token = token.as_ref().filter(|_| !*revoked);
        match token.and_then(|token| revocation(&self.org, &self.settings.client_id, token)) {
            Some(request) => {
                *revoked = true;
                ctx.send(Purpose::SignOut, request);
            }
            None => self.leave_signed_out(ctx),
        }
    }

    /// The revocation was answered, or its time is up. Without a network the form would lead to the browser's own
    /// error page, so it is first seen whether there is one.
    pub(crate) fn revoked(&mut self, answer: &Result<HttpAnswer, HttpFailure>, ctx: &mut StepContext<'_>) {
        match answer {
            Err(HttpFailure::Network) => {
                self.org.want_metadata(&self.settings.issuer, Some(PATIENCE), ctx);
            }
            _ => self.leave_signed_out(ctx),
        }
    }

    /// The org cannot be reached: the rest waits for the network, or 5 seconds, and longer each time.
    fn owe_sign_out(&mut self, error: OrgError, ctx: &mut StepContext<'_>) {
        let Job::SigningOut(mut rest) = std::mem::replace(&mut self.job, Job::Idle) else { return };
        ctx.wake_in(SHORTEST_PAUSE * (1 << rest.failures.min(4)));
        (rest.failures, rest.revoked) = (rest.failures + 1, false);
        if rest.id_token.is_some() {
            self.owe_password(ctx);
        }
        self.owed = Some(rest);
        self.notice = Some(AuthNotice::SignOutIncomplete(error));
    }

    /// No sign-in goes without a password until the org knows, or somebody has signed in.
    fn owe_password(&mut self, ctx: &mut StepContext<'_>) {
        self.owes = true;
        ctx.save_only(self.session_slot(), Sensitive::new(sign_out_owed(&self.settings)));
    }

    /// Tries the rest of a sign-out again, unless somebody has signed in meanwhile.
    pub(crate) fn pay_sign_out(&mut self, ctx: &mut StepContext<'_>) {
        if self.owed.is_some() && self.is_free(ctx.now) {
            let rest = self.owed.take().filter(|_| matches!(self.presence, Presence::Nobody));
            if let Some(rest) = rest {
                self.go_on_signing_out(rest, ctx);
            }
        }
    }

    fn leave_signed_out(&mut self, ctx: &mut StepContext<'_>) {
        let Job::SigningOut(SigningOut { id_token, .. }) = &self.job else { return };
        let action = self.org.metadata.as_ref().and_then(|m| m.end_session_endpoint.clone());
        let (Some(action), Some(id_token)) = (action, id_token) else {
            self.job = Job::Idle;
            return;
        };
        if self.owes {
            self.owes = false;
            ctx.remove(self.session_slot());
        }
        let state = Sensitive::new(base64url::encode(&ctx.random[..32]));
        let fields = vec![
            ("id_token_hint", Sensitive::new(id_token.expose())),
            ("post_logout_redirect_uri", Sensitive::new(self.settings.post_logout_text.clone())),
            ("state", state.clone()),
        ];
        ctx.save_only(self.sign_out_slot(), state);
        ctx.push(Effect::SubmitForm { action, fields });
        self.leave(ctx);
    }
}
