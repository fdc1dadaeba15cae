//! Step-up (RFC 9470): the API asks for a stronger or more recent sign-in, the request that met this is kept
//! over the way to the org and back, and is sent once more.
//!
//! `acr` and `auth_time` are compared on return like those of any sign-in that asked for them. A refusal that
//! comes again although they are as asked is an error, not another redirect.

use std::rc::Rc;
use std::time::Duration;

use okta_types::{Challenge, UnixTime};

use crate::interface::effect::Effect;
use crate::interface::error::FetchError;
use crate::interface::ids::FetchId;
use crate::interface::owner::Subject;
use crate::interface::resumable_request::OwnedRequest;
use crate::interface::sign_in::SignIn;
use crate::machine::core::{Core, Presence, SteppedUp};
use crate::machine::fetches::Kept;
use crate::machine::next::Next;
use crate::machine::transaction::Transaction;
use crate::step_context::StepContext;

/// A sign-in that is back no longer than this cannot be bettered by another one of the same kind.
const JUST_NOW: Duration = Duration::from_secs(60);

/// The API refused a request because of how or when the person signed in. The page leaves for a better
/// sign-in where the app has had the request kept; else the app gets the answer.
pub(crate) fn answer(
    core: &mut Core,
    fetch: FetchId,
    owner: Option<Subject>,
    kept: Option<Kept>,
    challenge: &Challenge,
    ctx: &mut StepContext<'_>,
) -> Next {
    match owner.zip(kept) {
        Some((owner, Kept { request, target })) if core.is_free(ctx.now) => {
            if is_as_asked(core, challenge, ctx.now) {
                ctx.push(Effect::Refuse { fetch, error: FetchError::StepUpNotMet });
                return Next::Nothing;
            }
            ctx.push(Effect::Refuse { fetch, error: FetchError::SteppingUp });
            let kept = Some(Rc::new(OwnedRequest { owner, request }));
            Next::SignIn(Box::new(SignIn { target, kept, ..SignIn::default() }.meeting(challenge)))
        }
        _ => {
            ctx.push(Effect::Deliver { fetch });
            Next::Nothing
        }
    }
}

/// Whether another sign-in would change nothing: the person is just back from one that asked for the
/// same, or the context alone is asked for and it is reached.
fn is_as_asked(core: &Core, asked: &Challenge, now: UnixTime) -> bool {
    let fresh = asked.acr_values.is_none().then_some(0);
    let just_back = core.stepped_up.as_ref().is_some_and(|last| {
        last.acr_values == asked.acr_values
            && last.max_age == asked.max_age.or(fresh)
            && now.since(last.at) < JUST_NOW
    });
    let reached = match &core.presence {
        Presence::Somebody(session) => session.claims.text("acr"),
        _ => None,
    };
    let strong = || asked.acr_values.iter().flat_map(|all| all.split(' ')).any(|acr| reached == Some(acr));
    just_back || (asked.max_age.is_none() && strong())
}

/// The person is back from the org with a session: a request they had kept is theirs to take, unless
/// somebody else has signed in.
pub(crate) fn signed_in(core: &mut Core, transaction: Transaction, now: UnixTime) {
    let Transaction { acr_values, max_age, kept, .. } = transaction;
    if acr_values.is_some() || max_age.is_some() {
        core.stepped_up = Some(SteppedUp { acr_values, max_age, at: now });
    }
    core.kept = kept.filter(|kept| core.owner().subject() == Some(&kept.owner));
}
