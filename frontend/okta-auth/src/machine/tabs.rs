//! What other tabs did, and what time did: both are noticed, none is acted on by signing in.

use crate::interface::effect::Area;
use crate::interface::error::FetchError;
use crate::interface::message::Message;
use crate::interface::owner::{Owner, Subject};
use crate::interface::status::AuthNotice;
#[cfg(feature = "renew-ahead")]
use crate::machine::access::Decision;
use crate::machine::core::{Core, Presence};
use crate::machine::job::Job;
use crate::machine::session::{Ended, Session, Stored};
use crate::tickets::Purpose;
use crate::turn::Turn;

impl Core {
    /// Another tab said something.
    pub(crate) fn heard(&mut self, message: Message, turn: &mut Turn<'_>) {
        match message {
            Message::SignedIn | Message::Renewed => self.reread(turn),
            // A message may be late: somebody else may be here by now.
            Message::SignedOut(_) | Message::Expired(_) if self.shares_storage() => self.reread(turn),
            Message::SignedOut(subject) if self.is(&subject) => self.signed_out_elsewhere(turn),
            Message::Expired(subject) if self.is(&subject) => {
                self.ended_here(AuthNotice::SessionExpired, turn)
            }
            Message::SignedOut(_) | Message::Expired(_) => {}
            #[cfg(feature = "idle")]
            Message::Active => self.active_elsewhere(turn),
        }
    }

    /// Whether all tabs read and write one session.
    fn shares_storage(&self) -> bool {
        self.keeps && self.session_slot().area == Area::Local
    }

    fn is(&self, subject: &Subject) -> bool {
        self.owner().subject() == Some(subject)
    }

    /// Reads the stored session again, unless it is about to be read or was removed for good.
    pub(crate) fn reread(&mut self, turn: &mut Turn<'_>) {
        if !matches!(self.job, Job::Starting { .. } | Job::SigningOut(_)) {
            turn.load(Purpose::Reread, self.session_slot());
        }
    }

    pub(crate) fn reread_done(&mut self, text: Option<&str>, turn: &mut Turn<'_>) {
        match Stored::read(text, &self.settings, turn.read_json) {
            Stored::Session(session) => {
                let known = matches!(&self.presence, Presence::Somebody(own) if own.is_like(&session));
                if !known {
                    self.take_over(*session, turn);
                    self.serve_fetches(turn);
                }
            }
            ended => self.ended_elsewhere(ended, turn),
        }
        if let Presence::Somebody(session) = &self.presence
            && session.is_over(turn.now)
        {
            self.expire(AuthNotice::SessionExpired, turn);
        }
    }

    /// Goes on with the session that another tab has stored, perhaps somebody else's.
    pub(crate) fn take_over(&mut self, session: Session, turn: &mut Turn<'_>) {
        let before = self.owner();
        self.adopt(session, turn);
        if before.subject().is_some_and(|subject| !self.is(subject)) {
            self.notice = Some(AuthNotice::PersonChanged);
        }
    }

    /// There is no session any more, by what is stored.
    pub(crate) fn ended_elsewhere(&mut self, stored: Stored, turn: &mut Turn<'_>) {
        self.owes = matches!(stored, Stored::SignOutOwed) || self.owed.is_some();
        match stored {
            Stored::Expired(ended) => self.expired_elsewhere(ended, turn),
            Stored::Newer => self.superseded(turn),
            Stored::SignOutOwed => self.signed_out_elsewhere(turn),
            Stored::Nothing | Stored::Unreadable if self.keeps => self.signed_out_elsewhere(turn),
            Stored::Nothing | Stored::Unreadable | Stored::Session(_) => {}
        }
    }

    /// A later version of the app runs in another tab and has the session. What it stored stays as it is.
    pub(crate) fn superseded(&mut self, turn: &mut Turn<'_>) {
        if self.owner().subject().is_some() {
            self.enter(Presence::Superseded, turn);
            self.notice = Some(AuthNotice::NewerVersion);
            self.abandon_renewal(turn);
            self.fetches.refuse_waiting(&FetchError::SessionExpired, turn);
        }
    }

    /// The session ended by itself, in another tab; perhaps it was somebody else's by then.
    fn expired_elsewhere(&mut self, ended: Box<Ended>, turn: &mut Turn<'_>) {
        let known = matches!(&self.presence, Presence::Expired(own) if own.subject == ended.subject);
        if !known {
            self.enter(Presence::Expired(ended), turn);
            self.notice = Some(AuthNotice::SessionExpired);
            self.give_renewal_up(turn);
            self.fetches.refuse_waiting(&FetchError::SessionExpired, turn);
        }
    }

    /// Whoever was here signed out in another tab. Where each tab has a storage of its own, what is stored goes
    /// as well.
    pub(crate) fn signed_out_elsewhere(&mut self, turn: &mut Turn<'_>) {
        if self.owner() != Owner::Nobody {
            if self.owner().subject().is_some() {
                self.notice = Some(AuthNotice::SignedOutElsewhere);
            }
            self.enter(Presence::Nobody, turn);
            self.give_renewal_up(turn);
            if !self.shares_storage() {
                self.forget_session(turn);
            }
            self.fetches.refuse_waiting(&FetchError::SignedOut, turn);
        }
    }

    /// What a renewal under way has brought already must not stay alive.
    fn give_renewal_up(&mut self, turn: &mut Turn<'_>) {
        if let Some(token) = self.abandon_renewal(turn) {
            self.revoke(&token, turn);
        }
    }

    /// Some time passed: a session that nothing can renew may be over.
    pub(crate) fn woke(&mut self, turn: &mut Turn<'_>) {
        self.backoff.wake();
        self.pay_sign_out(turn);
        self.check_lock_patience(turn);
        self.check_leaving(turn.now);
        #[cfg(feature = "idle")]
        self.check_idle(turn);
        if let Presence::Somebody(session) = &self.presence
            && session.is_over(turn.now)
        {
            // Another tab may have another one by now.
            self.reread(turn);
        }
        #[cfg(feature = "renew-ahead")]
        self.renew_ahead(turn);
    }

    /// Renews before anybody asks, where the app wants that and the time has come.
    #[cfg(feature = "renew-ahead")]
    fn renew_ahead(&mut self, turn: &mut Turn<'_>) {
        if let Presence::Somebody(session) = &self.presence
            && self.settings.renew_ahead
            && matches!(self.token(session, None, turn), Decision::Renew)
        {
            self.renew(turn);
        }
    }
}
