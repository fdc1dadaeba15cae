//! What all flows share: the settings, the org, who is there, and what is under way.

use std::rc::Rc;
use std::time::Duration;

use okta_types::UnixTime;

use crate::interface::config::{AuthConfig, ConfigErrors, Settings};
use crate::interface::effect::{Area, Effect};
use crate::interface::owner::{Owner, Subject};
use crate::interface::resumable_request::OwnedRequest;
use crate::interface::status::{AuthNotice, CallbackStatus};
#[cfg(feature = "idle")]
use crate::machine::background::Activity;
use crate::machine::background::Renewal;
#[cfg(feature = "userinfo")]
use crate::machine::background::UserInfo;
use crate::machine::backoff::Backoff;
use crate::machine::fetches::Fetches;
use crate::machine::job::{Job, SigningOut};
use crate::machine::org::Org;
use crate::machine::session::{Ended, Session};
use crate::machine::transaction::Pending;
use crate::protocol::sensitive::Sensitive;
use crate::step_context::StepContext;
use crate::tickets::Purpose;

/// All that is known of sign-in in one page, and what every flow does with it.
#[derive(Debug)]
pub(crate) struct Core {
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
    /// Whether the storage keeps sessions. Where it does not, an empty storage says nothing.
    pub(crate) storage_works: bool,
    /// Where the org sends people after a sign-out: the `state` of the address, while the one sent along is read.
    pub(crate) returning: Option<Sensitive>,
    /// What a step-up kept, until the app takes it.
    pub(crate) kept: Option<Rc<OwnedRequest>>,
    pub(crate) stepped_up: Option<SteppedUp>,
    /// The org does not know yet that somebody signed out here: the next sign-in asks for a password.
    pub(crate) must_reauthenticate: bool,
    /// Requests that wait may go on, at the end of this step.
    pub(crate) serves: bool,
    /// The rest of a sign-out, for when the org can be reached.
    pub(crate) unfinished_sign_out: Option<SigningOut>,
    #[cfg(feature = "userinfo")]
    pub(crate) user_info: UserInfo,
    #[cfg(feature = "idle")]
    pub(crate) activity: Activity,
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

/// The last sign-in of this page that asked for more than usual.
#[derive(Debug)]
pub(crate) struct SteppedUp {
    pub(crate) acr_values: Option<String>,
    pub(crate) max_age: Option<u64>,
    pub(crate) at: UnixTime,
}

impl Core {
    /// As it is before its first event, for a page at `page`: `location.origin`, or an address below it.
    ///
    /// # Errors
    /// All mistakes of the configuration.
    pub(crate) fn new(config: &AuthConfig, page: &str) -> Result<Self, ConfigErrors> {
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
            storage_works: true,
            returning: None,
            kept: None,
            stepped_up: None,
            must_reauthenticate: false,
            serves: false,
            unfinished_sign_out: None,
            #[cfg(feature = "userinfo")]
            user_info: UserInfo::default(),
            #[cfg(feature = "idle")]
            activity: Activity::default(),
        })
    }

    /// The org's clock minus the browser's, seconds, as measured when the session was begun or renewed.
    pub(crate) fn clock_offset(&self) -> Option<i64> {
        match &self.presence {
            Presence::Somebody(session) => Some(session.offset),
            _ => None,
        }
    }

    /// Whose is what the page keeps and shows of a person.
    pub(crate) fn owner(&self) -> Owner {
        match &self.presence {
            Presence::Unknown | Presence::Superseded => Owner::Unknown,
            Presence::Nobody => Owner::Nobody,
            Presence::Expired(session) => Owner::Person(session.subject.clone()),
            Presence::Somebody(session) => Owner::Person(session.subject()),
        }
    }

    /// The one way in which who is there changes. What belonged to somebody else goes.
    pub(crate) fn enter(&mut self, presence: Presence, ctx: &mut StepContext<'_>) {
        let before = self.owner();
        self.presence = presence;
        let owner = self.owner();
        if owner == before || owner == Owner::Unknown {
            return;
        }
        let prefix = self.owned_prefix();
        let except = owner.subject().map(|subject| subject.key_prefix(&prefix));
        ctx.push(Effect::Erase { prefix, except });
        self.kept = None;
        self.stepped_up = None;
        #[cfg(feature = "userinfo")]
        {
            self.user_info = UserInfo::Absent;
            ctx.tickets.forget(Purpose::UserInfo);
        }
        if let Job::SigningIn(signing_in) = &mut self.job {
            signing_in.forget_kept();
        }
        // A callback that reads the pending sign-ins leaves the others' out itself.
        if !self.job.is_taking() {
            ctx.load(Purpose::DiscardForeign, self.pending_slot());
        }
        self.fetches.refuse_foreign(&owner, ctx);
    }

    /// The pending sign-ins of this tab were read: those that keep a request of somebody else go.
    pub(crate) fn discard_foreign(&mut self, text: Option<&str>, ctx: &mut StepContext<'_>) {
        let mut pending = Pending::parse(text, self.settings.redirect_limit, ctx.now, ctx.read_json);
        pending.discard_foreign(self.owner().subject());
        if text.is_some() && !pending.is_newer {
            self.store_pending(&pending, ctx);
        }
    }

    /// Stores what is left of them. First away with all: a storage that is full would keep what was taken.
    pub(crate) fn store_pending(&self, pending: &Pending, ctx: &mut StepContext<'_>) {
        ctx.remove(self.pending_slot());
        if let Some(text) = pending.to_text() {
            ctx.save_only(self.pending_slot(), Sensitive::new(text));
        }
    }

    /// Whether the foreground is free.
    pub(crate) fn is_free(&self, now: UnixTime) -> bool {
        matches!(self.job, Job::Idle) || self.has_stayed(now)
    }

    /// A page that is still there long after it was to be left stays: the person pressed "stop".
    fn has_stayed(&self, now: UnixTime) -> bool {
        matches!(self.job, Job::Leaving { since } if now.since(since) >= LEAVING)
    }

    /// The page is about to be left.
    pub(crate) fn leave(&mut self, ctx: &mut StepContext<'_>) {
        self.job = Job::Leaving { since: ctx.now };
        ctx.wake_in(LEAVING);
    }

    /// Whoever waits for the page to be left waits no longer.
    pub(crate) fn check_leaving(&mut self, now: UnixTime) {
        if self.has_stayed(now) {
            self.job = Job::Idle;
        }
    }

    /// Keeps a new session and shows it.
    pub(crate) fn adopt(&mut self, session: Session, ctx: &mut StepContext<'_>) {
        // One tick at the absolute end; a timer that fires late, after a sleep, finds the same.
        if !session.is_renewable() {
            ctx.push(Effect::WakeAt(session.ends_at()));
        }
        if session.is_renewable() && self.settings.renew_ahead {
            ctx.push(Effect::WakeAt(session.renew_at()));
        }
        self.notice = None;
        #[cfg(feature = "dpop")]
        self.take_key(&session, ctx);
        let same =
            matches!(&self.presence, Presence::Somebody(own) if own.access_token == session.access_token);
        if !same && session.is_useful() {
            self.backoff = Backoff::default();
        }
        self.must_reauthenticate = false;
        #[cfg(feature = "silent-renewal")]
        if session.away_since.is_none() {
            self.renewal.take_if(|renewal| renewal.is_away());
        }
        self.enter(Presence::Somebody(Box::new(session)), ctx);
    }

    /// Goes on with the session that another tab has stored, perhaps somebody else's.
    pub(crate) fn take_over(&mut self, session: Session, ctx: &mut StepContext<'_>) {
        let before = self.owner();
        self.adopt(session, ctx);
        if before.subject().is_some_and(|subject| !self.is(subject)) {
            self.notice = Some(AuthNotice::PersonChanged);
        }
    }

    /// Whether all tabs read and write one session.
    pub(crate) fn shares_storage(&self) -> bool {
        self.storage_works && self.session_slot().area == Area::Local
    }

    pub(crate) fn is(&self, subject: &Subject) -> bool {
        self.owner().subject() == Some(subject)
    }

    /// Writes the session where reloads and other tabs find it.
    pub(crate) fn save_session(&mut self, ctx: &mut StepContext<'_>) {
        #[cfg(feature = "dpop")]
        if !self.may_save_session(ctx) {
            return;
        }
        if let Presence::Somebody(session) = &self.presence {
            let text = Sensitive::new(session.to_text(&self.settings));
            ctx.save(Purpose::SaveSession, self.session_slot(), text);
        }
    }

    /// The session was kept, or the storage refused.
    pub(crate) fn session_saved(&mut self, ok: bool, ctx: &mut StepContext<'_>) {
        let first_failure = self.storage_works && !ok;
        self.storage_works = ok;
        if first_failure {
            // What is still stored holds a refresh token that is used up: whoever took it from there
            // would look like a thief. Without it there may be room.
            ctx.remove(self.session_slot());
            self.save_session(ctx);
        }
    }
}
