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
use crate::tickets::Purpose;
use crate::turn::Turn;

impl Core {
    /// The page was loaded: the address is cleaned, then the stored session is read.
    pub(crate) fn started(&mut self, address: &Sensitive, turn: &mut Turn<'_>) {
        let arrival = Arrival::of(address.expose(), &self.settings);
        if let Arrival::Callback(_) = &arrival {
            self.callback = CallbackStatus::Working;
            turn.push(Effect::ReplaceUrl { url: self.settings.redirect_uri.path().to_owned() });
        }
        turn.load(Purpose::Start, self.session_slot());
        self.job = Job::Starting { arrival };
    }

    /// The stored session was read, or there was none.
    pub(crate) fn session_loaded(&mut self, text: Option<&str>, turn: &mut Turn<'_>) -> Next {
        let Job::Starting { arrival } = std::mem::replace(&mut self.job, Job::Idle) else {
            return Next::Nothing;
        };
        match arrival {
            Arrival::Callback(Some(answer)) => {
                turn.load(Purpose::Callback, self.pending_slot());
                self.job = Job::Callback(Callback::Taking { answer });
                self.find_out_who_is_there(text, turn);
            }
            Arrival::Callback(None) => {
                self.find_out_who_is_there(text, turn);
                self.answer_unknown(None, None, SignIn::to("/"), turn);
            }
            Arrival::SignedOut { state } => {
                self.find_out_who_is_there(text, turn);
                self.came_back_from_sign_out(state, turn);
            }
            Arrival::Page => self.find_out_who_is_there(text, turn),
        }
        Next::Started
    }

    fn find_out_who_is_there(&mut self, text: Option<&str>, turn: &mut Turn<'_>) {
        match Stored::read(text, &self.settings, turn.read_json) {
            Stored::Session(session) => self.adopt(*session, turn),
            Stored::Expired(ended) => {
                self.enter(Presence::Expired(ended), turn);
                self.notice = Some(AuthNotice::SessionExpired);
            }
            Stored::Newer => self.enter(Presence::Superseded, turn),
            Stored::SignOutOwed => {
                self.owes = true;
                self.enter(Presence::Nobody, turn);
            }
            Stored::Nothing => self.enter(Presence::Nobody, turn),
            Stored::Unreadable => {
                turn.remove(self.session_slot());
                self.enter(Presence::Nobody, turn);
            }
        }
    }

    /// The pending sign-ins were read: the one of this `state` is taken out before anything else.
    pub(crate) fn transactions_loaded(&mut self, text: Option<&str>, turn: &mut Turn<'_>) -> Next {
        let Job::Callback(Callback::Taking { answer }) = std::mem::replace(&mut self.job, Job::Idle) else {
            return Next::Nothing;
        };
        let mut pending = Pending::parse(text, self.settings.redirect_limit, turn.now, turn.read_json);
        let taken = answer
            .state
            .as_ref()
            .and_then(|state| pending.take(state.expose(), self.settings.issuer.as_str()));
        pending.disown(self.owner().subject());
        if text.is_some() && !pending.is_newer {
            self.store_pending(&pending, turn);
        }
        match taken {
            Some(transaction) if !transaction.is_over(turn.now) => {
                self.answer_known(answer, transaction, turn)
            }
            late => {
                let again = late.map_or_else(|| SignIn::to("/"), Transaction::into_sign_in);
                self.answer_unknown(answer.state.as_ref(), answer.result.err(), again, turn);
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
        turn: &mut Turn<'_>,
    ) {
        if let Presence::Somebody(session) = &self.presence {
            let seen =
                state.is_some_and(|state| state.expose() == session.state && !session.state.is_empty());
            let target = if seen { session.target.as_str() } else { again.target.as_str() };
            let target = ReturnTarget::of(target, self.settings.redirect_uri.path());
            return self.land(&target, turn);
        }
        let error = match error {
            Some(refused @ SignInError::Refused(_)) => refused,
            _ if !self.storage_works => SignInError::Storage,
            _ => SignInError::NotStarted,
        };
        self.fail(error, again);
    }

    fn answer_known(&mut self, answer: Answer, transaction: Transaction, turn: &mut Turn<'_>) -> Next {
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
        let outcome = exchange.proceed(&self.settings, &mut self.org, turn);
        self.job = Job::Callback(Callback::Exchanging(exchange));
        self.code_exchanged(outcome, turn)
    }

    /// The exchange went on; where it is over, so is the callback.
    pub(crate) fn code_exchanged(&mut self, outcome: Outcome, turn: &mut Turn<'_>) -> Next {
        let Some(result) = outcome else { return Next::Nothing };
        let transaction = match std::mem::replace(&mut self.job, Job::Idle) {
            Job::Callback(Callback::Exchanging(exchange)) => exchange.into_transaction(),
            _ => None,
        };
        let Some(transaction) = transaction else { return Next::Nothing };
        match result {
            Ok(session) => {
                let target = ReturnTarget::of(&transaction.target, self.settings.redirect_uri.path());
                self.adopt(session, turn);
                self.save_session(turn);
                turn.push(Effect::Broadcast(Message::SignedIn));
                turn.remove(self.sign_out_slot());
                self.land(&target, turn);
                Next::SignedIn(transaction)
            }
            Err(error) => {
                self.fail(SignInError::Org(error), transaction.into_sign_in());
                Next::Serve
            }
        }
    }

    /// Perhaps back from the org: what was sent along decides.
    fn came_back_from_sign_out(&mut self, state: Option<String>, turn: &mut Turn<'_>) {
        turn.load(Purpose::SignOutState, self.sign_out_slot());
        self.returning = state.map(Sensitive::new);
    }

    /// The `state` of the last sign-out was read, if there was one. It leaves the address bar where it is the
    /// one sent along. Another one or none means nothing, nobody is signed in or out by it; the person is
    /// told that the org did not confirm.
    pub(crate) fn sign_out_state_loaded(&mut self, text: Option<&str>, turn: &mut Turn<'_>) {
        let state = self.returning.take();
        let Some(text) = text else { return };
        let state = state.as_ref().map(Sensitive::expose);
        if state == Some(text) {
            turn.push(Effect::ReplaceUrl { url: self.settings.post_logout.path().to_owned() });
        } else {
            self.notice = Some(AuthNotice::SignOutUnconfirmed);
        }
        // A forged answer must not spoil the true one.
        if state.is_none_or(|state| state == text) {
            turn.remove(self.sign_out_slot());
        }
    }

    fn land(&mut self, target: &ReturnTarget, turn: &mut Turn<'_>) {
        turn.push(Effect::ReplaceUrl { url: target.as_str().to_owned() });
        self.callback = CallbackStatus::Landed { path: target.path().to_owned() };
    }

    fn fail(&mut self, error: SignInError, retry: SignIn) {
        self.callback = CallbackStatus::Failed(CallbackFailure { error, retry: Rc::new(retry) });
    }
}
