//! The first half of a sign-in: discovery, the transaction, the way to the org.
//!
//! The page leaves only when the transaction is kept: without it the answer could not be recognised. Where the org
//! requires it, the request goes to it before the page does (module `pushed`).

use crate::interface::effect::Effect;
use crate::interface::error::{OrgError, SignInError};
use crate::interface::sign_in::SignIn;
use crate::interface::status::AuthNotice;
use crate::machine::core::{Core, Presence};
use crate::machine::job::{Job, SigningIn, SigningInStep};
use crate::machine::next::Next;
use crate::machine::transaction::{self, Pending};
use crate::protocol::sensitive::Sensitive;
use crate::step_context::StepContext;
use crate::tickets::Purpose;

impl Core {
    /// Begins a sign-in unless something else holds the foreground: a second click changes nothing.
    pub(crate) fn sign_in(&mut self, request: SignIn, ctx: &mut StepContext<'_>) {
        if !self.is_free(ctx.now) {
            return;
        }
        if let Some(name) = request.refused {
            return self.sign_in_failed(SignInError::Parameter(name));
        }
        self.job = Job::SigningIn(SigningIn { request, step: SigningInStep::Metadata });
        match self.org.metadata {
            Some(_) => self.sign_in_metadata(None, ctx),
            None => self.org.want_metadata(&self.settings.issuer, None, ctx),
        }
    }

    pub(crate) fn sign_in_metadata(&mut self, error: Option<OrgError>, ctx: &mut StepContext<'_>) {
        let slot = self.pending_slot();
        let Job::SigningIn(SigningIn { step: step @ SigningInStep::Metadata, .. }) = &mut self.job else {
            return;
        };
        match error {
            Some(error) => self.sign_in_failed(SignInError::Org(error)),
            None => {
                ctx.load(Purpose::SignIn, slot);
                *step = SigningInStep::Loading;
            }
        }
    }

    pub(crate) fn pending_loaded(&mut self, text: Option<&str>, ctx: &mut StepContext<'_>) {
        let slot = self.pending_slot();
        let Job::SigningIn(SigningIn { request, step }) = &mut self.job else { return };
        let Some(metadata) = &self.org.metadata else { return };
        let limit = self.settings.redirect_limit;
        let mut pending = Pending::parse(text, limit, ctx.now, ctx.read_json);
        if limit.is_reached(&pending.departures) {
            return self.sign_in_failed(SignInError::Loop);
        }
        if self.owes {
            request.ask_again();
        }
        let (form, transaction) = transaction::begin(&self.settings, request, ctx.random, ctx.now);
        pending.add(transaction, ctx.now);
        let text = Sensitive::new(pending.to_text().unwrap_or_default());
        #[cfg(feature = "par")]
        if let Some(url) = metadata.pushed_authorization_request_endpoint.clone() {
            ctx.send(Purpose::SignIn, crate::machine::pushed::request(url, form));
            *step = SigningInStep::Pushing(Some(text));
            return;
        }
        ctx.save(Purpose::SignIn, slot, text);
        *step = SigningInStep::Saving(transaction::address(metadata, &form));
    }

    pub(crate) fn transaction_saved(&mut self, ok: bool, ctx: &mut StepContext<'_>) {
        let Job::SigningIn(SigningIn { step: SigningInStep::Saving(url), request }) = &self.job else {
            return;
        };
        if ok {
            ctx.push(Effect::Navigate { url: url.clone(), replace: request.in_place });
            self.leave(ctx);
        } else {
            self.sign_in_failed(SignInError::Storage);
        }
    }

    /// A link of somebody else asks for a sign-in.
    pub(crate) fn initiated(&mut self, query: &str, ctx: &mut StepContext<'_>) {
        match SignIn::initiated(query, &self.settings) {
            Ok(request) => self.sign_in(request, ctx),
            // Whatever holds the foreground goes on.
            Err(error) => self.notice = Some(AuthNotice::SignInFailed(error)),
        }
    }

    pub(crate) fn sign_in_failed(&mut self, error: SignInError) {
        self.job = Job::Idle;
        self.notice = Some(AuthNotice::SignInFailed(error));
    }

    /// Back from the browser's cache: nothing is being left any more, and other tabs may have been busy.
    pub(crate) fn returned(&mut self) -> Next {
        if matches!(self.job, Job::Leaving { .. }) {
            self.job = Job::Idle;
        }
        if matches!(self.presence, Presence::Unknown) { Next::Nothing } else { Next::Reread }
    }
}
