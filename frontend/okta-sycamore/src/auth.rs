//! The handle that components hold.

use std::rc::Rc;

#[cfg(feature = "dpop")]
use okta_auth::KeyName;
#[cfg(feature = "userinfo")]
use okta_auth::UserInfoStatus;
use okta_auth::{
    AuthConfig, AuthNotice, AuthStatus, CallbackStatus, Event, FetchError, FetchId, Gate, Machine, Owner,
    SignIn, SignInError,
};
#[cfg(feature = "idle")]
use okta_types::UnixTime;
use okta_types::{HttpUrl, path_segments};
use sycamore::prelude::*;

use crate::driver::{Driver, Signals};
use crate::fetch::{ApiRequest, ApiResponse};
use crate::http;
#[cfg(feature = "dpop")]
use crate::http::Lost;
use crate::page;
use crate::pending_fetch::Directive;
use crate::person_storage::PersonStorage;

/// The handle to the sign-in of this page. `Copy`: pass it into closures freely.
///
/// There is no way to a token through it.
#[derive(Clone, Copy)]
pub struct Auth {
    signals: Signals,
    /// `None` where nothing runs: on the host, in a preview, and with a faulty configuration.
    driver: Option<&'static Driver>,
}

/// The handle that [`AuthProvider`](crate::AuthProvider) provides.
///
/// # Panics
/// Outside of an `AuthProvider`.
pub fn use_auth() -> Auth {
    use_context()
}

impl Auth {
    pub(crate) fn start(config: &AuthConfig) -> Self {
        let signals = Signals::new(AuthStatus::Unknown);
        let driver = match Machine::new(config, &page::origin()) {
            Ok(machine) => {
                // Such a page was left before, for the org perhaps: nothing is left again by itself.
                signals.leaving.set(page::is_from_history());
                let callback = HttpUrl::parse(&config.redirect_uri).map(|uri| uri.path().to_owned());
                #[cfg(feature = "several-orgs")]
                let own_part = config.own_part.clone();
                Some(Driver::start(
                    machine,
                    signals,
                    callback.unwrap_or_default(),
                    #[cfg(feature = "several-orgs")]
                    own_part,
                ))
            }
            Err(errors) => {
                let error = SignInError::Config(errors);
                web_sys::console::error_1(&error.description().into());
                signals.status.set(AuthStatus::Anonymous);
                signals.notice.set(Some(AuthNotice::SignInFailed(error)));
                None
            }
        };
        Self { signals, driver }
    }

    /// A handle that talks to nobody and stays in one state: for rendering on the host and for tests of
    /// an app's own components. Give it to them with `provide_context`.
    pub fn preview(status: AuthStatus) -> Self {
        Self { signals: Signals::new(status), driver: None }
    }

    /// Who is there. Changes also when a renewal brings new claims.
    pub fn status(&self) -> ReadSignal<AuthStatus> {
        *self.signals.status
    }

    /// Whose is what the page keeps and shows of a person. Guarded parts are put up anew when it changes;
    /// whatever else is about a person has to follow it. It stays while an expired session waits for the
    /// person, and what was kept of another is gone from the storages by the time it changes.
    pub fn owner(&self) -> ReadSignal<Owner> {
        *self.signals.owner
    }

    /// What is kept of the person who is here now; `None` while nobody is.
    pub fn person_storage(&self) -> Option<PersonStorage> {
        PersonStorage::new(self.driver?, self.signals.owner)
    }

    /// What the person should be told, if anything.
    pub fn notice(&self) -> ReadSignal<Option<AuthNotice>> {
        *self.signals.notice
    }

    /// Whether the page is about to be left for the org, by a sign-in or a sign-out: show it at the button that was
    /// pressed, for the org may take its time.
    pub fn is_leaving(&self) -> ReadSignal<bool> {
        *self.signals.leaving
    }

    /// Takes the notice away.
    pub fn dismiss_notice(&self) {
        self.dispatch(Event::NoticeDismissed);
    }

    /// Sends the person to the org. Calling it twice makes one redirect; where it cannot begin, the notice
    /// says why.
    pub fn sign_in(&self, request: SignIn) {
        self.dispatch(Event::SignIn(request));
    }

    /// [`Self::sign_in`] and back to where the page is now, query and hash included.
    pub fn sign_in_here(&self) {
        if self.driver.is_some() {
            self.sign_in(SignIn::to(page::place()));
        }
    }

    /// The same, without a click.
    pub(crate) fn redirect(&self) {
        if self.driver.is_some() {
            self.sign_in(SignIn::to(page::place()).in_place());
        }
    }

    /// Begins the sign-in that the address of this page asks for (OpenID Connect Core §4): for the page of the
    /// app integration's "initiate login URI", with `iss`, `login_hint` and `target_link_uri` in its query.
    /// Where the query names another issuer or ends at another site nothing begins, and the notice says so. Without
    /// `target_link_uri` it ends where another sign-in of this browser was to end that is under way, with the feature
    /// `mail-links`, or else at `/`.
    pub fn sign_in_from_link(&self) {
        if self.driver.is_some() {
            self.dispatch(Event::Initiated { query: page::query() });
        }
    }

    /// Ends the session here, in the other tabs and at the org.
    pub fn sign_out(&self) {
        self.dispatch(Event::SignOut);
    }

    /// Ends the session here and in the other tabs; that at the org, which other apps share, goes on.
    pub fn sign_out_local(&self) {
        self.dispatch(Event::SignOutHere);
    }

    /// Reports that the person is still there, as a key press or a pointer does: for the button of an idle warning.
    #[cfg(feature = "idle")]
    pub fn report_activity(&self) {
        self.dispatch(Event::Active);
    }

    /// When the person will be signed out unless they show a sign of life, by the browser's clock; `None`
    /// while nothing threatens.
    #[cfg(feature = "idle")]
    pub fn idle_warning(&self) -> ReadSignal<Option<UnixTime>> {
        let notice = self.signals.notice;
        create_selector(move || match notice.get_clone() {
            Some(AuthNotice::IdleWarning { until }) => Some(until),
            _ => None,
        })
    }

    /// Asks for the claims of `/userinfo`, once a session however often this is called, and again after a failure. What
    /// comes is merged into the [`Person`](crate::Person) of [`Self::status`]; how far it is, [`Self::user_info`] says.
    #[cfg(feature = "userinfo")]
    pub fn load_user_info(&self) {
        self.dispatch(Event::UserInfoWanted);
    }

    /// How far the request for the claims of `/userinfo` is. Nothing is asked until [`Self::load_user_info`] is called.
    #[cfg(feature = "userinfo")]
    pub fn user_info(&self) -> ReadSignal<UserInfoStatus> {
        *self.signals.user_info
    }

    /// Takes the request that was stored under this name, by [`ApiRequest::resume_as`], when the API asked for a stronger
    /// or more recent sign-in. It is given once, on the page where the sign-in ended: send it, or ask the person first.
    pub fn take_resumed(&self, name: &str) -> Option<ApiRequest> {
        self.driver?.take_resumed(name).map(ApiRequest::from_resumable)
    }

    /// Sends a request; the access token goes along to allow-listed origins only. It is renewed first where
    /// it is about to end, and once more where the API answers 401 `invalid_token`. Where the API asks for a
    /// stronger or more recent sign-in (RFC 9470), a request with a name to [resume](ApiRequest::resume_as) is stored and the
    /// page leaves for it: [`FetchError::SteppingUp`]; see [`Self::take_resumed`].
    ///
    /// # Errors
    /// Where there is no answer. An answer of any status is `Ok`, also the refusal of a request without such a name.
    pub async fn fetch(&self, request: ApiRequest) -> Result<ApiResponse, FetchError> {
        let driver = self.driver.ok_or(FetchError::Unreachable)?;
        let waiting = Waiting::begin(driver, &request)?;
        let ApiRequest { method, headers, body, .. } = request;
        let body = body?;
        let mut last = None;
        loop {
            match waiting.mailbox.next().await {
                Directive::Send { url, credentials } => {
                    match http::send(method, &url, &headers, body.as_deref(), credentials).await {
                        Ok(response) => {
                            waiting.answered(&response);
                            last = Some(response);
                        }
                        #[cfg(feature = "dpop")]
                        Err(Lost::Key(key)) => waiting.key_lost(key),
                        Err(_) => return Err(FetchError::Unreachable),
                    }
                }
                Directive::Deliver => return last.ok_or(FetchError::Unreachable),
                Directive::Refuse(error) => return Err(error),
            }
        }
    }

    pub(crate) fn callback(&self) -> ReadSignal<CallbackStatus> {
        *self.signals.callback
    }

    /// Whether the page is at the path of the redirect URI.
    pub(crate) fn is_at_callback(&self) -> bool {
        self.driver.is_some_and(|driver| path_segments(&page::path()) == path_segments(&driver.callback_path))
    }

    /// The path of the home page; see [`OwnPart::home`](okta_auth::OwnPart::home).
    pub(crate) fn home(&self) -> &'static str {
        #[cfg(feature = "several-orgs")]
        return self.driver.map_or("/", |driver| driver.own_part.home());
        #[cfg(not(feature = "several-orgs"))]
        "/"
    }

    /// Whether a path is of this page's org; see [`OwnPart::has_page`](okta_auth::OwnPart::has_page).
    #[cfg(feature = "several-orgs")]
    pub(crate) fn has_page(&self, path: &str) -> bool {
        self.driver.is_none_or(|driver| driver.own_part.has_page(path))
    }

    /// What a guarded part of the page does, and for whom. Changes only when that does, so that a renewal
    /// leaves everything on the page as it is.
    pub(crate) fn gate(&self) -> ReadSignal<(Gate, Owner)> {
        let Signals { status, notice, owner, leaving, .. } = self.signals;
        let gate = std::cell::Cell::new(Gate::default());
        create_selector(move || {
            status.track();
            notice.track();
            let (owner, leaving) = (owner.get_clone(), leaving.get());
            let next = status.with_untracked(|status| {
                notice.with_untracked(|n| gate.get().next(status, n.as_ref(), &owner, leaving))
            });
            gate.set(next);
            (next, owner)
        })
    }

    pub(crate) fn dispatch(&self, event: Event) {
        if let Some(driver) = self.driver {
            driver.dispatch(event);
        }
    }
}

/// A request under way. Dropped with the component that waits for it, it is forgotten everywhere.
struct Waiting {
    driver: &'static Driver,
    number: u64,
    mailbox: Rc<crate::pending_fetch::Mailbox>,
}

impl Waiting {
    fn begin(driver: &'static Driver, request: &ApiRequest) -> Result<Self, FetchError> {
        let kept = request.to_resumable()?;
        let (number, mailbox) = driver.mailboxes.open();
        let fetch = FetchId(number);
        driver.dispatch(Event::FetchWanted {
            fetch,
            url: request.url.clone(),
            #[cfg(feature = "dpop")]
            method: request.method.to_string(),
        });
        if let Some(request) = kept {
            driver.dispatch(Event::FetchResumable { fetch, request, target: page::place() });
        }
        Ok(Self { driver, number, mailbox })
    }

    #[cfg(feature = "dpop")]
    fn key_lost(&self, key: KeyName) {
        self.driver.dispatch(Event::FetchKeyLost { fetch: FetchId(self.number), key });
    }

    fn answered(&self, response: &ApiResponse) {
        #[cfg(feature = "dpop")]
        if let Some(nonce) = response.header(http::NONCE) {
            self.driver.dispatch(Event::NonceGiven { fetch: FetchId(self.number), nonce });
        }
        self.driver.dispatch(Event::FetchAnswered {
            fetch: FetchId(self.number),
            status: response.status(),
            challenge: response.header("WWW-Authenticate"),
        });
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.driver.mailboxes.close(self.number);
        self.driver.dispatch(Event::FetchDropped { fetch: FetchId(self.number) });
    }
}
