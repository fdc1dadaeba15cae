//! The state of sign-in in one page, and which part takes which event in.
//!
//! One job at a time holds the foreground: starting, a callback, a sign-in, a sign-out. A renewal may go
//! on beside an idle foreground. Every answer is looked up by its id (module `tickets`); what nobody waits for
//! is late and dropped.

mod access;
#[cfg(feature = "idle")]
mod activity;
mod answers;
mod arrival;
mod background;
mod backoff;
#[cfg(feature = "dpop")]
mod binding;
mod callback;
mod core;
mod exchange;
#[cfg(feature = "dpop")]
mod exchange_proof;
mod fetch;
mod fetches;
mod grant;
#[cfg(feature = "idle")]
mod idle;
mod job;
#[cfg(feature = "dpop")]
mod key;
mod next;
mod org;
#[cfg(feature = "dpop")]
mod proofs;
#[cfg(feature = "dpop")]
mod proving;
#[cfg(feature = "par")]
mod pushed;
mod renewal;
mod renewal_failure;
mod revocation;
mod session;
mod session_end;
mod sign_out;
mod signing_in;
#[cfg(feature = "silent-renewal")]
mod silent_renewal;
#[cfg(feature = "silent-renewal")]
mod silent_trip;
mod slots;
mod step_up;
mod tabs;
mod token_answer;
mod token_to_revoke;
mod transaction;
#[cfg(feature = "userinfo")]
mod user_info;
#[cfg(feature = "wanted-pages")]
mod wanted;

use std::rc::Rc;

use self::core::{Core, Presence};
use self::fetches::Kept;
use self::job::Job;
use self::next::Next;
use crate::interface::config::{AuthConfig, ConfigErrors};
use crate::interface::effect::Slot;
use crate::interface::event::Event;
#[cfg(feature = "idle")]
use crate::interface::message::Message;
use crate::interface::owner::Owner;
use crate::interface::resumable_request::ResumableRequest;
#[cfg(feature = "userinfo")]
use crate::interface::status::UserInfoStatus;
use crate::interface::status::{AuthNotice, AuthStatus, CallbackStatus};
use crate::step_context::StepContext;
use crate::tickets::Tickets;

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
            #[cfg(feature = "userinfo")]
            Presence::Somebody(session) => AuthStatus::SignedIn(user_info::person(&self.core, session)),
            #[cfg(not(feature = "userinfo"))]
            Presence::Somebody(session) => AuthStatus::SignedIn(session.person()),
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

    /// Takes the request that was stored under this name when a step-up began. It is given once; from then on it is the
    /// app's to send, or not.
    pub fn take_resumed(&mut self, name: &str) -> Option<ResumableRequest> {
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
    pub(crate) fn on(&mut self, event: Event, ctx: &mut StepContext<'_>) {
        let next = self.core.on(event, ctx);
        self.core.follow(next, ctx);
        if std::mem::take(&mut self.core.serves) {
            let next = fetch::serve_waiting(&mut self.core, ctx);
            self.core.follow(next, ctx);
            #[cfg(feature = "userinfo")]
            {
                let next = user_info::ask(&mut self.core, ctx);
                self.core.follow(next, ctx);
            }
        }
    }
}

impl Core {
    fn on(&mut self, event: Event, ctx: &mut StepContext<'_>) -> Next {
        match event {
            Event::Started { address } => callback::started(self, &address, ctx),
            Event::SignIn(request) => signing_in::start(self, request, ctx),
            Event::SignOut => sign_out::start(self, true, None, ctx),
            Event::SignOutHere => sign_out::start(self, false, None, ctx),
            Event::Initiated { query } => signing_in::initiated(self, &query, ctx),
            Event::NoticeDismissed => self.notice = None,
            Event::Landed => self.callback = CallbackStatus::None,
            #[cfg(feature = "dpop")]
            Event::FetchWanted { fetch, url, method } => return fetch::start(self, fetch, &url, method, ctx),
            #[cfg(not(feature = "dpop"))]
            Event::FetchWanted { fetch, url } => return fetch::start(self, fetch, &url, ctx),
            #[cfg(feature = "dpop")]
            Event::NonceGiven { fetch, nonce } => fetch::nonce_given(self, fetch, &nonce, ctx),
            #[cfg(feature = "dpop")]
            Event::FetchKeyLost { fetch, key } => return fetch::key_lost(self, fetch, &key, ctx),
            #[cfg(feature = "dpop")]
            Event::KeyMade { id, key } => return self.key_made(id, key.as_ref(), ctx),
            #[cfg(feature = "dpop")]
            Event::TimeTold { id, time } => return self.time_told(id, time, ctx),
            Event::FetchAnswered { fetch, status, challenge } => {
                return fetch::answered(self, fetch, status, challenge.as_deref(), ctx);
            }
            Event::FetchResumable { fetch, request, target } => {
                self.fetches.keep(fetch, Kept { request, target });
            }
            Event::FetchDropped { fetch } => self.fetches.forget(fetch),
            Event::Loaded { id, text } => return self.loaded(id, text.as_ref(), ctx),
            Event::LoadFailed { id } => {
                self.storage_works = false;
                return self.loaded(id, None, ctx);
            }
            Event::Saved { id, ok } => self.saved(id, ok, ctx),
            Event::Answered { id, answer } => return self.answered(id, &answer, ctx),
            Event::Verified { id, good } => return self.verified(id, good, ctx),
            #[cfg(feature = "silent-renewal")]
            Event::FrameAnswered { id, answer } => return self.frame_answered(id, answer.as_ref(), ctx),
            #[cfg(feature = "silent-renewal")]
            Event::PageChecked { id, place, has_unsent_input } => {
                return self.page_checked(id, place, has_unsent_input, ctx);
            }
            Event::LockGranted { id } => renewal::lock_granted(self, id, ctx),
            #[cfg(feature = "idle")]
            Event::Heard(Message::Active) => idle::active_elsewhere(self, ctx),
            Event::Heard(message) => tabs::heard(self, message, ctx),
            Event::StorageChanged => return Next::Reread,
            Event::Woke => self.woke(ctx),
            Event::Returned => return tabs::returned(self),
            #[cfg(feature = "userinfo")]
            Event::UserInfoWanted => user_info::wanted(self, ctx),
            #[cfg(feature = "idle")]
            Event::Active => idle::active(self, ctx),
        }
        Next::Nothing
    }

    /// Does what follows a flow.
    fn follow(&mut self, next: Next, ctx: &mut StepContext<'_>) {
        match next {
            Next::Nothing => {}
            Next::Serve => self.serves = true,
            Next::Renew => renewal::start(self, ctx),
            #[cfg(feature = "silent-renewal")]
            Next::RenewSilently => {
                let next = silent_renewal::start(self, ctx);
                self.follow(next, ctx);
            }
            #[cfg(feature = "silent-renewal")]
            Next::ExchangeCode => renewal::proceed(self, ctx),
            Next::Reread => tabs::reread(self, ctx),
            Next::SignIn(request) => signing_in::start(self, *request, ctx),
            #[cfg(feature = "idle")]
            Next::SignOut => sign_out::start(self, true, Some(AuthNotice::IdleSignedOut), ctx),
            Next::Started => {
                self.woke(ctx);
                self.serves = true;
            }
            #[cfg(feature = "mail-links")]
            Next::StartedBy(request) => {
                self.follow(Next::Started, ctx);
                signing_in::start(self, *request, ctx);
            }
            Next::SignedIn(transaction) => {
                step_up::signed_in(self, *transaction, ctx.now);
                #[cfg(feature = "idle")]
                idle::signed_in(self, ctx);
                self.serves = true;
            }
        }
    }

    /// Some time passed.
    fn woke(&mut self, ctx: &mut StepContext<'_>) {
        self.backoff.wake();
        sign_out::try_again(self, ctx);
        let next = renewal::check_lock_timeout(self, ctx);
        self.follow(next, ctx);
        self.check_leaving(ctx.now);
        #[cfg(feature = "silent-renewal")]
        if self.check_away(ctx) {
            self.serves = true;
        }
        #[cfg(feature = "idle")]
        idle::check(self, ctx);
        let next = tabs::check_end(self, ctx.now);
        self.follow(next, ctx);
        let next = renewal::check_time(self, ctx);
        self.follow(next, ctx);
    }
}
