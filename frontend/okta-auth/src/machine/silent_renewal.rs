//! Renewal at `/authorize` (OpenID Connect Core §3.1.2.1, `prompt=none`), where the org gave no refresh token, feature
//! `silent-renewal`.
//!
//! Under the lock of all renewals, after the stored session was read again. A hidden frame asks where page and org share a
//! site, and its code is exchanged here. Elsewhere browsers withhold the org's cookie from frames, so the page itself goes,
//! in place, for a request that needs it: the sign-in in the module `signing_in` with `prompt=none`, its answer in
//! `callback`. The lock ends with the page, so the stored session says that a page is away, and other tabs wait for it.

use std::time::Duration;

use okta_types::{Form, UnixTime};

use crate::interface::effect::Effect;
use crate::interface::error::{AnswerProblem, OrgError, SignInError};
#[cfg(feature = "par")]
use crate::interface::event::{HttpAnswer, HttpFailure};
use crate::interface::sign_in::SignIn;
use crate::interface::silent_renewal::Way;
use crate::interface::status::AuthNotice;
use crate::machine::arrival::Answer;
use crate::machine::background::{Renewal, RenewalStep, Silent};
use crate::machine::core::{Core, Presence};
use crate::machine::exchange::Exchange;
use crate::machine::grant::Grant;
use crate::machine::next::Next;
#[cfg(feature = "par")]
use crate::machine::pushed;
use crate::machine::silent_trip::{TRIP_TIMEOUT, needs_person};
use crate::machine::transaction::{self, Transaction};
use crate::protocol::sensitive::Sensitive;
use crate::step_context::StepContext;
use crate::tickets::{Kind, Purpose};

/// The org may have to ask another identity provider.
const FRAME_TIMEOUT: Duration = Duration::from_secs(15);

/// The lock is there, and what is stored is what is known here.
pub(super) fn start(core: &mut Core, ctx: &mut StepContext<'_>) -> Next {
    let Presence::Somebody(session) = &core.presence else {
        give_up(core, ctx);
        return Next::Nothing;
    };
    if let Some(since) = session.away_since.filter(|since| ctx.now.since(*since) < TRIP_TIMEOUT) {
        wait_for_page(core, since, false, ctx);
        return Next::Nothing;
    }
    match (core.settings.silent_renewal, &core.org.metadata) {
        (Some(Way::Frame { .. }), Some(_)) => return ask_in_frame(core, ctx),
        (Some(Way::Frame { .. }), None) => core.org.want_metadata(&core.settings.issuer, None, ctx),
        (Some(Way::Page), _) => check_page(core, ctx),
        (None, _) => give_up(core, ctx),
    }
    Next::Nothing
}

/// The discovery document came, or did not.
pub(super) fn metadata_settled(core: &mut Core, error: Option<&OrgError>, ctx: &mut StepContext<'_>) -> Next {
    match (step(core), error) {
        (Some(Silent::Begun), None) => ask_in_frame(core, ctx),
        (Some(Silent::Begun), Some(error)) => fail(core, error.clone(), ctx),
        _ => Next::Nothing,
    }
}

fn ask_in_frame(core: &mut Core, ctx: &mut StepContext<'_>) -> Next {
    let request = SignIn { renews: core.owner().subject().cloned(), ..SignIn::default() }.prompt("none");
    let (form, transaction) = transaction::begin(&core.settings, &request, ctx.random, ctx.now);
    let form = form.with("response_mode", "okta_post_message");
    let transaction = Box::new(transaction);
    #[cfg(feature = "par")]
    if let Some(url) =
        core.org.metadata.as_ref().and_then(|m| m.pushed_authorization_request_endpoint.clone())
    {
        ctx.send(Purpose::Renewal, pushed::request(url, form));
        set_step(core, Silent::Pushing(transaction));
        return Next::Nothing;
    }
    open_frame(core, transaction, &form, ctx);
    Next::Nothing
}

/// The pushed request was answered; see the module `pushed`.
#[cfg(feature = "par")]
pub(super) fn push_answered(
    core: &mut Core,
    answer: &Result<HttpAnswer, HttpFailure>,
    ctx: &mut StepContext<'_>,
) -> Next {
    let Some(Silent::Pushing(transaction)) = take_step(core) else { return Next::Nothing };
    match pushed::read_name(answer, ctx.read_json) {
        Ok(uri) => {
            let form = pushed::named(&core.settings.client_id, &uri);
            open_frame(core, transaction, &form, ctx);
            Next::Nothing
        }
        Err(error) => fail(core, error, ctx),
    }
}

fn open_frame(core: &mut Core, transaction: Box<Transaction>, form: &Form, ctx: &mut StepContext<'_>) {
    let Some(metadata) = &core.org.metadata else { return };
    let url = transaction::address(metadata, form);
    let origin = core.settings.issuer.origin().map(|origin| origin.to_text()).unwrap_or_default();
    let id = ctx.tickets.issue_for(Purpose::Renewal, Kind::FrameAnswered);
    ctx.push(Effect::AskInFrame { id, url, origin, timeout: FRAME_TIMEOUT });
    set_step(core, Silent::Frame(transaction));
}

/// The org has answered in the frame, or has not.
pub(super) fn frame_answered(core: &mut Core, answer: Option<&Sensitive>, ctx: &mut StepContext<'_>) -> Next {
    let Some(Silent::Frame(transaction)) = take_step(core) else { return Next::Nothing };
    let answer = answer.and_then(|query| Answer::of(query.expose()));
    let Some(answer) = answer else { return without_frame(core, OrgError::Timeout, ctx) };
    if answer.state.as_ref().map(Sensitive::expose) != Some(transaction.state.expose()) {
        return fail(core, OrgError::Answer(AnswerProblem::Malformed), ctx);
    }
    let issuer_named = answer.issuer.is_some();
    let code = match answer.judge(&core.settings) {
        Ok(code) => code,
        Err(error) if needs_person(&error) && !may_go_by_page(core) => {
            core.expire(AuthNotice::SessionExpired, ctx);
            return Next::Nothing;
        }
        Err(SignInError::Refused(error)) => return without_frame(core, OrgError::Refused(error), ctx),
        Err(_) => return fail(core, OrgError::Answer(AnswerProblem::Malformed), ctx),
    };
    if let (Presence::Somebody(session), Some(renewal)) = (&core.presence, &mut core.renewal) {
        let grant = Grant::Code { code, transaction, issuer_named, renews: Some(session.clone()) };
        renewal.step = RenewalStep::Exchange(Box::new(Exchange::new(grant, Purpose::Renewal)));
    }
    Next::ExchangeCode
}

/// The frame has brought nothing: perhaps page and org do not share a site after all.
fn without_frame(core: &mut Core, error: OrgError, ctx: &mut StepContext<'_>) -> Next {
    if may_go_by_page(core) {
        check_page(core, ctx);
        return Next::Nothing;
    }
    fail(core, error, ctx)
}

fn may_go_by_page(core: &Core) -> bool {
    core.settings.silent_renewal != Some(Way::Frame { or_page: false })
}

fn check_page(core: &mut Core, ctx: &mut StepContext<'_>) {
    let id = ctx.tickets.issue_for(Purpose::Renewal, Kind::PageChecked);
    ctx.push(Effect::CheckPage { id });
    set_step(core, Silent::Page);
}

/// Where the page is, and whether it may be left. It goes for a request only, and loses nothing: a request that is to be
/// kept is, and else no form may hold unsent input.
pub(super) fn page_checked(
    core: &mut Core,
    place: String,
    has_unsent_input: bool,
    ctx: &mut StepContext<'_>,
) -> Next {
    if !matches!(take_step(core), Some(Silent::Page)) {
        return Next::Nothing;
    }
    let person = match &core.presence {
        Presence::Somebody(session) if core.fetches.0.iter().any(|fetch| fetch.waiting) => session.subject(),
        _ => {
            give_up(core, ctx);
            return Next::Nothing;
        }
    };
    if !core.is_free(ctx.now) {
        return fail(core, OrgError::Timeout, ctx);
    }
    let resumable = core.fetches.to_resume(&person);
    if has_unsent_input && resumable.is_none() && !core.settings.renewal_drops_input {
        ctx.page_stays = true;
        give_up(core, ctx);
        return Next::Serve;
    }
    core.set_away(Some(ctx.now), ctx);
    wait_for_page(core, ctx.now, true, ctx);
    let (target, kept) = resumable.map_or((place, None), |(target, kept)| (target, Some(kept)));
    let request = SignIn { target, kept, in_place: true, renews: Some(person), ..SignIn::default() };
    Next::SignIn(Box::new(request.prompt("none")))
}

/// A page is away since then, this one or another; the lock is for others meanwhile, who see that.
fn wait_for_page(core: &mut Core, since: UnixTime, here: bool, ctx: &mut StepContext<'_>) {
    let until = since + TRIP_TIMEOUT;
    if let Some(renewal) = &core.renewal {
        ctx.push(Effect::ReleaseLock { id: renewal.lock });
    }
    set_step(core, Silent::Away { until, here });
    ctx.push(Effect::WakeAt(until));
}

/// It has brought nothing, for this cause: the org is left alone for a while.
fn fail(core: &mut Core, error: OrgError, ctx: &mut StepContext<'_>) -> Next {
    give_up(core, ctx);
    core.back_off(error, ctx);
    Next::Serve
}

/// It is over before anybody was asked.
fn give_up(core: &mut Core, ctx: &mut StepContext<'_>) {
    if let Some(renewal) = core.renewal.take() {
        ctx.push(Effect::ReleaseLock { id: renewal.lock });
    }
}

fn step(core: &Core) -> Option<&Silent> {
    match &core.renewal {
        Some(Renewal { step: RenewalStep::Silent(step), .. }) => Some(step),
        _ => None,
    }
}

fn take_step(core: &mut Core) -> Option<Silent> {
    match &mut core.renewal {
        Some(Renewal { step: RenewalStep::Silent(step), .. }) => Some(std::mem::replace(step, Silent::Begun)),
        _ => None,
    }
}

fn set_step(core: &mut Core, step: Silent) {
    if let Some(renewal) = &mut core.renewal {
        renewal.step = RenewalStep::Silent(step);
    }
}
