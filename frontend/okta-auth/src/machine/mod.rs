//! The state of sign-in in one page, and which part takes which event in.
//!
//! One job at a time holds the foreground: starting, a callback, a sign-in, a sign-out. A renewal may go
//! on beside an idle foreground. Every answer is looked up by its id (module `tickets`); what nobody waits for
//! is late and dropped.

mod access;
mod arrival;
mod background;
mod backoff;
mod callback;
mod core;
mod exchange;
mod fetch;
mod fetches;
#[cfg(feature = "idle")]
mod idle;
mod job;
mod next;
mod org;
#[cfg(feature = "par")]
mod pushed;
mod renewal;
mod revocation;
mod session;
mod session_end;
mod sign_out;
mod signing_in;
mod slots;
mod step_up;
mod tabs;
mod transaction;
#[cfg(feature = "userinfo")]
mod user_info;

use std::rc::Rc;

use self::background::Renewal;
use self::core::{Core, Presence};
use self::fetches::Kept;
use self::job::Job;
use self::next::Next;
use crate::interface::config::{AuthConfig, ConfigErrors};
use crate::interface::effect::Slot;
use crate::interface::error::OrgError;
use crate::interface::event::{Event, HttpAnswer, HttpFailure};
use crate::interface::ids::Ticket;
use crate::interface::kept_request::KeptRequest;
use crate::interface::owner::Owner;
#[cfg(feature = "userinfo")]
use crate::interface::status::UserInfoStatus;
use crate::interface::status::{AuthNotice, AuthStatus, CallbackStatus};
use crate::protocol::sensitive::Sensitive;
use crate::tickets::{Kind, Purpose, Tickets};
use crate::turn::Turn;

/// The state of sign-in in one page. Goes through [`step`](crate::step()).
#[derive(Debug)]
pub struct Machine {
    core: Core,
    pub(crate) tickets: Tickets,
}

impl Machine {
    /// A machine before its first event, for a page at `page`: `location.origin`, or an address below it.
    ///
    /// # Errors
    /// All mistakes of the configuration.
    pub fn new(config: &AuthConfig, page: &str) -> Result<Self, ConfigErrors> {
        Core::new(config, page).map(|core| Self { core, tickets: Tickets::default() })
    }

    /// The name of the lock and of the channel between tabs: one for each client of each issuer.
    pub fn channel(&self) -> String {
        self.core.channel()
    }

    /// Where the session is kept; the driver watches it for changes by other tabs.
    pub fn session_slot(&self) -> Slot {
        self.core.session_slot()
    }

    /// Whose is what the page keeps and shows of a person.
    pub fn owner(&self) -> Owner {
        self.core.owner()
    }

    /// What the storage keys of all that is somebody's begin with; see
    /// [`Subject::key_prefix`](crate::Subject::key_prefix).
    pub fn owned_prefix(&self) -> String {
        self.core.owned_prefix()
    }

    /// The org's clock minus the browser's, seconds, as measured when the session was begun or renewed.
    pub fn clock_offset(&self) -> Option<i64> {
        self.core.clock_offset()
    }

    /// Who is there, as far as the app may show it. While a callback is under way nothing is known yet.
    pub fn status(&self) -> AuthStatus {
        match &self.core.presence {
            Presence::Somebody(session) => AuthStatus::SignedIn(self.core.person(session)),
            Presence::Unknown => AuthStatus::Unknown,
            _ if matches!(self.core.job, Job::Callback(_)) => AuthStatus::Unknown,
            _ => AuthStatus::Anonymous,
        }
    }

    /// What the person should be told.
    pub fn notice(&self) -> Option<&AuthNotice> {
        self.core.notice.as_ref()
    }

    /// Whether the page is about to be left for the org, by a sign-in or a sign-out: show it at the button that was
    /// pressed.
    pub fn is_leaving(&self) -> bool {
        matches!(self.core.job, Job::SigningIn(_) | Job::SigningOut(_) | Job::Leaving { .. })
    }

    /// How the callback of this page load went.
    pub fn callback(&self) -> &CallbackStatus {
        &self.core.callback
    }

    /// Whether a reload finds the session again. `false` where the browser's storage refused to keep it: it is
    /// good for the life of this page.
    pub fn keeps_session(&self) -> bool {
        self.core.storage_works
    }

    /// The request of this name that a step-up kept. Once: from then on it is the app's to send, or not.
    pub fn take_kept(&mut self, name: &str) -> Option<KeptRequest> {
        self.core.kept.take_if(|kept| kept.request.name == name).map(|kept| Rc::unwrap_or_clone(kept).request)
    }

    /// What is known from `/userinfo`.
    #[cfg(feature = "userinfo")]
    pub fn user_info(&self) -> UserInfoStatus {
        self.core.user_info.status()
    }

    /// Whether the driver should tell of [`Event::Active`].
    #[cfg(feature = "idle")]
    pub fn watches_activity(&self) -> bool {
        self.core.settings.idle.is_some()
    }

    /// Takes one event in.
    pub(crate) fn on(&mut self, event: Event, turn: &mut Turn<'_>) {
        let next = self.core.on(event, turn);
        self.core.follow(next, turn);
        if std::mem::take(&mut self.core.serves) {
            let next = self.core.serve_fetches(turn);
            self.core.follow(next, turn);
            #[cfg(feature = "userinfo")]
            {
                let next = self.core.ask_user_info(turn);
                self.core.follow(next, turn);
            }
        }
    }
}

impl Core {
    fn on(&mut self, event: Event, turn: &mut Turn<'_>) -> Next {
        match event {
            Event::Started { address } => self.started(&address, turn),
            Event::SignIn(request) => self.sign_in(request, turn),
            Event::SignOut => self.sign_out(true, None, turn),
            Event::SignOutHere => self.sign_out(false, None, turn),
            Event::Initiated { query } => self.initiated(&query, turn),
            Event::NoticeDismissed => self.notice = None,
            Event::Landed => self.callback = CallbackStatus::None,
            Event::FetchWanted { fetch, url } => return self.fetch_wanted(fetch, &url, turn),
            Event::FetchAnswered { fetch, status, challenge } => {
                return self.fetch_answered(fetch, status, challenge.as_deref(), turn);
            }
            Event::FetchKept { fetch, request, target } => {
                self.fetches.keep(fetch, Kept { request, target });
            }
            Event::FetchDropped { fetch } => self.fetches.forget(fetch),
            Event::Loaded { id, text } => return self.loaded(id, text.as_ref(), turn),
            Event::LoadFailed { id } => {
                self.storage_works = false;
                return self.loaded(id, None, turn);
            }
            Event::Saved { id, ok } => self.saved(id, ok, turn),
            Event::Answered { id, answer } => return self.answered(id, &answer, turn),
            Event::Verified { id, good } => return self.verified(id, good, turn),
            Event::LockGranted { id } => self.lock_granted(id, turn),
            Event::Heard(message) => self.heard(message, turn),
            Event::StorageChanged => return Next::Reread,
            Event::Woke => self.woke(turn),
            Event::Returned => return self.returned(),
            #[cfg(feature = "userinfo")]
            Event::UserInfoWanted => self.want_user_info(turn),
            #[cfg(feature = "idle")]
            Event::Active => self.active(turn),
        }
        Next::Nothing
    }

    /// Does what follows a flow.
    fn follow(&mut self, next: Next, turn: &mut Turn<'_>) {
        match next {
            Next::Nothing => {}
            Next::Serve => self.serves = true,
            Next::Renew => self.renew(turn),
            Next::Reread => self.reread(turn),
            Next::SignIn(request) => self.sign_in(*request, turn),
            #[cfg(feature = "idle")]
            Next::SignOut => self.sign_out(true, Some(AuthNotice::IdleSignedOut), turn),
            Next::Started => {
                self.woke(turn);
                self.serves = true;
            }
            Next::SignedIn(transaction) => {
                self.stepped_up(*transaction, turn.now);
                #[cfg(feature = "idle")]
                self.signed_in_now(turn);
                self.serves = true;
            }
        }
    }

    /// Some time passed.
    fn woke(&mut self, turn: &mut Turn<'_>) {
        self.backoff.wake();
        self.pay_sign_out(turn);
        let next = self.check_lock_patience(turn);
        self.follow(next, turn);
        self.check_leaving(turn.now);
        #[cfg(feature = "idle")]
        self.check_idle(turn);
        let next = self.check_end(turn.now);
        self.follow(next, turn);
        #[cfg(feature = "renew-ahead")]
        {
            let next = self.renew_ahead(turn);
            self.follow(next, turn);
        }
    }

    fn loaded(&mut self, id: Ticket, text: Option<&Sensitive>, turn: &mut Turn<'_>) -> Next {
        let text = text.map(Sensitive::expose);
        match turn.tickets.take(id, Kind::Loaded) {
            Some(Purpose::Start) => return self.session_loaded(text, turn),
            Some(Purpose::Reread) => return self.reread_done(text, turn),
            Some(Purpose::Disown) => self.disown(text, turn),
            Some(Purpose::SignOutState) => self.sign_out_state_loaded(text, turn),
            Some(Purpose::Callback) => return self.transactions_loaded(text, turn),
            Some(Purpose::SignIn) => self.pending_loaded(text, turn),
            Some(Purpose::Renewal) => return self.renewal_loaded(text, turn),
            #[cfg(feature = "userinfo")]
            Some(Purpose::UserInfo) => return self.user_info_loaded(text, turn),
            #[cfg(feature = "idle")]
            Some(Purpose::Activity) => return self.activity_loaded(text, turn),
            _ => {}
        }
        Next::Nothing
    }

    fn saved(&mut self, id: Ticket, ok: bool, turn: &mut Turn<'_>) {
        match turn.tickets.take(id, Kind::Saved) {
            Some(Purpose::SaveSession) => self.session_saved(ok, turn),
            // Nothing is better than tokens that are good for nothing.
            Some(Purpose::SaveEnded) if !ok => turn.remove(self.session_slot()),
            Some(Purpose::SignIn) => self.transaction_saved(ok, turn),
            _ => {}
        }
    }

    fn answered(
        &mut self,
        id: Ticket,
        answer: &Result<HttpAnswer, HttpFailure>,
        turn: &mut Turn<'_>,
    ) -> Next {
        match turn.tickets.take(id, Kind::Answered) {
            Some(Purpose::Metadata) => {
                let result = self.org.metadata_answered(&self.settings, answer, turn.read_json);
                return self.metadata_settled(result.err(), turn);
            }
            Some(Purpose::Callback) => {
                let outcome = self
                    .job
                    .exchange()
                    .and_then(|exchange| exchange.answered(answer, &self.settings, &mut self.org, turn));
                return self.code_exchanged(outcome, turn);
            }
            Some(Purpose::Renewal) => {
                let exchange = self.renewal.as_mut().and_then(Renewal::exchange);
                let outcome = exchange
                    .and_then(|exchange| exchange.answered(answer, &self.settings, &mut self.org, turn));
                self.renewal_exchanged(outcome, turn);
            }
            Some(Purpose::LateTokens) => self.revoke_late_tokens(answer, turn),
            Some(Purpose::SignOut) => self.revoked(answer, turn),
            #[cfg(feature = "par")]
            Some(Purpose::SignIn) => self.pushed(answer, turn),
            #[cfg(feature = "userinfo")]
            Some(Purpose::UserInfo) => self.user_info_answered(answer, turn),
            _ => {}
        }
        Next::Nothing
    }

    fn verified(&mut self, id: Ticket, good: bool, turn: &mut Turn<'_>) -> Next {
        match turn.tickets.take(id, Kind::Verified) {
            Some(Purpose::Callback) => {
                let outcome =
                    self.job.exchange().and_then(|exchange| exchange.verified(good, &self.settings, turn));
                return self.code_exchanged(outcome, turn);
            }
            Some(Purpose::Renewal) => {
                let exchange = self.renewal.as_mut().and_then(Renewal::exchange);
                let outcome = exchange.and_then(|exchange| exchange.verified(good, &self.settings, turn));
                self.renewal_exchanged(outcome, turn);
            }
            _ => {}
        }
        Next::Nothing
    }

    /// The discovery document came, or did not: everybody who waits for it goes on.
    fn metadata_settled(&mut self, error: Option<OrgError>, turn: &mut Turn<'_>) -> Next {
        if let Some(exchange) = self.renewal.as_mut().and_then(Renewal::exchange) {
            let outcome = match &error {
                None => exchange.proceed(&self.settings, &mut self.org, turn),
                Some(error) => exchange.metadata_failed(error),
            };
            self.renewal_exchanged(outcome, turn);
        }
        #[cfg(feature = "userinfo")]
        {
            let next = self.user_info_metadata(error.as_ref(), turn);
            self.follow(next, turn);
        }
        match &mut self.job {
            job @ Job::Callback(_) => {
                let outcome = match (job.exchange(), &error) {
                    (Some(exchange), None) => exchange.proceed(&self.settings, &mut self.org, turn),
                    (Some(exchange), Some(error)) => exchange.metadata_failed(error),
                    (None, _) => None,
                };
                return self.code_exchanged(outcome, turn);
            }
            Job::SigningIn(_) => self.sign_in_metadata(error, turn),
            Job::SigningOut(_) => self.sign_out_metadata(error, turn),
            _ => {}
        }
        Next::Nothing
    }
}
