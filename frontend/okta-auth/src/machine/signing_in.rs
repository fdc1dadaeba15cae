//! The first half of a sign-in: discovery, the transaction, the way to the org.
//!
//! The page leaves only when the transaction is kept: without it the answer could not be recognised. Where the org
//! requires it, the request goes to it before the page does (module `pushed`).

#[cfg(feature = "mail-links")]
use std::rc::Rc;

use crate::interface::effect::Effect;
use crate::interface::error::{OrgError, SignInError};
#[cfg(feature = "par")]
use crate::interface::event::{HttpAnswer, HttpFailure};
use crate::interface::sign_in::SignIn;
use crate::interface::status::AuthNotice;
#[cfg(feature = "mail-links")]
use crate::interface::status::{CallbackFailure, CallbackStatus};
use crate::machine::core::Core;
use crate::machine::job::{Job, SigningIn, SigningInStep};
#[cfg(feature = "par")]
use crate::machine::pushed;
use crate::machine::transaction::{self, Pending};
#[cfg(feature = "wanted-pages")]
use crate::machine::wanted::Wanted;
use crate::protocol::sensitive::Sensitive;
use crate::step_context::StepContext;
use crate::tickets::Purpose;

/// Begins a sign-in unless something else holds the foreground: a second click changes nothing.
pub(super) fn start(core: &mut Core, request: SignIn, ctx: &mut StepContext<'_>) {
    if !core.is_free(ctx.now) {
        return;
    }
    if let Some(name) = request.refused {
        core.notice = Some(AuthNotice::SignInFailed(SignInError::Parameter(name)));
        return;
    }
    core.job = Job::SigningIn(SigningIn {
        request,
        step: SigningInStep::Metadata,
        #[cfg(feature = "wanted-pages")]
        wanted: Wanted::default(),
    });
    match core.org.metadata {
        Some(_) => metadata_settled(core, None, ctx),
        None => core.org.want_metadata(&core.settings.issuer, None, ctx),
    }
}

/// A link of somebody else asks for a sign-in.
pub(super) fn initiated(core: &mut Core, query: &str, ctx: &mut StepContext<'_>) {
    match SignIn::initiated(query, &core.settings) {
        Ok(request) => start(core, request, ctx),
        // Whatever holds the foreground goes on.
        Err(error) => core.notice = Some(AuthNotice::SignInFailed(error)),
    }
}

/// The discovery document came, or did not.
pub(super) fn metadata_settled(core: &mut Core, error: Option<OrgError>, ctx: &mut StepContext<'_>) {
    let slot = core.pending_slot();
    #[cfg(feature = "wanted-pages")]
    let wanted_slot = core.wanted_slot();
    let Job::SigningIn(SigningIn { step: step @ SigningInStep::Metadata, .. }) = &mut core.job else {
        return;
    };
    match error {
        Some(error) => fail(core, SignInError::Org(error), ctx),
        #[cfg(feature = "wanted-pages")]
        None if wanted_slot.is_some() => {
            *step = SigningInStep::Finding;
            if let Some(slot) = wanted_slot {
                ctx.load(Purpose::SignIn, slot);
            }
        }
        None => {
            ctx.load(Purpose::SignIn, slot);
            *step = SigningInStep::Loading;
        }
    }
}

/// Where other tabs' sign-ins were to end was read: this one may end there too.
#[cfg(feature = "wanted-pages")]
fn wanted_loaded(core: &mut Core, text: Option<&str>, ctx: &mut StepContext<'_>) {
    let slot = core.pending_slot();
    #[cfg(feature = "mail-links")]
    let owner = core.owner();
    let Job::SigningIn(signing_in) = &mut core.job else { return };
    signing_in.wanted = Wanted::parse(text, ctx.now, ctx.read_json);
    #[cfg(feature = "mail-links")]
    if let Some(target) = signing_in.wanted.target(None).filter(|_| signing_in.request.resumes) {
        target.clone_into(&mut signing_in.request.target);
        signing_in.request.page_of = owner.subject().cloned();
    }
    signing_in.step = SigningInStep::Loading;
    ctx.load(Purpose::SignIn, slot);
}

/// The pending sign-ins were read: this one is added, and kept or pushed.
pub(super) fn pending_loaded(core: &mut Core, text: Option<&str>, ctx: &mut StepContext<'_>) {
    #[cfg(feature = "wanted-pages")]
    if let Job::SigningIn(SigningIn { step: SigningInStep::Finding, .. }) = &core.job {
        return wanted_loaded(core, text, ctx);
    }
    #[cfg(feature = "wanted-pages")]
    let wanted_slot = core.wanted_slot();
    let slot = core.pending_slot();
    let Job::SigningIn(signing_in) = &mut core.job else { return };
    let SigningIn { request, step, .. } = signing_in;
    let Some(metadata) = &core.org.metadata else { return };
    let limit = core.settings.redirect_limit;
    let mut pending = Pending::parse(text, limit, ctx.now, ctx.read_json);
    if limit.is_reached(&pending.departures) {
        return fail(core, SignInError::Loop, ctx);
    }
    if core.must_reauthenticate {
        request.require_reauthentication();
    }
    let (form, transaction) = transaction::begin(&core.settings, request, ctx.random, ctx.now);
    #[cfg(feature = "wanted-pages")]
    if let Some(slot) = wanted_slot.filter(|_| !request.is_renewal()) {
        ctx.save_only(slot, Sensitive::new(signing_in.wanted.add(&transaction)));
    }
    pending.add(transaction, ctx.now);
    let text = Sensitive::new(pending.to_text().unwrap_or_default());
    #[cfg(feature = "par")]
    if let Some(url) = metadata.pushed_authorization_request_endpoint.clone() {
        ctx.send(Purpose::SignIn, pushed::request(url, form));
        *step = SigningInStep::Pushing(Some(text));
        return;
    }
    ctx.save(Purpose::SignIn, slot, text);
    *step = SigningInStep::Saving(transaction::address(metadata, &form));
}

/// The pushed request was answered: what the org is asked at the address is the name of it (RFC 9126 §4).
#[cfg(feature = "par")]
pub(super) fn push_answered(
    core: &mut Core,
    answer: &Result<HttpAnswer, HttpFailure>,
    ctx: &mut StepContext<'_>,
) {
    let slot = core.pending_slot();
    let Job::SigningIn(SigningIn { step, request, .. }) = &mut core.job else { return };
    let SigningInStep::Pushing(text) = std::mem::replace(step, SigningInStep::Metadata) else {
        return;
    };
    let Some(metadata) = &core.org.metadata else { return };
    let is_as_required = !core.must_reauthenticate || request.requires_reauthentication();
    match (pushed::read_name(answer, ctx.read_json), text.filter(|_| is_as_required)) {
        (Err(error), _) => fail(core, SignInError::Org(error), ctx),
        // Whoever is here now is somebody else, or must show their password: another request.
        (Ok(_), None) => {
            ctx.load(Purpose::SignIn, slot);
            *step = SigningInStep::Loading;
        }
        (Ok(uri), Some(text)) => {
            let form = pushed::named(&core.settings.client_id, &uri);
            ctx.save(Purpose::SignIn, slot, text);
            *step = SigningInStep::Saving(transaction::address(metadata, &form));
        }
    }
}

/// The transaction was kept, or the storage refused.
pub(super) fn transaction_saved(core: &mut Core, ok: bool, ctx: &mut StepContext<'_>) {
    let Job::SigningIn(SigningIn { step: SigningInStep::Saving(url), request, .. }) = &core.job else {
        return;
    };
    if ok {
        ctx.push(Effect::Navigate { url: url.clone(), replace: request.in_place });
        core.leave(ctx);
    } else {
        fail(core, SignInError::Storage, ctx);
    }
}

fn fail(core: &mut Core, error: SignInError, ctx: &mut StepContext<'_>) {
    let _job = std::mem::replace(&mut core.job, Job::Idle);
    #[cfg(feature = "silent-renewal")]
    if matches!(_job, Job::SigningIn(SigningIn { request: SignIn { renews: Some(_), .. }, .. })) {
        core.serves = true;
        return core.silent_renewal_failed(error, ctx);
    }
    #[cfg(not(feature = "silent-renewal"))]
    let _ = ctx;
    // Nothing is shown at the callback yet.
    #[cfg(feature = "mail-links")]
    if let (CallbackStatus::Working, Job::SigningIn(SigningIn { request, .. })) = (&core.callback, &_job) {
        let retry = Rc::new(request.clone());
        core.callback = CallbackStatus::Failed(CallbackFailure { error, retry });
        return;
    }
    core.notice = Some(AuthNotice::SignInFailed(error));
}
