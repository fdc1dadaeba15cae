//! Requests of the app: whether the access token goes along, whether it is renewed first, whether a
//! refused request is sent once more.
//!
//! RFC 6750. A 401 with `invalid_token` is tried once more with a new token; a 403 never. A refusal for the
//! way the person signed in (RFC 9470) is answered by the module `step_up`.

use okta_types::{AccessToken, BearerError, Challenge};

use crate::interface::effect::Effect;
use crate::interface::error::{FetchError, OrgError};
use crate::interface::ids::FetchId;
use crate::machine::access::Decision;
use crate::machine::backoff::Backoff;
use crate::machine::core::{Core, Presence};
use crate::machine::fetches::Fetch;
use crate::machine::job::Job;
use crate::machine::next::Next;
use crate::machine::step_up;
use crate::protocol::origins::Destination;
use crate::step_context::StepContext;

pub(super) fn start(core: &mut Core, id: FetchId, url: &str, ctx: &mut StepContext<'_>) -> Next {
    match Destination::of(url, &core.settings.page_origin, &core.settings.api_origins) {
        Some(destination) => {
            let (owner, sent, kept) = (None, None, None);
            let fetch = Fetch { id, destination, owner, sent, again: false, waiting: false, kept };
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
    let challenge = challenge.and_then(Challenge::parse).unwrap_or_default();
    if fetch.again {
        judge_renewed_token(core, status, ctx);
    }
    match (status, challenge.error) {
        _ if fetch.sent.is_none() => {}
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
            ctx.push(Effect::Forward { fetch: fetch.id, url: fetch.destination.url.clone(), authorization });
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
