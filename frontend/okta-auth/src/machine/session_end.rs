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
use crate::tickets::Purpose;
use crate::turn::Turn;

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

/// What an end comes to: a row of the table.
struct End {
    presence: Presence,
    notice: Option<AuthNotice>,
    stored: StoredSession,
    /// What the other tabs are told.
    told: Option<Message>,
    /// Why requests that wait get no answer.
    refusal: FetchError,
    /// Whether what a renewal has brought is revoked here. A sign-out revokes it itself, a later version may go on
    /// with it.
    revokes: bool,
}

/// What becomes of the stored session.
enum StoredSession {
    Stays,
    /// With what belongs to it.
    Goes,
    /// And all sign-ins under way, not only those that keep something.
    GoesWithSignIns,
    /// By a record that says whose it was.
    IsReplaced,
}

impl Core {
    /// The session ended by itself, here.
    pub(crate) fn expire(&mut self, notice: AuthNotice, turn: &mut Turn<'_>) {
        self.end(Cause::Expired(notice), turn);
    }

    /// There is no session any more, by what is stored.
    pub(crate) fn ended_elsewhere(&mut self, stored: Stored, turn: &mut Turn<'_>) {
        self.owes = matches!(stored, Stored::SignOutOwed) || self.owed.is_some();
        let cause = match stored {
            Stored::Expired(ended) => Cause::ExpiredInStorage(ended),
            Stored::Newer => Cause::Superseded,
            Stored::SignOutOwed => Cause::SignedOutElsewhere,
            Stored::Nothing | Stored::Unreadable if self.keeps => Cause::SignedOutElsewhere,
            Stored::Nothing | Stored::Unreadable | Stored::Session(_) => return,
        };
        self.end(cause, turn);
    }

    /// Ends the session of whoever is here, if that is news. Returns the refresh token that a renewal under way has
    /// brought and nobody has revoked.
    pub(crate) fn end(&mut self, cause: Cause, turn: &mut Turn<'_>) -> Option<RefreshToken> {
        let End { presence, notice, stored, told, refusal, revokes } = self.row(cause)?;
        let record = match &presence {
            Presence::Expired(ended) => Some(Sensitive::new(ended.to_text(&self.settings))),
            _ => None,
        };
        let brought = self.abandon_renewal(turn);
        self.enter(presence, turn);
        self.notice = notice;
        if let Some(token) = brought.as_ref().filter(|_| revokes) {
            self.revoke(token, turn);
        }
        match stored {
            StoredSession::Stays => {}
            StoredSession::Goes => self.forget_session(turn),
            StoredSession::GoesWithSignIns => {
                self.forget_session(turn);
                turn.tickets.forget(Purpose::Disown);
                turn.tickets.forget(Purpose::SignIn);
                turn.remove(self.pending_slot());
            }
            StoredSession::IsReplaced => {
                if let Some(record) = record {
                    turn.save(Purpose::SaveEnded, self.session_slot(), record);
                }
            }
        }
        if let Some(message) = told {
            turn.push(Effect::Broadcast(message));
        }
        self.fetches.refuse_waiting(&refusal, turn);
        brought.filter(|_| !revokes)
    }

    /// The table. `None` where there is nothing to end, or it has ended like that already.
    fn row(&self, cause: Cause) -> Option<End> {
        let owner = self.owner();
        let somebody = owner.subject();
        Some(match cause {
            Cause::SignedOut(notice) => End {
                presence: Presence::Nobody,
                notice,
                stored: StoredSession::GoesWithSignIns,
                told: Some(Message::SignedOut(somebody?.clone())),
                refusal: FetchError::SignedOut,
                revokes: false,
            },
            Cause::SignedOutElsewhere if owner == Owner::Nobody => return None,
            Cause::SignedOutElsewhere => End {
                presence: Presence::Nobody,
                notice: somebody
                    .map_or_else(|| self.notice.clone(), |_| Some(AuthNotice::SignedOutElsewhere)),
                // Where each tab has a storage of its own, what is stored goes as well.
                stored: if self.shares_storage() { StoredSession::Stays } else { StoredSession::Goes },
                told: None,
                refusal: FetchError::SignedOut,
                revokes: true,
            },
            Cause::Expired(notice) => End {
                told: Some(Message::Expired(somebody?.clone())),
                stored: StoredSession::IsReplaced,
                ..expired(self.ended()?, notice)
            },
            Cause::ExpiredElsewhere => End {
                stored: StoredSession::IsReplaced,
                ..expired(self.ended()?, AuthNotice::SessionExpired)
            },
            Cause::ExpiredInStorage(ended) => match &self.presence {
                Presence::Expired(own) if own.subject == ended.subject => return None,
                _ => expired(ended, AuthNotice::SessionExpired),
            },
            Cause::Superseded => End {
                presence: somebody.map(|_| Presence::Superseded)?,
                notice: Some(AuthNotice::NewerVersion),
                stored: StoredSession::Stays,
                told: None,
                refusal: FetchError::SessionExpired,
                revokes: false,
            },
        })
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
    pub(crate) fn abandon_renewal(&mut self, turn: &mut Turn<'_>) -> Option<RefreshToken> {
        let renewal = self.renewal.take()?;
        turn.push(Effect::ReleaseLock { id: renewal.lock });
        if matches!(&renewal.step, RenewalStep::Exchange(exchange) if exchange.awaits_tokens()) {
            turn.tickets.pass(Purpose::Renewal, Purpose::LateTokens);
        }
        turn.tickets.forget(Purpose::Renewal);
        match renewal.step {
            RenewalStep::Exchange(exchange) => exchange.into_refresh_token(),
            RenewalStep::Recheck(result) => result.ok().and_then(|session| session.refresh_token),
            RenewalStep::Lock | RenewalStep::Reread => None,
        }
    }
}

/// The person is expected back.
fn expired(ended: Box<Ended>, notice: AuthNotice) -> End {
    End {
        presence: Presence::Expired(ended),
        notice: Some(notice),
        stored: StoredSession::Stays,
        told: None,
        refusal: FetchError::SessionExpired,
        revokes: true,
    }
}
