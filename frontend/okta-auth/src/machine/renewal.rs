//! Renewal by refresh token (RFC 6749 §6), one at a time across all tabs.
//!
//! Under the lock: read what is stored (another tab may have renewed), refresh, read again (another tab may
//! have signed out), save, give the lock back. Only `invalid_grant` ends the session; no answer, 429 and 5xx
//! leave it as it is and back off, and so does a new token that ends at once or is refused like the old one. Where the browser has no locks the driver grants them at once; the org's
//! grace period then covers two tabs that renew within it.

use std::time::Duration;

use okta_types::{AccessToken, RefreshToken, UnixTime};

use crate::interface::effect::Effect;
use crate::interface::error::{AnswerProblem, FetchError, OrgError};
use crate::interface::ids::Ticket;
use crate::interface::message::Message;
use crate::interface::status::AuthNotice;
use crate::machine::exchange::{Exchange, Grant, Outcome};
use crate::machine::session::{Ended, Session, Stored};
use crate::machine::{Machine, Presence};
use crate::protocol::sensitive::Sensitive;
use crate::turn::Turn;

/// A tab that holds the lock longer than its own requests may take is stuck, seconds.
const LOCK_PATIENCE: Duration = Duration::from_secs(45);
/// The longest pause between two attempts, seconds.
const MAX_PAUSE: u64 = 60;
/// The longest pause the org may ask for, seconds.
const MAX_ASKED: u64 = 600;

/// A renewal under way.
#[derive(Debug)]
pub(crate) struct Renewal {
    lock: Ticket,
    /// The access token to be replaced.
    stale: AccessToken,
    begun: UnixTime,
    step: Step,
}

#[derive(Debug)]
enum Step {
    Lock,
    Reread(Ticket),
    Exchange(Box<Exchange>),
    /// The exchange is over; what is stored decides what its result means.
    Recheck(Ticket, Box<Result<Session, OrgError>>),
}

impl Renewal {
    pub(crate) fn awaits_load(&self, id: Ticket) -> bool {
        matches!(&self.step, Step::Reread(own) | Step::Recheck(own, _) if *own == id)
    }

    pub(crate) fn exchange(&mut self) -> Option<&mut Exchange> {
        match &mut self.step {
            Step::Exchange(exchange) => Some(exchange),
            _ => None,
        }
    }

    pub(crate) fn exchange_awaiting(&mut self, id: Ticket) -> Option<&mut Exchange> {
        self.exchange().filter(|exchange| exchange.awaits(id))
    }
}

/// Pauses between attempts that got no answer, or none that helps.
#[derive(Clone, Debug, Default)]
pub(crate) struct Backoff {
    failures: u32,
    until: Option<UnixTime>,
    pub(crate) last: Option<OrgError>,
}

impl Backoff {
    pub(crate) fn is_over(&self, now: UnixTime) -> bool {
        self.until.is_none_or(|until| now >= until)
    }

    /// The network may be back; a busy org is not asked sooner for that.
    pub(crate) fn wake(&mut self) {
        if matches!(self.last, Some(OrgError::Network | OrgError::Timeout | OrgError::Cors(_))) {
            self.until = None;
        }
    }

    /// 1, 2, 4 … 60 seconds, or as long as the org says, ten minutes at most; up to half of it again by chance,
    /// so that tabs and people do not come back all at once. `offset`: the org's clock minus `now`'s, seconds.
    pub(crate) fn fail(&mut self, error: OrgError, now: UnixTime, offset: i64, chance: u8) {
        let pause = (1u64 << self.failures.min(6)).min(MAX_PAUSE);
        self.failures += 1;
        let jitter = pause * u64::from(chance) / 512;
        let asked = match error {
            OrgError::Unavailable { until, after, .. } => {
                let org_now = UnixTime(now.0.saturating_add(offset));
                let reset = until.map_or(0, |until| until.since(org_now).as_secs());
                reset.max(after.map_or(0, |after| after.as_secs())).min(MAX_ASKED)
            }
            _ => 0,
        };
        self.until = Some(now + Duration::from_secs(pause.max(asked) + jitter));
        self.last = Some(error);
    }
}

impl Machine {
    /// Begins a renewal of the session unless one is under way. The session must have a refresh token.
    pub(crate) fn renew(&mut self, turn: &mut Turn<'_>) {
        let Presence::Somebody(session) = &self.presence else { return };
        if self.renewal.is_some() {
            return;
        }
        let (lock, stale) = (turn.ticket(), session.access_token.clone());
        self.renewal = Some(Renewal { lock, stale, begun: turn.now, step: Step::Lock });
        turn.push(Effect::AcquireLock { id: lock });
        turn.wake_in(LOCK_PATIENCE);
    }

    pub(crate) fn lock_granted(&mut self, id: Ticket, turn: &mut Turn<'_>) {
        let slot = self.session_slot();
        match &mut self.renewal {
            Some(renewal) if renewal.lock == id && matches!(renewal.step, Step::Lock) => {
                let load = turn.load(slot);
                renewal.step = Step::Reread(load);
            }
            Some(renewal) if renewal.lock == id => {}
            // Nobody wants it any more; other tabs may.
            _ => turn.push(Effect::ReleaseLock { id }),
        }
    }

    /// The stored session was read, before or after the exchange.
    pub(crate) fn renewal_loaded(&mut self, text: Option<&str>, turn: &mut Turn<'_>) {
        let Some(renewal) = self.renewal.take() else { return };
        let stored = match Stored::read(text, &self.settings, turn.read_json) {
            Stored::Session(session) => Some(*session),
            Stored::Nothing | Stored::Unreadable if !self.keeps => None,
            ended => {
                // What a refresh has brought meanwhile must not stay alive. A later version may go on with it.
                if let Step::Recheck(_, result) = renewal.step
                    && let Ok(session) = *result
                    && !matches!(ended, Stored::Newer)
                {
                    self.revoke_renewed(session, turn);
                }
                turn.push(Effect::ReleaseLock { id: renewal.lock });
                return self.ended_elsewhere(ended, turn);
            }
        };
        match renewal.step {
            Step::Reread(_) => self.reread_for_renewal(renewal.lock, &renewal.stale, stored, turn),
            Step::Recheck(_, result) => {
                self.renewal_over(renewal.lock, &renewal.stale, *result, stored, turn)
            }
            Step::Lock | Step::Exchange(_) => {}
        }
    }

    fn reread_for_renewal(
        &mut self,
        lock: Ticket,
        stale: &AccessToken,
        stored: Option<Session>,
        turn: &mut Turn<'_>,
    ) {
        if let Some(stored) = stored {
            let renewed = stored.access_token != *stale && stored.is_fresh(turn.now);
            self.take_over(stored, turn);
            if renewed {
                turn.push(Effect::ReleaseLock { id: lock });
                return self.serve_fetches(turn);
            }
        }
        let session = match &self.presence {
            Presence::Somebody(session) if session.refresh_token.is_some() => session,
            _ => {
                turn.push(Effect::ReleaseLock { id: lock });
                return self.serve_fetches(turn);
            }
        };
        let stale = session.access_token.clone();
        let mut exchange = Box::new(Exchange::new(Grant::Refresh(session.clone())));
        let outcome = exchange.proceed(&self.settings, &mut self.org, turn);
        self.renewal = Some(Renewal { lock, stale, begun: turn.now, step: Step::Exchange(exchange) });
        self.renewal_exchanged(outcome, turn);
    }

    /// The exchange went on; where it is over, what is stored is read once more.
    pub(crate) fn renewal_exchanged(&mut self, outcome: Outcome, turn: &mut Turn<'_>) {
        let slot = self.session_slot();
        if let Some(result) = outcome
            && let Some(renewal) = &mut self.renewal
        {
            let load = turn.load(slot);
            renewal.step = Step::Recheck(load, Box::new(result));
        }
    }

    fn renewal_over(
        &mut self,
        lock: Ticket,
        stale: &AccessToken,
        result: Result<Session, OrgError>,
        stored: Option<Session>,
        turn: &mut Turn<'_>,
    ) {
        match (result, stored) {
            // Somebody has signed in anew meanwhile, in another tab.
            (Ok(session), Some(stored)) if stored.state != session.state => {
                self.revoke_renewed(session, turn);
                self.take_over(stored, turn);
            }
            (Ok(session), _) => {
                let is_useful = session.is_useful();
                self.adopt(session, turn);
                self.save_session(turn);
                turn.push(Effect::Broadcast(Message::Renewed));
                if !is_useful {
                    self.back_off(OrgError::Answer(AnswerProblem::ShortLived), turn);
                }
            }
            // Without locks another tab may have been faster; its tokens are good.
            (Err(error), Some(stored)) if error.is_invalid_grant() && stored.access_token != *stale => {
                self.adopt(stored, turn);
            }
            (Err(error), _) if error.is_invalid_grant() => self.expire(AuthNotice::SessionExpired, turn),
            (Err(OrgError::IdToken(error)), _) => self.expire(AuthNotice::SessionRefused(error), turn),
            (Err(error), _) => self.back_off(error, turn),
        }
        turn.push(Effect::ReleaseLock { id: lock });
        self.serve_fetches(turn);
    }

    fn back_off(&mut self, error: OrgError, turn: &mut Turn<'_>) {
        let offset = self.clock_offset().unwrap_or(0);
        self.backoff.fail(error, turn.now, offset, turn.random[0]);
        #[cfg(feature = "renew-ahead")]
        if let Some(until) = self.backoff.until
            && self.settings.renew_ahead
        {
            turn.push(Effect::WakeAt(until));
        }
    }

    fn revoke_renewed(&self, session: Session, turn: &mut Turn<'_>) {
        if let Some(token) = session.refresh_token {
            self.revoke(&token, turn);
        }
    }

    /// The session ended by itself: everywhere in this browser, with one clean state to show.
    pub(crate) fn expire(&mut self, notice: AuthNotice, turn: &mut Turn<'_>) {
        self.ended_here(notice, turn);
        if let Presence::Expired(ended) = &self.presence {
            turn.push(Effect::Broadcast(Message::Expired(ended.subject.clone())));
        }
    }

    /// The session ended by itself. What the person was doing waits for them, so what is stored in its place
    /// says whose it was.
    pub(crate) fn ended_here(&mut self, notice: AuthNotice, turn: &mut Turn<'_>) {
        let Presence::Somebody(session) = &self.presence else { return };
        let ended = Box::new(Ended::of(session));
        let text = Sensitive::new(ended.to_text(&self.settings));
        self.enter(Presence::Expired(ended), turn);
        self.notice = Some(notice);
        self.ending = Some(turn.save(self.session_slot(), text));
        self.refuse_waiting(&FetchError::SessionExpired, turn);
    }

    /// The session is gone: a renewal under way must bring nothing back. Returns the refresh token it has
    /// brought already and nobody keeps, to be revoked.
    pub(crate) fn abandon_renewal(&mut self, turn: &mut Turn<'_>) -> Option<RefreshToken> {
        let renewal = self.renewal.take()?;
        turn.push(Effect::ReleaseLock { id: renewal.lock });
        match renewal.step {
            Step::Exchange(exchange) => {
                self.abandoned = exchange.token_request();
                exchange.into_refresh_token()
            }
            Step::Recheck(_, result) => result.ok().and_then(|session| session.refresh_token),
            Step::Lock | Step::Reread(_) => None,
        }
    }

    /// Gives a lock up that does not come.
    pub(crate) fn check_lock_patience(&mut self, turn: &mut Turn<'_>) {
        let stuck = self
            .renewal
            .as_ref()
            .is_some_and(|r| matches!(r.step, Step::Lock) && turn.now.since(r.begun) >= LOCK_PATIENCE);
        if stuck {
            self.abandon_renewal(turn);
            self.back_off(OrgError::Timeout, turn);
            self.serve_fetches(turn);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How long the pause is after so many failures without an answer, seconds.
    #[track_caller]
    fn check(failures: u32, chance: u8, pause: i64) {
        let mut backoff = Backoff::default();
        for _ in 0..failures {
            backoff.fail(OrgError::Network, UnixTime(1000), 0, chance);
        }
        assert_eq!(backoff.until, Some(UnixTime(1000 + pause)), "{failures} failures, chance {chance}");
    }

    #[test]
    fn pauses_double_up_to_a_minute_and_chance_adds_up_to_half_of_one() {
        for (failures, pause) in [(1, 1), (2, 2), (3, 4), (6, 32), (7, 60), (200, 60)] {
            check(failures, 0, pause);
        }
        check(6, 128, 32 + 8);
        check(6, 255, 32 + 15);
        check(7, 255, 60 + 29);
    }
}
