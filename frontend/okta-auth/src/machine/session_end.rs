//! The end of a session: for each cause, what is removed, told, revoked and shown.

use okta_types::RefreshToken;

use crate::interface::effect::Effect;
use crate::interface::error::FetchError;
use crate::interface::message::Message;
use crate::interface::owner::Owner;
use crate::interface::status::AuthNotice;
use crate::machine::background::RenewalStep;
use crate::machine::core::{Core, Presence};
use crate::machine::session::{Ended, Stored};
use crate::protocol::sensitive::Sensitive;
use crate::step_context::StepContext;
use crate::tickets::Purpose;

/// Why a session ends.
#[derive(Debug)]
pub(crate) enum Cause {
    /// The person signs out here, or, as the notice says, has been away for too long.
    SignedOut(Option<AuthNotice>),
    /// The person signed out in another tab.
    SignedOutElsewhere,
    /// By itself, as the notice says: what the person was doing waits for them.
    Expired(AuthNotice),
    /// By itself, as another tab says that has a storage of its own.
    ExpiredElsewhere,
    /// By itself, as another tab has stored; perhaps it was somebody else's by then.
    ExpiredInStorage(Box<Ended>),
    /// A later version of the app runs in another tab and has the session.
    Superseded,
}

/// A row of the table.
struct Row {
    stored: StoredSession,
    /// Whether the other tabs are told.
    is_told: bool,
    /// Whether what a renewal has brought is revoked here. A sign-out revokes it itself, a later version may go on
    /// with it.
    revokes: bool,
    /// Whether the key goes that its tokens are bound to: nothing can be proven with it any more. A later version may
    /// go on with it.
    #[cfg(feature = "dpop")]
    drops_key: bool,
}

/// What becomes of the stored session.
#[derive(Clone, Copy, PartialEq, Eq)]
enum StoredSession {
    Stays,
    /// With what belongs to it.
    Goes,
    /// And all sign-ins under way, not only those that keep something.
    GoesWithSignIns,
    /// By a record that says whose it was.
    IsReplaced,
}

impl Cause {
    /// The table. `shared`: all tabs read and write one session; where each has its own, that goes as well.
    const fn row(&self, shared: bool) -> Row {
        let (stored, is_told, revokes) = match self {
            Self::SignedOut(_) => (StoredSession::GoesWithSignIns, true, false),
            Self::SignedOutElsewhere if shared => (StoredSession::Stays, false, true),
            Self::SignedOutElsewhere => (StoredSession::Goes, false, true),
            Self::Expired(_) => (StoredSession::IsReplaced, true, true),
            Self::ExpiredElsewhere => (StoredSession::IsReplaced, false, true),
            Self::ExpiredInStorage(_) => (StoredSession::Stays, false, true),
            Self::Superseded => (StoredSession::Stays, false, false),
        };
        Row {
            stored,
            is_told,
            revokes,
            #[cfg(feature = "dpop")]
            drops_key: !matches!(self, Self::Superseded),
        }
    }
}

impl Core {
    /// The session ended by itself, here.
    pub(crate) fn expire(&mut self, notice: AuthNotice, ctx: &mut StepContext<'_>) {
        self.end(Cause::Expired(notice), ctx);
    }

    /// There is no session any more, by what is stored.
    pub(crate) fn ended_elsewhere(&mut self, stored: Stored, ctx: &mut StepContext<'_>) {
        self.must_reauthenticate =
            matches!(stored, Stored::SignOutUnfinished) || self.unfinished_sign_out.is_some();
        let cause = match stored {
            Stored::Expired(ended) => Cause::ExpiredInStorage(ended),
            Stored::Newer => Cause::Superseded,
            Stored::SignOutUnfinished => Cause::SignedOutElsewhere,
            Stored::Nothing | Stored::Unreadable if self.storage_works => Cause::SignedOutElsewhere,
            Stored::Nothing | Stored::Unreadable | Stored::Session(_) => return,
        };
        self.end(cause, ctx);
    }

    /// Ends the session of whoever is here, if that is news. Returns the refresh token that a renewal under way has
    /// brought and nobody has revoked.
    pub(crate) fn end(&mut self, cause: Cause, ctx: &mut StepContext<'_>) -> Option<RefreshToken> {
        let Row {
            stored,
            is_told,
            revokes,
            #[cfg(feature = "dpop")]
            drops_key,
        } = cause.row(self.shares_storage());
        let before = self.owner();
        let (presence, notice) = self.after(cause, &before)?;
        let brought = self.abandon_renewal(ctx);
        #[cfg(feature = "dpop")]
        if let Some(key) = self.key().filter(|_| drops_key) {
            self.drop_with_older(key, ctx);
        }
        self.enter(presence, ctx);
        self.notice = notice;
        if let Some(token) = brought.as_ref().filter(|_| revokes) {
            self.revoke(token, ctx);
        }
        if matches!(stored, StoredSession::Goes | StoredSession::GoesWithSignIns) {
            self.forget_session(ctx);
        }
        if stored == StoredSession::GoesWithSignIns {
            ctx.tickets.forget(Purpose::DiscardForeign);
            ctx.tickets.forget(Purpose::SignIn);
            ctx.remove(self.pending_slot());
        }
        if let (StoredSession::IsReplaced, Presence::Expired(ended)) = (stored, &self.presence) {
            let record = Sensitive::new(ended.to_text(&self.settings));
            ctx.save(Purpose::SaveEnded, self.session_slot(), record);
        }
        let is_expected_back = !matches!(self.presence, Presence::Nobody);
        if let (true, Owner::Person(subject)) = (is_told, before) {
            let message =
                if is_expected_back { Message::Expired(subject) } else { Message::SignedOut(subject) };
            ctx.push(Effect::Broadcast(message));
        }
        let refusal = if is_expected_back { FetchError::SessionExpired } else { FetchError::SignedOut };
        self.fetches.refuse_waiting(&refusal, ctx);
        brought.filter(|_| !revokes)
    }

    /// Who is there afterwards, and what they are told. `None` where nobody is there whose session could end, or it
    /// has ended like that already.
    fn after(&self, cause: Cause, before: &Owner) -> Option<(Presence, Option<AuthNotice>)> {
        let expired = |ended, notice| Some((Presence::Expired(ended), Some(notice)));
        match cause {
            Cause::SignedOut(notice) => Some((Presence::Nobody, notice)),
            Cause::SignedOutElsewhere => match before {
                Owner::Nobody => None,
                Owner::Unknown => Some((Presence::Nobody, self.notice.clone())),
                Owner::Person(_) => Some((Presence::Nobody, Some(AuthNotice::SignedOutElsewhere))),
            },
            Cause::Expired(notice) => expired(self.ended()?, notice),
            Cause::ExpiredElsewhere => expired(self.ended()?, AuthNotice::SessionExpired),
            Cause::ExpiredInStorage(ended) => match &self.presence {
                Presence::Expired(own) if own.subject == ended.subject => None,
                _ => expired(ended, AuthNotice::SessionExpired),
            },
            Cause::Superseded => {
                before.subject().map(|_| (Presence::Superseded, Some(AuthNotice::NewerVersion)))
            }
        }
    }

    /// What is left of the session that is here.
    fn ended(&self) -> Option<Box<Ended>> {
        match &self.presence {
            Presence::Somebody(session) => Some(Box::new(Ended::of(session))),
            _ => None,
        }
    }

    /// The session is gone: a renewal under way must bring nothing back. Returns the refresh token it has
    /// brought already and nobody keeps, to be revoked.
    pub(crate) fn abandon_renewal(&mut self, ctx: &mut StepContext<'_>) -> Option<RefreshToken> {
        let renewal = self.renewal.take()?;
        #[cfg(feature = "silent-renewal")]
        if renewal.is_away() {
            return None;
        }
        ctx.push(Effect::ReleaseLock { id: renewal.lock });
        // An answer that holds something else than tokens is read as none.
        if matches!(renewal.step, RenewalStep::Exchange(_)) {
            ctx.tickets.reassign(Purpose::Renewal, Purpose::LateTokens);
        }
        ctx.tickets.forget(Purpose::Renewal);
        match renewal.step {
            RenewalStep::Exchange(exchange) => exchange.into_refresh_token(),
            RenewalStep::Recheck(result) => result.ok().and_then(|session| session.refresh_token),
            RenewalStep::Lock | RenewalStep::Reread => None,
            #[cfg(feature = "silent-renewal")]
            RenewalStep::Silent(_) => None,
        }
    }
}
