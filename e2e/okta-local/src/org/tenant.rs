//! One running org: its address, clock, keys, log and state, shared by all endpoints.

use std::sync::{Mutex, MutexGuard, PoisonError};

use okta_types::UnixTime;

use crate::clock::Clock;
use crate::counters::Counters;
use crate::faults::Faults;
use crate::org::authorization_server::ORG_SERVER;
use crate::org::client_secret::ClientSecret;
use crate::org::password::PasswordHashing;
use crate::org::state::State;
use crate::rate_limits::RateLimits;
use crate::signing::KeyRing;
use crate::system_log::{LogEvent, Outcome, SystemLog};

/// Everything an endpoint needs.
#[derive(Debug)]
pub(crate) struct Tenant {
    /// `http://localhost:{port}`, never taken from a request.
    pub(crate) base_url: String,
    /// The org's time.
    pub(crate) clock: Clock,
    /// What tokens are signed with.
    pub(crate) keys: KeyRing,
    /// What happened.
    pub(crate) log: SystemLog,
    /// How often each endpoint was asked.
    pub(crate) counters: Counters,
    /// Faults that a test ordered.
    pub(crate) faults: Faults,
    /// How often each endpoint may be asked.
    pub(crate) limits: RateLimits,
    /// Of the management API.
    pub(crate) api_token: ClientSecret,
    /// How passwords are hashed.
    pub(crate) hashing: PasswordHashing,
    state: Mutex<State>,
}

/// Who and what an event of the System Log is about.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct About<'a> {
    /// The person's login.
    pub(crate) actor: Option<&'a str>,
    /// The app.
    pub(crate) client_id: Option<&'a str>,
}

impl Tenant {
    /// Puts one together.
    pub(crate) fn new(
        base_url: String,
        clock: Clock,
        keys: KeyRing,
        hashing: PasswordHashing,
        api_token: ClientSecret,
        state: State,
    ) -> Self {
        Self {
            base_url,
            clock,
            keys,
            log: SystemLog::default(),
            counters: Counters::default(),
            faults: Faults::default(),
            limits: RateLimits::default(),
            api_token,
            hashing,
            state: Mutex::new(state),
        }
    }

    /// The state, for as long as the guard lives; never held over an `await` or a signature.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The org's time.
    pub(crate) fn now(&self) -> UnixTime {
        self.clock.now()
    }

    /// The issuer of the authorization server of that id; the org's own is the org itself.
    pub(crate) fn issuer(&self, server_id: &str) -> String {
        match server_id {
            ORG_SERVER => self.base_url.clone(),
            id => format!("{}/oauth2/{id}", self.base_url),
        }
    }

    /// The address of an endpoint of that authorization server, e.g. `token`.
    pub(crate) fn endpoint(&self, server_id: &str, name: &str) -> String {
        match server_id {
            ORG_SERVER => format!("{}/oauth2/v1/{name}", self.base_url),
            id => format!("{}/oauth2/{id}/v1/{name}", self.base_url),
        }
    }

    /// Writes an event into the System Log.
    pub(crate) fn record(&self, event_type: &'static str, outcome: Outcome, about: About<'_>) {
        self.log.record(LogEvent {
            published: self.now(),
            event_type,
            outcome,
            actor: about.actor.map(str::to_owned),
            client_id: about.client_id.map(str::to_owned),
        });
    }
}
