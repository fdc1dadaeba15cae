//! The start of a page, and the second half of a sign-in where the page is the callback's.
//!
//! RFC 6749 §4.1.2, RFC 9207, OpenID Connect Core §3.1.2.5. The code leaves the address bar before anything
//! is sent. A failure is shown and starts no sign-in, or it would be a loop. One begins where the org asks for it, and where
//! its answer came to another tab than the one that waits for it; the limit on redirects holds for both.

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
#[cfg(feature = "mail-links")]
use crate::machine::session::Session;
use crate::machine::session::Stored;
#[cfg(feature = "silent-renewal")]
use crate::machine::silent_trip::Renewed;
use crate::machine::transaction::{Pending, Transaction};
#[cfg(feature = "mail-links")]
use crate::machine::wanted::Wanted;
use crate::protocol::return_target::ReturnTarget;
use crate::protocol::sensitive::Sensitive;
use crate::step_context::StepContext;
use crate::tickets::Purpose;

/// The page was loaded: the address is cleaned, then the stored session is read.
pub(super) fn started(core: &mut Core, address: &Sensitive, ctx: &mut StepContext<'_>) {
    let arrival = Arrival::of(address.expose(), &core.settings);
    #[cfg(feature = "mail-links")]
    let is_callback = matches!(arrival, Arrival::Callback(_) | Arrival::Initiated(_));
    #[cfg(not(feature = "mail-links"))]
    let is_callback = matches!(arrival, Arrival::Callback(_));
    if is_callback {
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
        #[cfg(feature = "mail-links")]
        Arrival::Initiated(query) => {
            restore_session(core, text, ctx);
            match SignIn::initiated(&query, &core.settings) {
                Ok(request) => return Next::StartedBy(Box::new(request)),
                Err(error) => show_failure(core, error, SignIn::to("/")),
            }
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
    let answer = match std::mem::replace(&mut core.job, Job::Idle) {
        Job::Callback(Callback::Taking { answer }) => answer,
        #[cfg(feature = "mail-links")]
        Job::Callback(Callback::Finding { answer }) => return wanted_loaded(core, answer, text, ctx),
        _ => return Next::Nothing,
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
        #[cfg(feature = "mail-links")]
        None if answer.state.is_some()
            && !pending.is_newer
            && let Some(slot) = core.wanted_slot() =>
        {
            ctx.load(Purpose::Callback, slot);
            core.job = Job::Callback(Callback::Finding { answer });
            Next::Nothing
        }
        late => {
            let again = late.map_or_else(|| SignIn::to("/"), Transaction::into_sign_in);
            answer_unknown(core, answer.state.as_ref(), answer.result.err(), again, ctx);
            Next::Serve
        }
    }
}

/// Where other tabs' sign-ins were to end was read. Whose answer came here instead, because they followed a mail's link, has
/// a session at the org by now: another sign-in leads them to the same place.
#[cfg(feature = "mail-links")]
fn wanted_loaded(core: &mut Core, answer: Answer, text: Option<&str>, ctx: &mut StepContext<'_>) -> Next {
    let wanted = Wanted::parse(text, ctx.now, ctx.read_json);
    let target = wanted.target(answer.state.as_ref().map(Sensitive::expose));
    let page_of = core.owner().subject().cloned();
    let found = target.map(|target| SignIn { page_of, ..SignIn::to(target) });
    match found {
        Some(request) if answer.result.is_ok() && !matches!(core.presence, Presence::Somebody(_)) => {
            Next::SignIn(Box::new(request.in_place()))
        }
        found => {
            let again = found.unwrap_or_else(|| SignIn::to("/"));
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
        let target = core.settings.landing(target);
        return land(core, &target, ctx);
    }
    let error = match error {
        Some(refused @ SignInError::Refused(_)) => refused,
        _ if !core.storage_works => SignInError::Storage,
        _ => SignInError::NotStarted,
    };
    show_failure(core, error, again);
}

fn answer_known(
    core: &mut Core,
    answer: Answer,
    transaction: Transaction,
    ctx: &mut StepContext<'_>,
) -> Next {
    #[cfg(feature = "silent-renewal")]
    let renews = match core.renewed_by(&transaction) {
        Renewed::Session(session) => Some(session),
        Renewed::Nothing => None,
        Renewed::Gone => {
            let target = core.settings.landing(&transaction.target);
            land(core, &target, ctx);
            return Next::Serve;
        }
    };
    // This tab is back where it was to end. Seen again, the answer begins nothing.
    #[cfg(feature = "mail-links")]
    if let Some(slot) = core.wanted_slot() {
        ctx.remove(slot);
    }
    let issuer_named = answer.issuer.is_some();
    let code = match answer.judge(&core.settings) {
        Ok(code) => code,
        Err(error) => {
            fail(core, error, transaction, ctx);
            return Next::Serve;
        }
    };
    let transaction = Box::new(transaction);
    let grant = Grant::Code {
        code,
        transaction,
        issuer_named,
        #[cfg(feature = "silent-renewal")]
        renews,
    };
    let mut exchange = Box::new(Exchange::new(grant, Purpose::Callback));
    let outcome = exchange.begin(&core.settings, &core.org, ctx);
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
            let target = core.settings.landing(&transaction.target);
            #[cfg(feature = "mail-links")]
            let (session, target) = match &transaction.page_of {
                // Also for whoever sees the answer again.
                Some(subject) if *subject != session.subject() => {
                    (Session { target: String::new(), ..session }, core.settings.home())
                }
                _ => (session, target),
            };
            core.adopt(session, ctx);
            core.save_session(ctx);
            ctx.push(Effect::Broadcast(Message::SignedIn));
            ctx.remove(core.sign_out_slot());
            land(core, &target, ctx);
            Next::SignedIn(transaction)
        }
        Err(error) => {
            fail(core, SignInError::Org(error), *transaction, ctx);
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

/// The org's answer has brought no session. Where the page went by itself, to renew one, it is back where it was.
fn fail(core: &mut Core, error: SignInError, transaction: Transaction, ctx: &mut StepContext<'_>) {
    #[cfg(feature = "silent-renewal")]
    if transaction.renews.is_some() {
        let target = core.settings.landing(&transaction.target);
        land(core, &target, ctx);
        return core.silent_renewal_failed(error, ctx);
    }
    #[cfg(not(feature = "silent-renewal"))]
    let _ = ctx;
    show_failure(core, error, transaction.into_sign_in());
}

fn show_failure(core: &mut Core, error: SignInError, retry: SignIn) {
    core.callback = CallbackStatus::Failed(CallbackFailure { error, retry: Rc::new(retry) });
}
