//! Requests of the app: whether the access token goes along, whether it is renewed first, whether a
//! refused request is sent once more.
//!
//! RFC 6750. A 401 with `invalid_token` is tried once more with a new token; a 403 never. A refusal for the
//! way the person signed in (RFC 9470) goes to the module `step_up`.

use okta_types::{AccessToken, AuthScheme, BearerError, Challenge};

use crate::interface::effect::{Authorization, Effect};
use crate::interface::error::{FetchError, OrgError};
use crate::interface::ids::FetchId;
use crate::machine::access::Decision;
use crate::machine::backoff::Backoff;
use crate::machine::core::{Core, Presence};
use crate::machine::fetches::Fetch;
use crate::machine::job::Job;
use crate::machine::next::Next;
use crate::protocol::origins::Destination;
use crate::step_context::StepContext;

impl Core {
    pub(crate) fn fetch_wanted(&mut self, id: FetchId, url: &str, ctx: &mut StepContext<'_>) -> Next {
        match Destination::of(url, &self.settings.page_origin, &self.settings.api_origins) {
            Some(destination) => {
                let (owner, sent, kept) = (None, None, None);
                let fetch = Fetch { id, destination, owner, sent, again: false, waiting: false, kept };
                self.dispatch(fetch, ctx)
            }
            None => {
                ctx.push(Effect::Refuse { fetch: id, error: FetchError::Address });
                Next::Nothing
            }
        }
    }

    /// A request was answered. The app gets the answer, save for one that a new token may better.
    pub(crate) fn fetch_answered(
        &mut self,
        id: FetchId,
        status: u16,
        challenge: Option<&str>,
        ctx: &mut StepContext<'_>,
    ) -> Next {
        let Some(fetch) = self.fetches.take(id) else { return Next::Nothing };
        let challenge = challenge.and_then(Challenge::parse).unwrap_or_default();
        if fetch.again {
            self.renewed_token_judged(status, ctx);
        }
        match (status, challenge.error) {
            _ if fetch.sent.is_none() => {}
            (401, Some(BearerError::InvalidToken))
                if !fetch.again && self.can_better(fetch.sent.as_ref(), ctx) =>
            {
                return self.dispatch(Fetch { again: true, ..fetch }, ctx);
            }
            // Okta's own APIs answer 403 in this case.
            (401 | 403, Some(BearerError::InsufficientUserAuthentication)) => {
                return self.step_up(id, fetch.owner, fetch.kept, &challenge, ctx);
            }
            _ => {}
        }
        ctx.push(Effect::Deliver { fetch: id });
        Next::Nothing
    }

    /// Whether a renewal helps against a refusal shows when the request is sent again. One that does not is followed by
    /// a pause, or every request would bring one.
    fn renewed_token_judged(&mut self, status: u16, ctx: &StepContext<'_>) {
        if status != 401 {
            self.refusals = Backoff::default();
        } else if self.refusals.is_over(ctx.now) {
            self.refusals.fail(OrgError::Network, ctx.now, 0, ctx.random[0]);
        }
    }

    /// Whether another token than the refused one is at hand or can be had.
    fn can_better(&self, refused: Option<&AccessToken>, ctx: &StepContext<'_>) -> bool {
        let Presence::Somebody(session) = &self.presence else { return false };
        Some(&session.access_token) != refused
            || (session.refresh_token.is_some()
                && self.backoff.is_over(ctx.now)
                && self.refusals.is_over(ctx.now)
                && !self.is_away(ctx.now))
    }

    fn dispatch(&mut self, mut fetch: Fetch, ctx: &mut StepContext<'_>) -> Next {
        if fetch.destination.trusted && fetch.owner.is_none() {
            fetch.owner = self.owner().subject().cloned();
        }
        match self.decide(&fetch, ctx) {
            Decision::Send(token) => {
                let authorization =
                    token.clone().map(|token| Authorization { scheme: AuthScheme::Bearer, token });
                ctx.push(Effect::Forward {
                    fetch: fetch.id,
                    url: fetch.destination.url.clone(),
                    authorization,
                });
                (fetch.sent, fetch.waiting) = (token, false);
                self.fetches.0.push(fetch);
            }
            Decision::Wait => self.wait(fetch),
            Decision::Renew => {
                self.wait(fetch);
                return Next::Renew;
            }
            Decision::Expire => {
                self.wait(fetch);
                return Next::Reread;
            }
            // The answer that is already there says more.
            Decision::Refuse(_) if fetch.again => ctx.push(Effect::Deliver { fetch: fetch.id }),
            Decision::Refuse(error) => ctx.push(Effect::Refuse { fetch: fetch.id, error }),
        }
        Next::Nothing
    }

    fn wait(&mut self, mut fetch: Fetch) {
        fetch.waiting = true;
        self.fetches.0.push(fetch);
    }

    fn decide(&self, fetch: &Fetch, ctx: &StepContext<'_>) -> Decision {
        if !fetch.destination.trusted {
            return Decision::Send(None);
        }
        let session = match &self.presence {
            Presence::Somebody(session) => session,
            Presence::Unknown => return Decision::Wait,
            _ if matches!(self.job, Job::Callback(_)) => return Decision::Wait,
            _ => return Decision::Send(None),
        };
        self.token(session, fetch.again.then_some(fetch.sent.as_ref()).flatten(), ctx)
    }

    /// Sends what waited, as far as it may go now.
    pub(crate) fn serve_fetches(&mut self, ctx: &mut StepContext<'_>) -> Next {
        let mut next = Next::Nothing;
        for fetch in self.fetches.take_waiting() {
            // One session, so what one of them needs is what all need.
            match self.dispatch(fetch, ctx) {
                Next::Nothing => {}
                needed => next = needed,
            }
        }
        next
    }
}
