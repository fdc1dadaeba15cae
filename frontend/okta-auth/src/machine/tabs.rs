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
use crate::step_context::StepContext;
use crate::tickets::Purpose;

impl Core {
    /// Another tab said something.
    pub(crate) fn heard(&mut self, message: Message, ctx: &mut StepContext<'_>) {
        match message {
            Message::SignedIn | Message::Renewed => self.reread(ctx),
            // A message may be late: somebody else may be here by now.
            Message::SignedOut(_) | Message::Expired(_) if self.shares_storage() => self.reread(ctx),
            Message::SignedOut(subject) if self.is(&subject) => {
                self.end(Cause::SignedOutElsewhere, ctx);
            }
            Message::Expired(subject) if self.is(&subject) => {
                self.end(Cause::ExpiredElsewhere, ctx);
            }
            Message::SignedOut(_) | Message::Expired(_) => {}
            #[cfg(feature = "idle")]
            Message::Active => self.active_elsewhere(ctx),
        }
    }

    /// Reads the stored session again, unless it is about to be read or was removed for good.
    pub(crate) fn reread(&mut self, ctx: &mut StepContext<'_>) {
        if !matches!(self.job, Job::Starting { .. } | Job::SigningOut(_)) {
            ctx.load(Purpose::Reread, self.session_slot());
        }
    }

    pub(crate) fn reread_done(&mut self, text: Option<&str>, ctx: &mut StepContext<'_>) -> Next {
        let mut next = Next::Nothing;
        match Stored::read(text, &self.settings, ctx.read_json) {
            Stored::Session(session) => {
                let known = matches!(&self.presence, Presence::Somebody(own) if own.is_like(&session));
                if !known {
                    self.take_over(*session, ctx);
                    next = Next::Serve;
                }
            }
            ended => self.ended_elsewhere(ended, ctx),
        }
        if let Presence::Somebody(session) = &self.presence
            && session.is_over(ctx.now)
        {
            self.expire(AuthNotice::SessionExpired, ctx);
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
    pub(crate) fn renew_ahead(&self, ctx: &StepContext<'_>) -> Next {
        if let Presence::Somebody(session) = &self.presence
            && self.settings.renew_ahead
            && matches!(self.token(session, None, ctx), Decision::Renew)
        {
            return Next::Renew;
        }
        Next::Nothing
    }
}
