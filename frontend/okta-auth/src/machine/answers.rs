//! Answers: each goes to the flow that waits for it. One that nobody waits for is late and dropped.

#[cfg(feature = "dpop")]
use okta_types::UnixTime;

use super::background::Renewal;
use super::core::Core;
#[cfg(feature = "dpop")]
use super::core::Presence;
#[cfg(feature = "dpop")]
use super::fetch;
#[cfg(feature = "idle")]
use super::idle;
use super::job::Job;
use super::next::Next;
#[cfg(feature = "silent-renewal")]
use super::silent_renewal;
#[cfg(feature = "userinfo")]
use super::user_info;
use super::{callback, renewal, sign_out, signing_in, tabs};
#[cfg(feature = "dpop")]
use crate::interface::dpop::MadeKey;
use crate::interface::error::OrgError;
use crate::interface::event::{HttpAnswer, HttpFailure};
use crate::interface::ids::Ticket;
use crate::protocol::sensitive::Sensitive;
use crate::step_context::StepContext;
use crate::tickets::{Kind, Purpose};

impl Core {
    pub(super) fn loaded(&mut self, id: Ticket, text: Option<&Sensitive>, ctx: &mut StepContext<'_>) -> Next {
        let text = text.map(Sensitive::expose);
        match ctx.tickets.take(id, Kind::Loaded) {
            Some(Purpose::Start) => return callback::session_loaded(self, text, ctx),
            Some(Purpose::Reread) => return tabs::session_loaded(self, text, ctx),
            Some(Purpose::DiscardForeign) => self.discard_foreign(text, ctx),
            Some(Purpose::SignOutState) => callback::sign_out_state_loaded(self, text, ctx),
            Some(Purpose::Callback) => return callback::transactions_loaded(self, text, ctx),
            Some(Purpose::SignIn) => signing_in::pending_loaded(self, text, ctx),
            Some(Purpose::Renewal) => return renewal::session_loaded(self, text, ctx),
            #[cfg(feature = "userinfo")]
            Some(Purpose::UserInfo) => return user_info::loaded(self, text, ctx),
            #[cfg(feature = "idle")]
            Some(Purpose::Activity) => return idle::activity_loaded(self, text, ctx),
            _ => {}
        }
        Next::Nothing
    }

    pub(super) fn saved(&mut self, id: Ticket, ok: bool, ctx: &mut StepContext<'_>) {
        match ctx.tickets.take(id, Kind::Saved) {
            Some(Purpose::SaveSession) => self.session_saved(ok, ctx),
            // Nothing is better than tokens that are good for nothing.
            Some(Purpose::SaveEnded) if !ok => ctx.remove(self.session_slot()),
            Some(Purpose::SignIn) => signing_in::transaction_saved(self, ok, ctx),
            _ => {}
        }
    }

    pub(super) fn answered(
        &mut self,
        id: Ticket,
        answer: &Result<HttpAnswer, HttpFailure>,
        ctx: &mut StepContext<'_>,
    ) -> Next {
        let purpose = ctx.tickets.take(id, Kind::Answered);
        #[cfg(feature = "dpop")]
        if let (Some(purpose), Ok(answer)) = (purpose, answer) {
            self.learn_nonce(purpose, id, answer, ctx);
        }
        match purpose {
            Some(Purpose::Metadata) => {
                let result = self.org.metadata_answered(&self.settings, answer, ctx.read_json);
                return self.document_settled(result.err(), ctx);
            }
            Some(Purpose::Keys) => {
                let result = self.org.keys_answered(answer, ctx.read_json);
                return self.document_settled(result.err(), ctx);
            }
            Some(Purpose::Callback) => {
                let outcome = self
                    .job
                    .exchange()
                    .and_then(|exchange| exchange.answered(answer, &self.settings, &self.org, ctx));
                return callback::exchanged(self, outcome, ctx);
            }
            #[cfg(all(feature = "silent-renewal", feature = "par"))]
            Some(Purpose::Renewal) if self.renewal.as_ref().is_some_and(Renewal::is_pushing) => {
                return silent_renewal::push_answered(self, answer, ctx);
            }
            Some(Purpose::Renewal) => {
                let exchange = self.renewal.as_mut().and_then(Renewal::exchange);
                let outcome =
                    exchange.and_then(|exchange| exchange.answered(answer, &self.settings, &self.org, ctx));
                renewal::exchanged(self, outcome, ctx);
            }
            Some(Purpose::LateTokens) => self.revoke_late_tokens(answer, ctx),
            Some(Purpose::SignOut) => sign_out::revoked(self, answer, ctx),
            #[cfg(feature = "par")]
            Some(Purpose::SignIn) => signing_in::push_answered(self, answer, ctx),
            #[cfg(feature = "userinfo")]
            Some(Purpose::UserInfo) => return user_info::answered(self, answer, ctx),
            _ => {}
        }
        Next::Nothing
    }

    pub(super) fn verified(&mut self, id: Ticket, good: bool, ctx: &mut StepContext<'_>) -> Next {
        match ctx.tickets.take(id, Kind::Verified) {
            Some(Purpose::Callback) => {
                let outcome =
                    self.job.exchange().and_then(|exchange| exchange.verified(good, &self.settings, ctx));
                return callback::exchanged(self, outcome, ctx);
            }
            Some(Purpose::Renewal) => {
                let exchange = self.renewal.as_mut().and_then(Renewal::exchange);
                let outcome = exchange.and_then(|exchange| exchange.verified(good, &self.settings, ctx));
                renewal::exchanged(self, outcome, ctx);
            }
            _ => {}
        }
        Next::Nothing
    }

    /// A key was made, or could not be: the exchange of a code goes on.
    #[cfg(feature = "dpop")]
    pub(super) fn key_made(&mut self, id: Ticket, key: Option<&MadeKey>, ctx: &mut StepContext<'_>) -> Next {
        let Some(Purpose::Callback) = ctx.tickets.take(id, Kind::KeyMade) else { return Next::Nothing };
        let exchange = self.job.exchange();
        let outcome = exchange.and_then(|exchange| exchange.key_made(key, &self.settings, &self.org, ctx));
        callback::exchanged(self, outcome, ctx)
    }

    /// The time was asked for, by whoever had a proof refused.
    #[cfg(feature = "dpop")]
    pub(super) fn time_told(
        &mut self,
        id: Ticket,
        time: Option<UnixTime>,
        ctx: &mut StepContext<'_>,
    ) -> Next {
        let purpose = ctx.tickets.take(id, Kind::TimeTold);
        let is_news = purpose.is_some() && self.org.proofs.set_clock(time, ctx.now);
        if let Presence::Somebody(session) = &mut self.presence {
            session.offset = self.org.proofs.offset;
        }
        match purpose {
            Some(Purpose::Callback) => {
                let exchange = self.job.exchange();
                let outcome =
                    exchange.and_then(|exchange| exchange.time_told(is_news, &self.settings, &self.org, ctx));
                return callback::exchanged(self, outcome, ctx);
            }
            Some(Purpose::Renewal) => {
                let exchange = self.renewal.as_mut().and_then(Renewal::exchange);
                let outcome =
                    exchange.and_then(|exchange| exchange.time_told(is_news, &self.settings, &self.org, ctx));
                renewal::exchanged(self, outcome, ctx);
            }
            Some(Purpose::Time) => return fetch::time_told(self, is_news, ctx),
            _ => {}
        }
        Next::Nothing
    }

    #[cfg(feature = "silent-renewal")]
    pub(super) fn frame_answered(
        &mut self,
        id: Ticket,
        answer: Option<&Sensitive>,
        ctx: &mut StepContext<'_>,
    ) -> Next {
        match ctx.tickets.take(id, Kind::FrameAnswered) {
            Some(_) => silent_renewal::frame_answered(self, answer, ctx),
            None => Next::Nothing,
        }
    }

    #[cfg(feature = "silent-renewal")]
    pub(super) fn page_checked(
        &mut self,
        id: Ticket,
        place: String,
        has_unsent_input: bool,
        ctx: &mut StepContext<'_>,
    ) -> Next {
        match ctx.tickets.take(id, Kind::PageChecked) {
            Some(_) => silent_renewal::page_checked(self, place, has_unsent_input, ctx),
            None => Next::Nothing,
        }
    }

    /// The discovery document or the keys came, or did not: everybody who waits for one goes on.
    fn document_settled(&mut self, error: Option<OrgError>, ctx: &mut StepContext<'_>) -> Next {
        if let Some(exchange) = self.renewal.as_mut().and_then(Renewal::exchange) {
            let outcome = exchange.document_settled(error.as_ref(), &self.settings, &self.org, ctx);
            renewal::exchanged(self, outcome, ctx);
        }
        #[cfg(feature = "silent-renewal")]
        {
            let next = silent_renewal::metadata_settled(self, error.as_ref(), ctx);
            self.follow(next, ctx);
        }
        #[cfg(feature = "userinfo")]
        {
            let next = user_info::metadata_settled(self, error.as_ref(), ctx);
            self.follow(next, ctx);
        }
        match &mut self.job {
            job @ Job::Callback(_) => {
                let outcome = job.exchange().and_then(|exchange| {
                    exchange.document_settled(error.as_ref(), &self.settings, &self.org, ctx)
                });
                return callback::exchanged(self, outcome, ctx);
            }
            Job::SigningIn(_) => signing_in::metadata_settled(self, error, ctx),
            Job::SigningOut(_) => sign_out::metadata_settled(self, error, ctx),
            _ => {}
        }
        Next::Nothing
    }
}
