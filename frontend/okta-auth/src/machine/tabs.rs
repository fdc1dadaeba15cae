//! What other tabs did, and what time did: both are noticed, none is acted on by signing in.

use crate::interface::message::Message;
use crate::interface::status::AuthNotice;
#[cfg(feature = "renew-ahead")]
use crate::machine::access::Decision;
use crate::machine::core::{Core, Presence};
use crate::machine::job::Job;
use crate::machine::session::Stored;
use crate::machine::session_end::Cause;
use crate::tickets::Purpose;
use crate::turn::Turn;

impl Core {
    /// Another tab said something.
    pub(crate) fn heard(&mut self, message: Message, turn: &mut Turn<'_>) {
        match message {
            Message::SignedIn | Message::Renewed => self.reread(turn),
            // A message may be late: somebody else may be here by now.
            Message::SignedOut(_) | Message::Expired(_) if self.shares_storage() => self.reread(turn),
            Message::SignedOut(subject) if self.is(&subject) => {
                self.end(Cause::SignedOutElsewhere, turn);
            }
            Message::Expired(subject) if self.is(&subject) => {
                self.end(Cause::ExpiredElsewhere, turn);
            }
            Message::SignedOut(_) | Message::Expired(_) => {}
            #[cfg(feature = "idle")]
            Message::Active => self.active_elsewhere(turn),
        }
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
