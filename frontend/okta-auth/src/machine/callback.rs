//! The start of a page, and the second half of a sign-in where the page is the callback's.
//!
//! RFC 6749 §4.1.2, RFC 9207, OpenID Connect Core §3.1.2.5. The code leaves the address bar before anything
//! is sent. Nothing here starts a sign-in: a failure is shown, or it would be a loop.

use std::rc::Rc;

use crate::interface::effect::Effect;
use crate::interface::error::SignInError;
use crate::interface::message::Message;
use crate::interface::sign_in::SignIn;
use crate::interface::status::{AuthNotice, CallbackFailure, CallbackStatus};
use crate::machine::arrival::{Answer, Arrival};
use crate::machine::core::{Core, Presence};
use crate::machine::exchange::{Exchange, Outcome};
use crate::machine::grant::Grant;
use crate::machine::job::{Callback, Job};
#[cfg(feature = "dpop")]
use crate::machine::key::drop_key;
use crate::machine::next::Next;
use crate::machine::session::Stored;
use crate::machine::transaction::{Pending, Transaction};
use crate::protocol::return_target::ReturnTarget;
use crate::protocol::sensitive::Sensitive;
use crate::step_context::StepContext;
use crate::tickets::Purpose;

/// The page was loaded: the address is cleaned, then the stored session is read.
pub(super) fn started(core: &mut Core, address: &Sensitive, ctx: &mut StepContext<'_>) {
    let arrival = Arrival::of(address.expose(), &core.settings);
    if let Arrival::Callback(_) = &arrival {
        core.callback = CallbackStatus::Working;
        ctx.push(Effect::ReplaceUrl { url: core.settings.redirect_uri.path().to_owned() });
    }
    ctx.load(Purpose::Start, core.session_slot());
    core.job = Job::Starting { arrival };
}

/// The stored session was read, or there was none.
pub(super) fn session_loaded(core: &mut Core, text: Option<&str>, ctx: &mut StepContext<'_>) -> Next {
    let Job::Starting { arrival } = std::mem::replace(&mut core.job, Job::Idle) else {
        return Next::Nothing;
    };
    match arrival {
        Arrival::Callback(Some(answer)) => {
            ctx.load(Purpose::Callback, core.pending_slot());
            core.job = Job::Callback(Callback::Taking { answer });
            restore_session(core, text, ctx);
        }
        Arrival::Callback(None) => {
            restore_session(core, text, ctx);
            answer_unknown(core, None, None, SignIn::to("/"), ctx);
        }
        Arrival::SignedOut { state } => {
            restore_session(core, text, ctx);
            came_back_from_sign_out(core, state, ctx);
        }
        Arrival::Page => restore_session(core, text, ctx),
    }
    Next::Started
}

fn restore_session(core: &mut Core, text: Option<&str>, ctx: &mut StepContext<'_>) {
    match Stored::read(text, &core.settings, ctx.read_json) {
        Stored::Session(session) => core.adopt(*session, ctx),
        Stored::Expired(ended) => {
            core.enter(Presence::Expired(ended), ctx);
            core.notice = Some(AuthNotice::SessionExpired);
        }
        Stored::Newer => core.enter(Presence::Superseded, ctx),
        Stored::SignOutUnfinished => {
            core.must_reauthenticate = true;
            core.enter(Presence::Nobody, ctx);
        }
        Stored::Nothing => core.enter(Presence::Nobody, ctx),
        Stored::Unreadable => {
            ctx.remove(core.session_slot());
            core.enter(Presence::Nobody, ctx);
        }
    }
}

/// The pending sign-ins were read: the one of this `state` is taken out before anything else.
pub(super) fn transactions_loaded(core: &mut Core, text: Option<&str>, ctx: &mut StepContext<'_>) -> Next {
    let Job::Callback(Callback::Taking { answer }) = std::mem::replace(&mut core.job, Job::Idle) else {
        return Next::Nothing;
    };
    let mut pending = Pending::parse(text, core.settings.redirect_limit, ctx.now, ctx.read_json);
    let taken =
        answer.state.as_ref().and_then(|state| pending.take(state.expose(), core.settings.issuer.as_str()));
    pending.discard_foreign(core.owner().subject());
    if text.is_some() && !pending.is_newer {
        core.store_pending(&pending, ctx);
    }
    match taken {
        Some(transaction) if !transaction.is_over(ctx.now) => answer_known(core, answer, transaction, ctx),
        late => {
            let again = late.map_or_else(|| SignIn::to("/"), Transaction::into_sign_in);
            answer_unknown(core, answer.state.as_ref(), answer.result.err(), again, ctx);
            Next::Serve
        }
    }
}

/// An answer nobody waits for, or no longer. Signed in already: nothing is lost; on to where that sign-in ended,
/// if it is this very one, else to where `again` is to end. Otherwise the org's refusal is shown if it is one: its
/// cause matters more than the missing transaction.
fn answer_unknown(
    core: &mut Core,
    state: Option<&Sensitive>,
    error: Option<SignInError>,
    again: SignIn,
    ctx: &mut StepContext<'_>,
) {
    if let Presence::Somebody(session) = &core.presence {
        let seen = state.is_some_and(|state| state.expose() == session.state && !session.state.is_empty());
        let target = if seen { session.target.as_str() } else { again.target.as_str() };
        let target = ReturnTarget::of(target, core.settings.redirect_uri.path());
        return land(core, &target, ctx);
    }
    let error = match error {
        Some(refused @ SignInError::Refused(_)) => refused,
        _ if !core.storage_works => SignInError::Storage,
        _ => SignInError::NotStarted,
    };
    fail(core, error, again);
}

fn answer_known(
    core: &mut Core,
    answer: Answer,
    transaction: Transaction,
    ctx: &mut StepContext<'_>,
) -> Next {
    // RFC 9207 §2.4: before anything of the answer is used, and for refusals as well.
    let foreign = answer.issuer.as_deref().is_some_and(|iss| iss != core.settings.issuer.as_str());
    let result = if foreign { Err(SignInError::WrongIssuer) } else { answer.result };
    let code = match result {
        Ok(code) => code,
        Err(error) => {
            fail(core, error, transaction.into_sign_in());
            return Next::Serve;
        }
    };
    let issuer_named = answer.issuer.is_some();
    let transaction = Box::new(transaction);
    let mut exchange = Box::new(Exchange::new(Grant::Code { code, transaction, issuer_named }));
    let outcome = exchange.proceed(&core.settings, &mut core.org, ctx);
    core.job = Job::Callback(Callback::Exchanging(exchange));
    exchanged(core, outcome, ctx)
}

/// The exchange went on; where it is over, so is the callback.
pub(super) fn exchanged(core: &mut Core, outcome: Outcome, ctx: &mut StepContext<'_>) -> Next {
    let Some(result) = outcome else { return Next::Nothing };
    let Job::Callback(Callback::Exchanging(mut exchange)) = std::mem::replace(&mut core.job, Job::Idle)
    else {
        return Next::Nothing;
    };
    if let Some(token) = exchange.take_refused() {
        core.revoke_any(&token, ctx);
    }
    #[cfg(feature = "dpop")]
    if let Some(key) = exchange.unused_key(&result, &core.settings) {
        drop_key(key, ctx);
    }
    let Some(transaction) = exchange.into_transaction() else { return Next::Nothing };
    match result {
        Ok(session) => {
            let target = ReturnTarget::of(&transaction.target, core.settings.redirect_uri.path());
            core.adopt(session, ctx);
            core.save_session(ctx);
            ctx.push(Effect::Broadcast(Message::SignedIn));
            ctx.remove(core.sign_out_slot());
            land(core, &target, ctx);
            Next::SignedIn(transaction)
        }
        Err(error) => {
            fail(core, SignInError::Org(error), transaction.into_sign_in());
            Next::Serve
        }
    }
}

/// Perhaps back from the org: what was sent along decides.
fn came_back_from_sign_out(core: &mut Core, state: Option<String>, ctx: &mut StepContext<'_>) {
    ctx.load(Purpose::SignOutState, core.sign_out_slot());
    core.returning = state.map(Sensitive::new);
}

/// The `state` of the last sign-out was read, if there was one. It leaves the address bar where it is the
/// one sent along. Another one or none means nothing, nobody is signed in or out by it; the person is
/// told that the org did not confirm.
pub(super) fn sign_out_state_loaded(core: &mut Core, text: Option<&str>, ctx: &mut StepContext<'_>) {
    let state = core.returning.take();
    let Some(text) = text else { return };
    let state = state.as_ref().map(Sensitive::expose);
    if state == Some(text) {
        ctx.push(Effect::ReplaceUrl { url: core.settings.post_logout.path().to_owned() });
    } else {
        core.notice = Some(AuthNotice::SignOutUnconfirmed);
    }
    // A forged answer must not spoil the true one.
    if state.is_none_or(|state| state == text) {
        ctx.remove(core.sign_out_slot());
    }
}

fn land(core: &mut Core, target: &ReturnTarget, ctx: &mut StepContext<'_>) {
    ctx.push(Effect::ReplaceUrl { url: target.as_str().to_owned() });
    core.callback = CallbackStatus::Landed { path: target.path().to_owned() };
}

fn fail(core: &mut Core, error: SignInError, retry: SignIn) {
    core.callback = CallbackStatus::Failed(CallbackFailure { error, retry: Rc::new(retry) });
}
