//! The state of sign-in in one page, and which part takes which event in.
//!
//! One job at a time holds the foreground: starting, a callback, a sign-in, a sign-out. A renewal may go
//! on beside an idle foreground. Every answer is matched by its id against what is pending; what matches
//! nothing is late and dropped.

mod callback;
mod exchange;
mod fetch;
#[cfg(feature = "idle")]
mod idle;
mod org;
mod owner;
#[cfg(feature = "par")]
mod pushed;
mod renewal;
mod session;
mod sign_out;
mod signing_in;
mod slots;
mod step_up;
mod tabs;
mod transaction;
#[cfg(feature = "userinfo")]
mod user_info;

use std::rc::Rc;
use std::time::Duration;

use okta_types::UnixTime;

use crate::interface::config::{AuthConfig, ConfigErrors, Settings};
use crate::interface::effect::Effect;
use crate::interface::error::OrgError;
use crate::interface::event::{Event, HttpAnswer, HttpFailure};
use crate::interface::ids::Ticket;
use crate::interface::kept_request::{KeptFor, KeptRequest};
#[cfg(not(feature = "userinfo"))]
use crate::interface::person::Person;
#[cfg(feature = "userinfo")]
use crate::interface::status::UserInfoStatus;
use crate::interface::status::{AuthNotice, AuthStatus, CallbackStatus};
use crate::machine::callback::{Arrival, Callback};
use crate::machine::fetch::Fetches;
#[cfg(feature = "idle")]
use crate::machine::idle::Activity;
use crate::machine::org::Org;
use crate::machine::renewal::{Backoff, Renewal};
use crate::machine::session::{Ended, Session};
use crate::machine::sign_out::SigningOut;
use crate::machine::signing_in::SigningIn;
use crate::machine::step_up::{Kept, SteppedUp};
#[cfg(feature = "userinfo")]
use crate::machine::user_info::UserInfo;
use crate::protocol::sensitive::Sensitive;
use crate::turn::Turn;

/// The state of sign-in in one page. Goes through [`step`](crate::step()).
#[derive(Debug)]
pub struct Machine {
    pub(crate) settings: Settings,
    pub(crate) org: Org,
    pub(crate) presence: Presence,
    pub(crate) job: Job,
    pub(crate) renewal: Option<Renewal>,
    pub(crate) backoff: Backoff,
    /// Pauses between renewals whose new token was refused like the old one.
    pub(crate) refusals: Backoff,
    pub(crate) fetches: Fetches,
    pub(crate) notice: Option<AuthNotice>,
    pub(crate) callback: CallbackStatus,
    /// The stored session is being read because another tab changed it.
    pub(crate) reread: Option<Ticket>,
    /// The last save of the session, until it is answered.
    pub(crate) saving: Option<Ticket>,
    /// Whether the storage keeps sessions. Where it does not, an empty storage says nothing.
    pub(crate) keeps: bool,
    /// A token request whose session is gone: tokens that still come are revoked.
    pub(crate) abandoned: Option<Ticket>,
    /// Where the org sends people after a sign-out: the `state` of the address, while the one sent along is read.
    pub(crate) returning: Option<(Ticket, Option<Sensitive>)>,
    /// What a step-up kept, until the app takes it.
    pub(crate) kept: Option<Rc<KeptFor>>,
    pub(crate) stepped_up: Option<SteppedUp>,
    /// The pending sign-ins are being read because the owner has changed.
    pub(crate) disowning: Option<Ticket>,
    /// The org does not know yet that somebody signed out here: the next sign-in asks for a password.
    pub(crate) owes: bool,
    /// The rest of a sign-out, for when the org can be reached.
    pub(crate) owed: Option<SigningOut>,
    /// What is left of an expired session is being saved in its place.
    pub(crate) ending: Option<Ticket>,
    #[cfg(feature = "userinfo")]
    pub(crate) user_info: UserInfo,
    #[cfg(feature = "idle")]
    pub(crate) activity: Activity,
    pub(crate) tickets: u64,
}

/// How long it may take to leave a page.
const LEAVING: Duration = Duration::from_secs(10);

/// Who is there.
#[derive(Debug)]
pub(crate) enum Presence {
    Unknown,
    Nobody,
    /// A later version of the app has the session, in another tab.
    Superseded,
    /// The session has ended by itself; the person is expected back.
    Expired(Box<Ended>),
    Somebody(Box<Session>),
}

/// What holds the foreground.
#[derive(Debug)]
pub(crate) enum Job {
    Idle,
    /// The stored session is being read.
    Starting {
        load: Ticket,
        arrival: Arrival,
    },
    Callback(Callback),
    SigningIn(SigningIn),
    SigningOut(SigningOut),
    /// The page is being left.
    Leaving {
        since: UnixTime,
    },
}

impl Machine {
    /// A machine before its first event, for a page at `page`: `location.origin`, or an address below it.
    ///
    /// # Errors
    /// All mistakes of the configuration.
    pub fn new(config: &AuthConfig, page: &str) -> Result<Self, ConfigErrors> {
        Ok(Self {
            settings: Settings::check(config, page)?,
            org: Org::default(),
            presence: Presence::Unknown,
            job: Job::Idle,
            renewal: None,
            backoff: Backoff::default(),
            refusals: Backoff::default(),
            fetches: Fetches::default(),
            notice: None,
            callback: CallbackStatus::None,
            reread: None,
            saving: None,
            keeps: true,
            abandoned: None,
            returning: None,
            kept: None,
            stepped_up: None,
            disowning: None,
            owes: false,
            owed: None,
            ending: None,
            #[cfg(feature = "userinfo")]
            user_info: UserInfo::default(),
            #[cfg(feature = "idle")]
            activity: Activity::default(),
            tickets: 0,
        })
    }

    /// Who is there, as far as the app may show it. While a callback is under way nothing is known yet.
    pub fn status(&self) -> AuthStatus {
        match &self.presence {
            Presence::Somebody(session) => AuthStatus::SignedIn(self.person(session)),
            Presence::Unknown => AuthStatus::Unknown,
            _ if matches!(self.job, Job::Callback(_)) => AuthStatus::Unknown,
            _ => AuthStatus::Anonymous,
        }
    }

    #[cfg(not(feature = "userinfo"))]
    fn person(&self, session: &Session) -> Person {
        session.person()
    }

    /// What the person should be told.
    pub fn notice(&self) -> Option<&AuthNotice> {
        self.notice.as_ref()
    }

    /// Whether the page is about to be left for the org, by a sign-in or a sign-out: show it at the button that was
    /// pressed.
    pub fn is_leaving(&self) -> bool {
        matches!(self.job, Job::SigningIn(_) | Job::SigningOut(_) | Job::Leaving { .. })
    }

    /// How the callback of this page load went.
    pub fn callback(&self) -> &CallbackStatus {
        &self.callback
    }

    /// Whether a reload finds the session again. `false` where the browser's storage refused to keep it: it is
    /// good for the life of this page.
    pub fn keeps_session(&self) -> bool {
        self.keeps
    }

    /// The org's clock minus the browser's, seconds, as measured when the session was begun or renewed.
    pub fn clock_offset(&self) -> Option<i64> {
        match &self.presence {
            Presence::Somebody(session) => Some(session.offset),
            _ => None,
        }
    }

    /// The request of this name that a step-up kept. Once: from then on it is the app's to send, or not.
    pub fn take_kept(&mut self, name: &str) -> Option<KeptRequest> {
        self.kept.take_if(|kept| kept.request.name == name).map(|kept| Rc::unwrap_or_clone(kept).request)
    }

    /// What is known from `/userinfo`.
    #[cfg(feature = "userinfo")]
    pub fn user_info(&self) -> UserInfoStatus {
        self.user_info.status()
    }

    /// Whether the driver should tell of [`Event::Active`].
    #[cfg(feature = "idle")]
    pub fn watches_activity(&self) -> bool {
        self.settings.idle.is_some()
    }

    pub(crate) fn on(&mut self, event: Event, turn: &mut Turn<'_>) {
        match event {
            Event::Started { address } => self.started(&address, turn),
            Event::SignIn(request) => self.sign_in(request, turn),
            Event::SignOut => self.sign_out(true, turn),
            Event::SignOutHere => self.sign_out(false, turn),
            Event::Initiated { query } => self.initiated(&query, turn),
            Event::NoticeDismissed => self.notice = None,
            Event::Landed => self.callback = CallbackStatus::None,
            Event::FetchWanted { fetch, url } => self.fetch_wanted(fetch, &url, turn),
            Event::FetchAnswered { fetch, status, challenge } => {
                self.fetch_answered(fetch, status, challenge.as_deref(), turn);
            }
            Event::FetchKept { fetch, request, target } => {
                self.fetches.keep(fetch, Kept { request, target });
            }
            Event::FetchDropped { fetch } => self.fetches.forget(fetch),
            Event::Loaded { id, text } => self.loaded(id, text.as_ref(), turn),
            Event::LoadFailed { id } => {
                self.keeps = false;
                self.loaded(id, None, turn);
            }
            Event::Saved { id, ok } => self.saved(id, ok, turn),
            Event::Answered { id, answer } => self.answered(id, &answer, turn),
            Event::Verified { id, good } => self.verified(id, good, turn),
            Event::LockGranted { id } => self.lock_granted(id, turn),
            Event::Heard(message) => self.heard(message, turn),
            Event::StorageChanged => self.reread(turn),
            Event::Woke => self.woke(turn),
            Event::Returned => self.returned(turn),
            #[cfg(feature = "userinfo")]
            Event::UserInfoWanted => self.want_user_info(turn),
            #[cfg(feature = "idle")]
            Event::Active => self.active(turn),
        }
    }

    fn loaded(&mut self, id: Ticket, text: Option<&Sensitive>, turn: &mut Turn<'_>) {
        let text = text.map(Sensitive::expose);
        if self.reread == Some(id) {
            self.reread_done(text, turn);
        } else if self.disowning == Some(id) {
            self.disown(text, turn);
        } else if self.returning.as_ref().is_some_and(|(load, _)| *load == id) {
            self.sign_out_state_loaded(text, turn);
        } else if self.renewal.as_ref().is_some_and(|renewal| renewal.awaits_load(id)) {
            self.renewal_loaded(text, turn);
        } else {
            #[cfg(feature = "userinfo")]
            if self.user_info.awaits(id) {
                return self.user_info_loaded(text, turn);
            }
            #[cfg(feature = "idle")]
            if self.activity.awaits(id) {
                return self.activity_loaded(text, turn);
            }
            match &self.job {
                Job::Starting { load, .. } if *load == id => self.session_loaded(text, turn),
                Job::Callback(callback) if callback.awaits_load(id) => self.transactions_loaded(text, turn),
                Job::SigningIn(signing_in) if signing_in.awaits(id) => self.pending_loaded(text, turn),
                _ => {}
            }
        }
    }

    fn saved(&mut self, id: Ticket, ok: bool, turn: &mut Turn<'_>) {
        if self.saving == Some(id) {
            self.saving = None;
            let first_failure = self.keeps && !ok;
            self.keeps = ok;
            if first_failure {
                // What is still stored holds a refresh token that is used up: whoever took it from there
                // would look like a thief. Without it there may be room.
                turn.remove(self.session_slot());
                self.save_session(turn);
            }
        } else if self.ending == Some(id) {
            self.ending = None;
            if !ok {
                // Nothing is better than tokens that are good for nothing.
                turn.remove(self.session_slot());
            }
        } else if let Job::SigningIn(signing_in) = &self.job
            && signing_in.awaits(id)
        {
            self.transaction_saved(ok, turn);
        }
    }

    fn answered(&mut self, id: Ticket, answer: &Result<HttpAnswer, HttpFailure>, turn: &mut Turn<'_>) {
        if let Some(result) = self.org.metadata_answered(id, &self.settings, answer, turn.read_json) {
            return self.metadata_settled(result.err(), turn);
        }
        if let Job::Callback(callback) = &mut self.job
            && let Some(exchange) = callback.exchange_awaiting(id)
        {
            let outcome = exchange.answered(answer, &self.settings, &mut self.org, turn);
            self.code_exchanged(outcome, turn);
        } else if let Some(exchange) = self.renewal.as_mut().and_then(|r| r.exchange_awaiting(id)) {
            let outcome = exchange.answered(answer, &self.settings, &mut self.org, turn);
            self.renewal_exchanged(outcome, turn);
        } else if self.abandoned == Some(id) {
            self.abandoned = None;
            self.revoke_late_tokens(answer, turn);
        } else if let Job::SigningOut(signing_out) = &self.job
            && signing_out.awaits(id)
        {
            self.revoked(answer, turn);
        } else {
            #[cfg(feature = "par")]
            if let Job::SigningIn(signing_in) = &self.job
                && signing_in.awaits(id)
            {
                return self.pushed(answer, turn);
            }
            #[cfg(feature = "userinfo")]
            if self.user_info.awaits(id) {
                self.user_info_answered(answer, turn);
            }
        }
    }

    fn verified(&mut self, id: Ticket, good: bool, turn: &mut Turn<'_>) {
        if let Job::Callback(callback) = &mut self.job
            && let Some(exchange) = callback.exchange_awaiting(id)
        {
            let outcome = exchange.verified(good, &self.settings, turn);
            self.code_exchanged(outcome, turn);
        } else if let Some(exchange) = self.renewal.as_mut().and_then(|r| r.exchange_awaiting(id)) {
            let outcome = exchange.verified(good, &self.settings, turn);
            self.renewal_exchanged(outcome, turn);
        }
    }

    /// The discovery document came, or did not: everybody who waits for it goes on.
    fn metadata_settled(&mut self, error: Option<OrgError>, turn: &mut Turn<'_>) {
        if let Some(exchange) = self.renewal.as_mut().and_then(Renewal::exchange) {
            let outcome = match &error {
                None => exchange.proceed(&self.settings, &mut self.org, turn),
                Some(error) => exchange.metadata_failed(error),
            };
            self.renewal_exchanged(outcome, turn);
        }
        #[cfg(feature = "userinfo")]
        self.user_info_metadata(error.as_ref(), turn);
        match &mut self.job {
            Job::Callback(callback) => {
                let outcome = match (callback.exchange(), &error) {
                    (Some(exchange), None) => exchange.proceed(&self.settings, &mut self.org, turn),
                    (Some(exchange), Some(error)) => exchange.metadata_failed(error),
                    (None, _) => None,
                };
                self.code_exchanged(outcome, turn);
            }
            Job::SigningIn(_) => self.sign_in_metadata(error, turn),
            Job::SigningOut(_) => self.sign_out_metadata(error, turn),
            _ => {}
        }
    }

    /// Whether the foreground is free.
    pub(crate) fn is_free(&self, now: UnixTime) -> bool {
        matches!(self.job, Job::Idle) || self.stays(now)
    }

    /// A page that is still there long after it was to be left stays: the person pressed "stop".
    fn stays(&self, now: UnixTime) -> bool {
        matches!(self.job, Job::Leaving { since } if now.since(since) >= LEAVING)
    }

    /// The page is about to be left.
    pub(crate) fn leave(&mut self, turn: &mut Turn<'_>) {
        self.job = Job::Leaving { since: turn.now };
        turn.wake_in(LEAVING);
    }

    /// Whoever waits for the page to be left waits no longer.
    pub(crate) fn check_leaving(&mut self, now: UnixTime) {
        if self.stays(now) {
            self.job = Job::Idle;
        }
    }

    /// Keeps a new session and shows it.
    pub(crate) fn adopt(&mut self, session: Session, turn: &mut Turn<'_>) {
        // One tick at the absolute end; a timer that fires late, after a sleep, finds the same.
        if session.refresh_token.is_none() {
            turn.push(Effect::WakeAt(session.ends_at()));
        }
        #[cfg(feature = "renew-ahead")]
        if session.refresh_token.is_some() && self.settings.renew_ahead {
            turn.push(Effect::WakeAt(session.renew_at()));
        }
        self.notice = None;
        let same =
            matches!(&self.presence, Presence::Somebody(own) if own.access_token == session.access_token);
        if !same && session.is_useful() {
            self.backoff = Backoff::default();
        }
        self.owes = false;
        self.enter(Presence::Somebody(Box::new(session)), turn);
    }

    /// Writes the session where reloads and other tabs find it.
    pub(crate) fn save_session(&mut self, turn: &mut Turn<'_>) {
        if let Presence::Somebody(session) = &self.presence {
            let text = Sensitive::new(session.to_text(&self.settings));
            self.saving = Some(turn.save(self.session_slot(), text));
        }
    }
}
