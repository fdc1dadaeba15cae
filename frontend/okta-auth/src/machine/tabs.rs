//! What other tabs did, and what time did: both are noticed, none is acted on by signing in.

use okta_types::UnixTime;

use crate::interface::message::Message;
use crate::interface::status::AuthNotice;
#[cfg(feature = "renew-ahead")]
use crate::machine::access::Decision;
use crate::machine::core::{Core, Presence};
use crate::machine::job::Job;
use crate::machine::next::Next;
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

    pub(crate) fn reread_done(&mut self, text: Option<&str>, turn: &mut Turn<'_>) -> Next {
        let mut next = Next::Nothing;
        match Stored::read(text, &self.settings, turn.read_json) {
            Stored::Session(session) => {
                let known = matches!(&self.presence, Presence::Somebody(own) if own.is_like(&session));
                if !known {
                    self.take_over(*session, turn);
                    next = Next::Serve;
                }
            }
            ended => self.ended_elsewhere(ended, turn),
        }
        if let Presence::Somebody(session) = &self.presence
            && session.is_over(turn.now)
        {
            self.expire(AuthNotice::SessionExpired, turn);
        }
        next
    }

    /// A session that nothing can renew may be over.
    pub(crate) fn check_end(&self, now: UnixTime) -> Next {
        match &self.presence {
            Presence::Somebody(session) if session.is_over(now) => Next::Reread,
            _ => Next::Nothing,
        }
    }

    /// Renews before anybody asks, where the app wants that and the time has come.
    #[cfg(feature = "renew-ahead")]
    pub(crate) fn renew_ahead(&self, turn: &Turn<'_>) -> Next {
        if let Presence::Somebody(session) = &self.presence
            && self.settings.renew_ahead
            && matches!(self.token(session, None, turn), Decision::Renew)
        {
            return Next::Renew;
        }
        Next::Nothing
    }
}
