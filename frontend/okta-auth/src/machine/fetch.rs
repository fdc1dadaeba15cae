//! Requests of the app: whether the access token goes along, whether it is renewed first, whether a
//! refused request is sent once more.
//!
//! RFC 6750. A 401 with `invalid_token` is tried once more with a new token; a 403 never. A refusal for the
//! way the person signed in (RFC 9470) is answered by the module `step_up`.

#[cfg(feature = "dpop")]
use okta_types::AuthScheme;
use okta_types::{AccessToken, BearerError, Challenge};

#[cfg(feature = "dpop")]
use crate::interface::dpop::KeyName;
use crate::interface::effect::Effect;
use crate::interface::error::{FetchError, OrgError};
use crate::interface::ids::FetchId;
use crate::machine::access::Decision;
use crate::machine::backoff::Backoff;
use crate::machine::core::{Core, Presence};
use crate::machine::fetches::Fetch;
#[cfg(feature = "dpop")]
use crate::machine::fetches::{Proving, Time};
use crate::machine::job::Job;
use crate::machine::next::Next;
use crate::machine::step_up;
use crate::protocol::origins::Destination;
use crate::step_context::StepContext;
#[cfg(feature = "dpop")]
use crate::tickets::{Kind, Purpose};

pub(super) fn start(
    core: &mut Core,
    id: FetchId,
    url: &str,
    #[cfg(feature = "dpop")] method: String,
    ctx: &mut StepContext<'_>,
) -> Next {
    match Destination::of(url, &core.settings.page_origin, &core.settings.api_origins) {
        Some(destination) => {
            let (owner, sent, kept) = (None, None, None);
            let fetch = Fetch {
                id,
                destination,
                owner,
                sent,
                again: false,
                waiting: false,
                #[cfg(feature = "dpop")]
                proving: Proving::new(method),
                kept,
            };
            dispatch(core, fetch, ctx)
        }
        None => {
            ctx.push(Effect::Refuse { fetch: id, error: FetchError::Address });
            Next::Nothing
        }
    }
}

/// A request was answered. The app gets the answer, save for one that a new token may better.
pub(super) fn answered(
    core: &mut Core,
    id: FetchId,
    status: u16,
    challenge: Option<&str>,
    ctx: &mut StepContext<'_>,
) -> Next {
    let Some(fetch) = core.fetches.take(id) else { return Next::Nothing };
    #[cfg(feature = "dpop")]
    let bound = challenge.and_then(|header| Challenge::find(header, AuthScheme::DPoP));
    let challenge = challenge.and_then(Challenge::parse).unwrap_or_default();
    // Where both schemes are asked for, the error is in that of the request.
    #[cfg(feature = "dpop")]
    let challenge = bound.filter(|bound| bound.error.is_some()).unwrap_or(challenge);
    if fetch.again {
        judge_renewed_token(core, status, ctx);
    }
    match (status, challenge.error) {
        _ if fetch.sent.is_none() => {}
        #[cfg(feature = "dpop")]
        (400 | 401, Some(BearerError::UseDpopNonce)) if fetch.proving.may_use_nonce() => {
            return dispatch(core, fetch.with_nonce(), ctx);
        }
        #[cfg(feature = "dpop")]
        (400 | 401, Some(BearerError::InvalidDpopProof)) if fetch.proving.time == Time::Unasked => {
            ask_time(core, fetch, ctx);
            return Next::Nothing;
        }
        (401, Some(BearerError::InvalidToken))
            if !fetch.again && can_get_other_token(core, fetch.sent.as_ref(), ctx) =>
        {
            return dispatch(core, Fetch { again: true, ..fetch }, ctx);
        }
        // Okta's own APIs answer 403 in this case.
        (401 | 403, Some(BearerError::InsufficientUserAuthentication)) => {
            return step_up::answer(core, id, fetch.owner, fetch.kept, &challenge, ctx);
        }
        _ => {}
    }
    ctx.push(Effect::Deliver { fetch: id });
    Next::Nothing
}

/// An answer came with a nonce, for whatever is asked of its origin next.
#[cfg(feature = "dpop")]
pub(super) fn nonce_given(core: &mut Core, id: FetchId, nonce: &str, ctx: &StepContext<'_>) {
    if let Some(fetch) = core.fetches.0.iter_mut().find(|fetch| fetch.id == id) {
        fetch.proving.has_nonce = true;
        core.org.proofs.learn(&fetch.destination.url, nonce, fetch.proving.asked, ctx.now);
    }
}

/// The key of its proof is gone, or was that of another session.
#[cfg(feature = "dpop")]
pub(super) fn key_lost(core: &mut Core, id: FetchId, key: &KeyName, ctx: &mut StepContext<'_>) -> Next {
    let Some(fetch) = core.fetches.take(id) else { return Next::Nothing };
    if !core.key_lost(key) {
        return dispatch(core, fetch, ctx);
    }
    wait(core, fetch);
    Next::Reread
}

/// A clock that is wrong may be why a proof was refused: the answer waits until the time is known.
#[cfg(feature = "dpop")]
fn ask_time(core: &mut Core, mut fetch: Fetch, ctx: &mut StepContext<'_>) {
    fetch.proving.time = Time::Asked;
    core.fetches.0.push(fetch);
    let id = ctx.tickets.issue_for(Purpose::Time, Kind::TimeTold);
    ctx.push(Effect::AskTime { id });
}

/// What waits for the time is sent again where that helps, else answered.
#[cfg(feature = "dpop")]
pub(super) fn time_told(core: &mut Core, is_news: bool, ctx: &mut StepContext<'_>) -> Next {
    let mut next = Next::Nothing;
    for mut fetch in core.fetches.take_all(&|fetch| fetch.proving.time == Time::Asked) {
        fetch.proving.time = Time::Told;
        if !is_news {
            ctx.push(Effect::Deliver { fetch: fetch.id });
            continue;
        }
        match dispatch(core, fetch, ctx) {
            Next::Nothing => {}
            needed => next = needed,
        }
    }
    next
}

/// Whether a renewal helps against a refusal shows when the request is sent again. One that does not is followed by
/// a pause, or every request would bring one.
fn judge_renewed_token(core: &mut Core, status: u16, ctx: &StepContext<'_>) {
    if status != 401 {
        core.refusals = Backoff::default();
    } else if core.refusals.is_over(ctx.now) {
        core.refusals.fail(OrgError::Network, ctx.now, 0, ctx.random[0]);
    }
}

/// Whether another token than the refused one is at hand or can be had.
fn can_get_other_token(core: &Core, refused: Option<&AccessToken>, ctx: &StepContext<'_>) -> bool {
    let Presence::Somebody(session) = &core.presence else { return false };
    Some(&session.access_token) != refused
        || (session.is_renewable()
            && core.backoff.is_over(ctx.now)
            && core.refusals.is_over(ctx.now)
            && !core.is_idle(ctx.now))
}

fn dispatch(core: &mut Core, mut fetch: Fetch, ctx: &mut StepContext<'_>) -> Next {
    if fetch.destination.trusted && fetch.owner.is_none() {
        fetch.owner = core.owner().subject().cloned();
    }
    match decide(core, &fetch, ctx) {
        Decision::Send(authorization) => {
            fetch.sent = authorization.as_ref().map(|authorization| authorization.token.clone());
            fetch.waiting = false;
            let url = fetch.destination.url.clone();
            #[cfg(feature = "dpop")]
            let proof = match &authorization {
                Some(_) => core.prove(&fetch.proving.method, &url, ctx),
                None => None,
            };
            #[cfg(feature = "dpop")]
            {
                fetch.proving.asked = ctx.tickets.issue();
            }
            ctx.push(Effect::Forward {
                fetch: fetch.id,
                url,
                authorization,
                #[cfg(feature = "dpop")]
                proof,
            });
            core.fetches.0.push(fetch);
        }
        Decision::Wait => wait(core, fetch),
        Decision::Renew => {
            wait(core, fetch);
            return Next::Renew;
        }
        Decision::Expire => {
            wait(core, fetch);
            return Next::Reread;
        }
        // The answer that is already there says more.
        Decision::Refuse(_) if fetch.again => ctx.push(Effect::Deliver { fetch: fetch.id }),
        Decision::Refuse(error) => ctx.push(Effect::Refuse { fetch: fetch.id, error }),
    }
    Next::Nothing
}

fn wait(core: &mut Core, mut fetch: Fetch) {
    fetch.waiting = true;
    core.fetches.0.push(fetch);
}

fn decide(core: &Core, fetch: &Fetch, ctx: &StepContext<'_>) -> Decision {
    if !fetch.destination.trusted {
        return Decision::Send(None);
    }
    let session = match &core.presence {
        Presence::Somebody(session) => session,
        Presence::Unknown => return Decision::Wait,
        _ if matches!(core.job, Job::Callback(_)) => return Decision::Wait,
        _ => return Decision::Send(None),
    };
    core.token(session, fetch.again.then_some(fetch.sent.as_ref()).flatten(), ctx)
}

/// Sends what waited, as far as it may go now.
pub(super) fn serve_waiting(core: &mut Core, ctx: &mut StepContext<'_>) -> Next {
    let mut next = Next::Nothing;
    for fetch in core.fetches.take_waiting() {
        // One session, so what one of them needs is what all need.
        match dispatch(core, fetch, ctx) {
            Next::Nothing => {}
            needed => next = needed,
        }
    }
    next
}
