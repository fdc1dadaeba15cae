//! What other tabs did, and what time did: both are noticed, none is acted on by signing in.

use crate::effect::Message;
use crate::error::FetchError;
use crate::machine::{Job, Machine, Presence};
use crate::session::Session;
use crate::status::AuthNotice;
use crate::step::Turn;

impl Machine {
    /// Another tab said something.
    pub(crate) fn heard(&mut self, message: Message, turn: &mut Turn<'_>) {
        match message {
            Message::SignedIn | Message::Renewed => self.reread(turn),
            Message::SignedOut => self.signed_out_elsewhere(turn),
            Message::Expired => {
                self.gone(AuthNotice::SessionExpired, &FetchError::SessionExpired, turn);
            }
        }
    }

    /// Reads the stored session again.
    pub(crate) fn reread(&mut self, turn: &mut Turn<'_>) {
        if matches!(self.job, Job::Idle | Job::SigningIn(_)) {
            let id = turn.load(self.session_slot());
            self.reread = Some(id);
        }
    }

    pub(crate) fn reread_done(&mut self, text: Option<&str>, turn: &mut Turn<'_>) {
        self.reread = None;
        let stored = text.and_then(|text| Session::parse(text, &self.settings, turn.read_json));
        let known = matches!(&self.presence, Presence::Somebody(own) if stored.as_ref() == Some(&**own));
        match stored {
            Some(_) if known => {}
            Some(session) => {
                self.adopt(session, turn);
                self.serve_fetches(turn);
            }
            None if self.keeps => self.signed_out_elsewhere(turn),
            None => {}
        }
    }

    pub(crate) fn signed_out_elsewhere(&mut self, turn: &mut Turn<'_>) {
        self.gone(AuthNotice::SignedOutElsewhere, &FetchError::SignedOut, turn);
    }

    /// The session ended in another tab. It is removed here as well: each tab may have a storage of its own.
    fn gone(&mut self, notice: AuthNotice, error: &FetchError, turn: &mut Turn<'_>) {
        if matches!(self.presence, Presence::Somebody(_)) {
            self.presence = Presence::Nobody;
            self.notice = Some(notice);
            if let Some(token) = self.abandon_renewal(turn) {
                self.revoke(&token, turn);
            }
            turn.remove(self.session_slot());
            self.refuse_waiting(error, turn);
        }
    }

    /// Some time passed: a session that nothing can renew may be over.
    pub(crate) fn woke(&mut self, turn: &mut Turn<'_>) {
        self.backoff.wake();
        self.check_lock_patience(turn);
        if let Presence::Somebody(session) = &self.presence
            && session.refresh_token.is_none()
            && !session.is_valid(turn.now)
        {
            self.expire(AuthNotice::SessionExpired, turn);
        }
    }
}
