//! The app's requests that are not over.

#[cfg(feature = "silent-renewal")]
use std::rc::Rc;

use okta_types::AccessToken;

use crate::interface::effect::Effect;
use crate::interface::error::FetchError;
use crate::interface::ids::FetchId;
#[cfg(feature = "dpop")]
use crate::interface::ids::Ticket;
use crate::interface::owner::{Owner, Subject};
#[cfg(feature = "silent-renewal")]
use crate::interface::resumable_request::OwnedRequest;
use crate::interface::resumable_request::ResumableRequest;
use crate::protocol::origins::Destination;
use crate::step_context::StepContext;

/// The app's requests that are not over.
#[derive(Debug, Default)]
pub(crate) struct Fetches(pub(crate) Vec<Fetch>);

/// A request of the app.
#[derive(Debug)]
pub(crate) struct Fetch {
    pub(crate) id: FetchId,
    pub(crate) destination: Destination,
    /// Who it is for; known at the latest when a token goes along. Nobody's where none does.
    pub(crate) owner: Option<Subject>,
    /// The token that went along last.
    pub(crate) sent: Option<AccessToken>,
    /// It was refused once and is being sent again.
    pub(crate) again: bool,
    /// It waits for a token, or for who is there.
    pub(crate) waiting: bool,
    #[cfg(feature = "dpop")]
    pub(crate) proving: Proving,
    /// What to keep where the API asks for a better sign-in.
    pub(crate) kept: Option<Kept>,
}

/// What a request of the app has to do with proofs.
#[cfg(feature = "dpop")]
#[derive(Debug)]
pub(crate) struct Proving {
    pub(crate) method: String,
    /// When it was sent last, among all requests of this page.
    pub(crate) asked: Ticket,
    /// It was answered with a nonce.
    pub(crate) has_nonce: bool,
    /// It was sent again with that.
    pub(crate) has_used_nonce: bool,
    pub(crate) time: Time,
}

#[cfg(feature = "dpop")]
impl Proving {
    pub(crate) fn new(method: String) -> Self {
        Self { method, asked: Ticket(0), has_nonce: false, has_used_nonce: false, time: Time::Unasked }
    }

    /// Whether another proof may help, with the nonce that came along.
    pub(crate) fn may_use_nonce(&self) -> bool {
        self.has_nonce && !self.has_used_nonce
    }
}

/// Whether a request whose proof was refused was or is to be sent by a better clock.
#[cfg(feature = "dpop")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Time {
    Unasked,
    /// The answer waits for it.
    Asked,
    Told,
}

/// A request to keep, and where to take it back.
#[derive(Debug)]
pub(crate) struct Kept {
    pub(crate) request: ResumableRequest,
    pub(crate) target: String,
}

#[cfg(feature = "dpop")]
impl Fetch {
    /// The same once more, with the nonce that came along.
    pub(crate) fn with_nonce(mut self) -> Self {
        self.proving.has_used_nonce = true;
        self
    }
}

impl Fetches {
    pub(crate) fn forget(&mut self, id: FetchId) {
        self.0.retain(|fetch| fetch.id != id);
    }

    pub(crate) fn keep(&mut self, id: FetchId, kept: Kept) {
        if let Some(fetch) = self.0.iter_mut().find(|fetch| fetch.id == id) {
            fetch.kept = Some(kept);
        }
    }

    /// A request of this person that waits and may be kept over a way to the org and back, and where it is to be taken
    /// back.
    #[cfg(feature = "silent-renewal")]
    pub(crate) fn to_resume(&self, person: &Subject) -> Option<(String, Rc<OwnedRequest>)> {
        let mut waiting = self.0.iter().filter(|fetch| fetch.waiting);
        let kept = waiting.find_map(|fetch| fetch.kept.as_ref())?;
        let request = OwnedRequest { owner: person.clone(), request: kept.request.clone() };
        Some((kept.target.clone(), Rc::new(request)))
    }

    pub(crate) fn take(&mut self, id: FetchId) -> Option<Fetch> {
        let index = self.0.iter().position(|fetch| fetch.id == id)?;
        Some(self.0.swap_remove(index))
    }

    pub(crate) fn take_waiting(&mut self) -> Vec<Fetch> {
        self.take_all(&|fetch| fetch.waiting)
    }

    pub(crate) fn take_all(&mut self, which: &dyn Fn(&Fetch) -> bool) -> Vec<Fetch> {
        let (taken, others) = std::mem::take(&mut self.0).into_iter().partition(which);
        self.0 = others;
        taken
    }

    /// Ends the waiting of all.
    pub(crate) fn refuse_waiting(&mut self, error: &FetchError, ctx: &mut StepContext<'_>) {
        self.refuse(&|fetch| fetch.waiting, error, ctx);
    }

    /// Ends the requests that were made for somebody else than `owner`, answered or not.
    pub(crate) fn refuse_foreign(&mut self, owner: &Owner, ctx: &mut StepContext<'_>) {
        let is_foreign = |fetch: &Fetch| fetch.owner.is_some() && fetch.owner.as_ref() != owner.subject();
        self.refuse(&is_foreign, &FetchError::SignedOut, ctx);
    }

    fn refuse(&mut self, which: &dyn Fn(&Fetch) -> bool, error: &FetchError, ctx: &mut StepContext<'_>) {
        for fetch in self.take_all(which) {
            ctx.push(Effect::Refuse { fetch: fetch.id, error: error.clone() });
        }
    }
}
