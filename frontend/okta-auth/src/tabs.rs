//! What other tabs did, and what time did: both are noticed, none is acted on by signing in.

use crate::effect::Message;
use crate::error::FetchError;
#[cfg(feature = "renew-ahead")]
use crate::fetch::Decision;
use crate::machine::{Job, Machine, Presence};
use crate::session::Stored;
use crate::status::AuthNotice;
use crate::step::Turn;

impl Machine {
    /// Another tab said something.
    pub(crate) fn heard(&mut self, message: Message, turn: &mut Turn<'_>) {
        match message {
            Message::SignedIn | Message::Renewed => self.reread(turn),
            Message::SignedOut => self.signed_out_elsewhere(turn),
            #[cfg(feature = "idle")]
            Message::Active => self.active_elsewhere(turn),
            Message::Expired => {
                self.gone(AuthNotice::SessionExpired, &FetchError::SessionExpired, turn);
                // The storage may tell of the end before the channel tells of the reason.
                if let Some(AuthNotice::SignedOutElsewhere) = self.notice {
                    self.notice = Some(AuthNotice::SessionExpired);
                }
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
        match Stored::read(text, &self.settings, turn.read_json) {
            Stored::Session(session) => {
                let known = matches!(&self.presence, Presence::Somebody(own) if *own == session);
                if !known {
                    self.adopt(*session, turn);
                    self.serve_fetches(turn);
                }
            }
            Stored::Newer => self.superseded(turn),
            Stored::Nothing | Stored::Unreadable if self.keeps => self.signed_out_elsewhere(turn),
            Stored::Nothing | Stored::Unreadable => {}
        }
    }

    /// A later version of the app runs in another tab and has the session. What it stored stays as it is.
    pub(crate) fn superseded(&mut self, turn: &mut Turn<'_>) {
        if matches!(self.presence, Presence::Somebody(_)) {
            self.presence = Presence::Nobody;
            self.notice = Some(AuthNotice::NewerVersion);
            self.abandon_renewal(turn);
            self.refuse_waiting(&FetchError::SessionExpired, turn);
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
            self.forget_session(turn);
            self.refuse_waiting(error, turn);
        }
    }

    /// Some time passed: a session that nothing can renew may be over.
    pub(crate) fn woke(&mut self, turn: &mut Turn<'_>) {
        self.backoff.wake();
        self.check_lock_patience(turn);
        self.check_leaving(turn.now);
        #[cfg(feature = "idle")]
        self.check_idle(turn);
        if let Presence::Somebody(session) = &self.presence
            && session.refresh_token.is_none()
            && !session.is_valid(turn.now)
        {
            self.expire(AuthNotice::SessionExpired, turn);
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
