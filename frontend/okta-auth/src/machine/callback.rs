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
use crate::machine::exchange::{Exchange, Grant, Outcome};
use crate::machine::job::{Callback, Job};
use crate::machine::next::Next;
use crate::machine::session::Stored;
use crate::machine::transaction::{Pending, Transaction};
use crate::protocol::return_target::ReturnTarget;
use crate::protocol::sensitive::Sensitive;
use crate::step_context::StepContext;
use crate::tickets::Purpose;

impl Core {
    /// The page was loaded: the address is cleaned, then the stored session is read.
    pub(crate) fn started(&mut self, address: &Sensitive, ctx: &mut StepContext<'_>) {
        let arrival = Arrival::of(address.expose(), &self.settings);
        if let Arrival::Callback(_) = &arrival {
            self.callback = CallbackStatus::Working;
            ctx.push(Effect::ReplaceUrl { url: self.settings.redirect_uri.path().to_owned() });
        }
        ctx.load(Purpose::Start, self.session_slot());
        self.job = Job::Starting { arrival };
    }

    /// The stored session was read, or there was none.
    pub(crate) fn session_loaded(&mut self, text: Option<&str>, ctx: &mut StepContext<'_>) -> Next {
        let Job::Starting { arrival } = std::mem::replace(&mut self.job, Job::Idle) else {
            return Next::Nothing;
        };
        match arrival {
            Arrival::Callback(Some(answer)) => {
                ctx.load(Purpose::Callback, self.pending_slot());
                self.job = Job::Callback(Callback::Taking { answer });
                self.find_out_who_is_there(text, ctx);
            }
            Arrival::Callback(None) => {
                self.find_out_who_is_there(text, ctx);
                self.answer_unknown(None, None, SignIn::to("/"), ctx);
            }
            Arrival::SignedOut { state } => {
                self.find_out_who_is_there(text, ctx);
                self.came_back_from_sign_out(state, ctx);
            }
            Arrival::Page => self.find_out_who_is_there(text, ctx),
        }
        Next::Started
    }

    fn find_out_who_is_there(&mut self, text: Option<&str>, ctx: &mut StepContext<'_>) {
        match Stored::read(text, &self.settings, ctx.read_json) {
            Stored::Session(session) => self.adopt(*session, ctx),
            Stored::Expired(ended) => {
                self.enter(Presence::Expired(ended), ctx);
                self.notice = Some(AuthNotice::SessionExpired);
            }
            Stored::Newer => self.enter(Presence::Superseded, ctx),
            Stored::SignOutOwed => {
                self.owes = true;
                self.enter(Presence::Nobody, ctx);
            }
            Stored::Nothing => self.enter(Presence::Nobody, ctx),
            Stored::Unreadable => {
                ctx.remove(self.session_slot());
                self.enter(Presence::Nobody, ctx);
            }
        }
    }

    /// The pending sign-ins were read: the one of this `state` is taken out before anything else.
    pub(crate) fn transactions_loaded(&mut self, text: Option<&str>, ctx: &mut StepContext<'_>) -> Next {
        let Job::Callback(Callback::Taking { answer }) = std::mem::replace(&mut self.job, Job::Idle) else {
            return Next::Nothing;
        };
        let mut pending = Pending::parse(text, self.settings.redirect_limit, ctx.now, ctx.read_json);
        let taken = answer
            .state
            .as_ref()
            .and_then(|state| pending.take(state.expose(), self.settings.issuer.as_str()));
        pending.disown(self.owner().subject());
        if text.is_some() && !pending.is_newer {
            self.store_pending(&pending, ctx);
        }
        match taken {
            Some(transaction) if !transaction.is_over(ctx.now) => self.answer_known(answer, transaction, ctx),
            late => {
                let again = late.map_or_else(|| SignIn::to("/"), Transaction::into_sign_in);
                self.answer_unknown(answer.state.as_ref(), answer.result.err(), again, ctx);
                Next::Serve
            }
        }
    }

    /// An answer nobody waits for, or no longer. Signed in already: nothing is lost; on to where that sign-in ended,
    /// if it is this very one, else to where `again` is to end. Otherwise the org's refusal is shown if it is one: its
    /// cause matters more than the missing transaction.
    fn answer_unknown(
        &mut self,
        state: Option<&Sensitive>,
        error: Option<SignInError>,
        again: SignIn,
        ctx: &mut StepContext<'_>,
    ) {
        if let Presence::Somebody(session) = &self.presence {
            let seen =
                state.is_some_and(|state| state.expose() == session.state && !session.state.is_empty());
            let target = if seen { session.target.as_str() } else { again.target.as_str() };
            let target = ReturnTarget::of(target, self.settings.redirect_uri.path());
            return self.land(&target, ctx);
        }
        let error = match error {
            Some(refused @ SignInError::Refused(_)) => refused,
            _ if !self.storage_works => SignInError::Storage,
            _ => SignInError::NotStarted,
        };
        self.fail(error, again);
    }

    fn answer_known(&mut self, answer: Answer, transaction: Transaction, ctx: &mut StepContext<'_>) -> Next {
        // RFC 9207 §2.4: before anything of the answer is used, and for refusals as well.
        let foreign = answer.issuer.as_deref().is_some_and(|iss| iss != self.settings.issuer.as_str());
        let result = if foreign { Err(SignInError::WrongIssuer) } else { answer.result };
        let code = match result {
            Ok(code) => code,
            Err(error) => {
                self.fail(error, transaction.into_sign_in());
                return Next::Serve;
            }
        };
        let issuer_named = answer.issuer.is_some();
        let transaction = Box::new(transaction);
        let mut exchange = Box::new(Exchange::new(Grant::Code { code, transaction, issuer_named }));
        let outcome = exchange.proceed(&self.settings, &mut self.org, ctx);
        self.job = Job::Callback(Callback::Exchanging(exchange));
        self.code_exchanged(outcome, ctx)
    }

    /// The exchange went on; where it is over, so is the callback.
    pub(crate) fn code_exchanged(&mut self, outcome: Outcome, ctx: &mut StepContext<'_>) -> Next {
        let Some(result) = outcome else { return Next::Nothing };
        let transaction = match std::mem::replace(&mut self.job, Job::Idle) {
            Job::Callback(Callback::Exchanging(exchange)) => exchange.into_transaction(),
            _ => None,
        };
        let Some(transaction) = transaction else { return Next::Nothing };
        match result {
            Ok(session) => {
                let target = ReturnTarget::of(&transaction.target, self.settings.redirect_uri.path());
                self.adopt(session, ctx);
                self.save_session(ctx);
                ctx.push(Effect::Broadcast(Message::SignedIn));
                ctx.remove(self.sign_out_slot());
                self.land(&target, ctx);
                Next::SignedIn(transaction)
            }
            Err(error) => {
                self.fail(SignInError::Org(error), transaction.into_sign_in());
                Next::Serve
            }
        }
    }

    /// Perhaps back from the org: what was sent along decides.
    fn came_back_from_sign_out(&mut self, state: Option<String>, ctx: &mut StepContext<'_>) {
        ctx.load(Purpose::SignOutState, self.sign_out_slot());
        self.returning = state.map(Sensitive::new);
    }

    /// The `state` of the last sign-out was read, if there was one. It leaves the address bar where it is the
    /// one sent along. Another one or none means nothing, nobody is signed in or out by it; the person is
    /// told that the org did not confirm.
    pub(crate) fn sign_out_state_loaded(&mut self, text: Option<&str>, ctx: &mut StepContext<'_>) {
        let state = self.returning.take();
        let Some(text) = text else { return };
        let state = state.as_ref().map(Sensitive::expose);
        if state == Some(text) {
            ctx.push(Effect::ReplaceUrl { url: self.settings.post_logout.path().to_owned() });
        } else {
            self.notice = Some(AuthNotice::SignOutUnconfirmed);
        }
        // A forged answer must not spoil the true one.
        if state.is_none_or(|state| state == text) {
            ctx.remove(self.sign_out_slot());
        }
    }

    fn land(&mut self, target: &ReturnTarget, ctx: &mut StepContext<'_>) {
        ctx.push(Effect::ReplaceUrl { url: target.as_str().to_owned() });
        self.callback = CallbackStatus::Landed { path: target.path().to_owned() };
    }

    fn fail(&mut self, error: SignInError, retry: SignIn) {
        self.callback = CallbackStatus::Failed(CallbackFailure { error, retry: Rc::new(retry) });
    }
}
