//! Sign-out: here at once, then at the org.
//!
//! The stored session goes first, so that nothing that hangs or fails afterwards leaves it behind. Then the
//! refresh token is revoked (RFC 7009, best effort, time-boxed) and the page leaves by a form `POST` to the
//! org (OpenID Connect RP-Initiated Logout §2), which keeps the ID token out of addresses and logs.
//!
//! Where the org cannot be reached the page stays and says so, and the rest is left unfinished: it is tried again when the
//! network is back, and until then every sign-in of this browser asks for a password, for the org may still have the
//! session of whoever signed out.

use std::time::Duration;

use okta_types::base64url;

use crate::interface::effect::Effect;
use crate::interface::error::OrgError;
use crate::interface::event::{HttpAnswer, HttpFailure};
use crate::interface::status::AuthNotice;
use crate::machine::core::{Core, Presence};
use crate::machine::job::{Job, SigningOut};
use crate::machine::revocation::{SIGN_OUT_TIMEOUT, revocation};
use crate::machine::session::unfinished_sign_out_record;
use crate::machine::session_end::Cause;
use crate::machine::token_to_revoke::{ACCESS, REFRESH};
use crate::protocol::sensitive::Sensitive;
use crate::step_context::StepContext;
use crate::tickets::Purpose;

/// Between two attempts to reach the org.
const SHORTEST_PAUSE: Duration = Duration::from_secs(5);

/// Ends the session in this tab, in the storage and in the other tabs, then `at_org`; the notice says why where
/// nobody asked for it. A sign-in that is about to leave the page is given up for it.
pub(super) fn start(core: &mut Core, at_org: bool, notice: Option<AuthNotice>, ctx: &mut StepContext<'_>) {
    let gives_way = core.is_free(ctx.now) || matches!(core.job, Job::SigningIn(_));
    if !gives_way || core.owner().subject().is_none() {
        return;
    }
    let (id_token, token) = match &core.presence {
        Presence::Somebody(session) => {
            let token = match &session.refresh_token {
                Some(token) => (Sensitive::new(token.expose()), REFRESH),
                None => (Sensitive::new(session.access_token.expose()), ACCESS),
            };
            (Some(session.id_token.clone()), Some(token))
        }
        Presence::Expired(ended) => (ended.id_token.clone(), None),
        _ => (None, None),
    };
    // A renewal under way may have brought the refresh token's successor already.
    let successor = core.end(Cause::SignedOut(notice), ctx);
    let token = successor.map(|token| (Sensitive::new(token.expose()), REFRESH)).or(token);
    if at_org && id_token.is_none() {
        // The org cannot be told without it; its own session may go on.
        require_reauthentication(core, ctx);
    }
    let id_token = id_token.filter(|_| at_org);
    go_on(core, SigningOut { id_token, token, revoked: false, failures: 0 }, ctx);
}

fn go_on(core: &mut Core, rest: SigningOut, ctx: &mut StepContext<'_>) {
    // Who would go on with them is gone; what comes next is an answer to this.
    ctx.tickets.forget(Purpose::Keys);
    core.job = Job::SigningOut(rest);
    match core.org.metadata {
        Some(_) => metadata_settled(core, None, ctx),
        None => core.org.want_metadata(&core.settings.issuer, Some(SIGN_OUT_TIMEOUT), ctx),
    }
}

pub(super) fn metadata_settled(core: &mut Core, error: Option<OrgError>, ctx: &mut StepContext<'_>) {
    if let Some(error) = error {
        return postpone(core, error, ctx);
    }
    let Job::SigningOut(SigningOut { token, revoked, .. }) = &mut core.job else { return };
    // One attempt; after it, that the org can be reached is enough to go on.
    let token = token.as_ref().filter(|_| !*revoked);
    match token.and_then(|token| revocation(&core.org, &core.settings.client_id, token)) {
        Some(request) => {
            *revoked = true;
            ctx.send(Purpose::SignOut, request);
        }
        None => leave_signed_out(core, ctx),
    }
}

/// The revocation was answered, or its time is up. Without a network the form would lead to the browser's own
/// error page, so it is first seen whether there is one.
pub(super) fn revoked(core: &mut Core, answer: &Result<HttpAnswer, HttpFailure>, ctx: &mut StepContext<'_>) {
    match answer {
        Err(HttpFailure::Network) => {
            core.org.want_metadata(&core.settings.issuer, Some(SIGN_OUT_TIMEOUT), ctx);
        }
        _ => leave_signed_out(core, ctx),
    }
}

/// The org cannot be reached: the rest waits for the network, or 5 seconds, and longer each time.
fn postpone(core: &mut Core, error: OrgError, ctx: &mut StepContext<'_>) {
    let Job::SigningOut(mut rest) = std::mem::replace(&mut core.job, Job::Idle) else { return };
    ctx.wake_in(SHORTEST_PAUSE * (1 << rest.failures.min(4)));
    (rest.failures, rest.revoked) = (rest.failures + 1, false);
    if rest.id_token.is_some() {
        require_reauthentication(core, ctx);
    }
    core.unfinished_sign_out = Some(rest);
    core.notice = Some(AuthNotice::SignOutIncomplete(error));
}

/// No sign-in goes without a password until the org knows, or somebody has signed in.
fn require_reauthentication(core: &mut Core, ctx: &mut StepContext<'_>) {
    core.must_reauthenticate = true;
    ctx.save_only(core.session_slot(), Sensitive::new(unfinished_sign_out_record(&core.settings)));
}

/// Tries the rest of a sign-out again, unless somebody has signed in meanwhile.
pub(super) fn try_again(core: &mut Core, ctx: &mut StepContext<'_>) {
    if core.unfinished_sign_out.is_some() && core.is_free(ctx.now) {
        let rest = core.unfinished_sign_out.take().filter(|_| matches!(core.presence, Presence::Nobody));
        if let Some(rest) = rest {
            go_on(core, rest, ctx);
        }
    }
}

fn leave_signed_out(core: &mut Core, ctx: &mut StepContext<'_>) {
    let Job::SigningOut(SigningOut { id_token, .. }) = &core.job else { return };
    let action = core.org.metadata.as_ref().and_then(|m| m.end_session_endpoint.clone());
    let (Some(action), Some(id_token)) = (action, id_token) else {
        core.job = Job::Idle;
        return;
    };
    if core.must_reauthenticate {
        core.must_reauthenticate = false;
        ctx.remove(core.session_slot());
    }
    let state = Sensitive::new(base64url::encode(&ctx.random[..32]));
    let fields = vec![
        ("id_token_hint", Sensitive::new(id_token.expose())),
        ("post_logout_redirect_uri", Sensitive::new(core.settings.post_logout_text.clone())),
        ("state", state.clone()),
    ];
    ctx.save_only(core.sign_out_slot(), state);
    ctx.push(Effect::SubmitForm { action, fields });
    core.leave(ctx);
}
