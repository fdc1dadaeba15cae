//! One running org: its address, clock, keys, log and state, shared by all endpoints.

use std::collections::BTreeMap;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use okta_types::UnixTime;
use serde_json::{Map, Value};

use crate::assertion::UsedAssertions;
use crate::client_keys::ClientKeys;
use crate::clock::Clock;
use crate::counters::Counters;
use crate::dpop::Dpop;
use crate::exchanges::Exchanges;
use crate::faults::Faults;
use crate::mail::Outbox;
use crate::org::authorization_server::{DEFAULT_SERVER, ORG_SERVER};
use crate::org::client::Client;
use crate::org::client_secret::ClientSecret;
use crate::org::password::PasswordHashing;
use crate::org::state::State;
use crate::random;
use crate::rate_limits::RateLimits;
use crate::request_context::RequestContext;
use crate::signing::KeyRing;
use crate::state_file::StateWriter;
use crate::system_log::{LogEvent, Outcome, SystemLog, Target};

/// The login of whoever the API token was made for. Nobody signs in as them.
pub(crate) const ADMINISTRATOR: &str = "admin@okta-local.invalid";

/// Everything an endpoint needs.
#[derive(Debug)]
pub(crate) struct Tenant {
    /// `http://localhost:{port}`, never taken from a request.
    pub(crate) base_url: String,
    /// The org's clock, which a test may move forward.
    pub(crate) clock: Clock,
    /// What the default authorization server signs tokens with.
    pub(crate) keys: Arc<KeyRing>,
    /// What the others sign with, by their ids, as far as anybody asked.
    other_keys: Mutex<BTreeMap<String, Arc<KeyRing>>>,
    /// The System Log.
    pub(crate) log: SystemLog,
    /// The mail that was sent.
    pub(crate) outbox: Outbox,
    /// How often each endpoint was asked.
    pub(crate) counters: Counters,
    /// What was said, where that is recorded.
    pub(crate) exchanges: Exchanges,
    /// Faults that a test injected.
    pub(crate) faults: Faults,
    /// Nonces that were issued for proofs, and proofs that were used.
    pub(crate) dpop: Dpop,
    /// How often each endpoint may be asked.
    pub(crate) limits: RateLimits,
    /// Of the management API.
    pub(crate) api_token: ClientSecret,
    /// The org's id, `00o…`; it is its own identity provider.
    pub(crate) org_id: String,
    /// When the org was made.
    pub(crate) made_at: UnixTime,
    /// Assertions that clients used.
    pub(crate) assertions: UsedAssertions,
    /// Keys of clients that were fetched.
    pub(crate) client_keys: ClientKeys,
    /// How passwords are hashed.
    pub(crate) hashing: PasswordHashing,
    /// Writes changes to the state file, if there is one.
    pub(crate) writer: OnceLock<StateWriter>,
    /// The digest of the description that the org was made of.
    pub(crate) described: String,
    /// How often the state may have changed since the start.
    changes: AtomicU64,
    state: Mutex<State>,
}

/// The state, locked. Whoever changes something through it leaves a trace, so that only changes are written
/// down.
pub(crate) struct Locked<'a> {
    state: MutexGuard<'a, State>,
    changes: &'a AtomicU64,
}

impl Deref for Locked<'_> {
    type Target = State;

    fn deref(&self) -> &State {
        &self.state
    }
}

impl DerefMut for Locked<'_> {
    fn deref_mut(&mut self) -> &mut State {
        self.changes.fetch_add(1, Ordering::Relaxed);
        &mut self.state
    }
}

/// Who and what an event of the System Log is about.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct About<'a> {
    /// Login of the person who acted.
    pub(crate) actor: Option<&'a str>,
    /// Client id of the app.
    pub(crate) client_id: Option<&'a str>,
}

impl Tenant {
    /// An org with an empty System Log and nothing counted yet.
    pub(crate) fn new(
        base_url: String,
        clock: Clock,
        (keys, other_keys): (KeyRing, BTreeMap<String, Arc<KeyRing>>),
        hashing: PasswordHashing,
        api_token: ClientSecret,
        described: String,
        mut state: State,
    ) -> Self {
        let made_at = state.directory.servers.first().map_or(UnixTime(0), |server| server.created_at);
        state.directory.dashboard = Some(Client::dashboard(&base_url, made_at));
        Self {
            base_url,
            clock,
            keys: Arc::new(keys),
            other_keys: Mutex::new(other_keys),
            log: SystemLog::default(),
            outbox: Outbox::default(),
            counters: Counters::default(),
            exchanges: Exchanges::default(),
            faults: Faults::default(),
            dpop: Dpop::default(),
            limits: RateLimits::default(),
            api_token,
            org_id: state.directory.idp_id.clone(),
            made_at,
            assertions: UsedAssertions::default(),
            client_keys: ClientKeys::default(),
            hashing,
            writer: OnceLock::new(),
            described,
            changes: AtomicU64::new(0),
            state: Mutex::new(state),
        }
    }

    /// The state, for as long as the guard lives; never held over an `await` or a signature.
    pub(crate) fn state(&self) -> Locked<'_> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        Locked { state, changes: &self.changes }
    }

    /// How many changes there may have been so far.
    pub(crate) fn changes(&self) -> u64 {
        self.changes.load(Ordering::Relaxed)
    }

    /// Waits until all changes so far are on the disk, where a file is given; `false` where they cannot be
    /// written.
    pub(crate) async fn persist(&self) -> bool {
        match self.writer.get() {
            Some(writer) => writer.persist(self.changes()).await,
            None => true,
        }
    }

    /// As [`Self::persist`], for the methods of a running org, which have nothing to answer.
    pub(crate) fn persist_now(&self) {
        if let Some(writer) = self.writer.get() {
            writer.persist_now(self.changes());
        }
    }

    /// Notes a change of what is not behind the lock: keys and clock.
    pub(crate) fn note_change(&self) {
        self.changes.fetch_add(1, Ordering::Relaxed);
    }

    /// The keys of an authorization server that there is, made where nobody asked before. That takes a moment.
    pub(crate) fn keys_of(&self, server_id: &str) -> Arc<KeyRing> {
        if server_id == DEFAULT_SERVER {
            return Arc::clone(&self.keys);
        }
        let mut others = self.other_keys();
        if let Some(keys) = others.get(server_id) {
            return Arc::clone(keys);
        }
        let keys = Arc::new(KeyRing::generate(self.now()));
        others.insert(server_id.to_owned(), Arc::clone(&keys));
        self.note_change();
        keys
    }

    /// The claims of a token that this authorization server signed; says nothing about its times.
    pub(crate) fn verify(&self, server_id: &str, token: &str) -> Option<Map<String, Value>> {
        match server_id {
            DEFAULT_SERVER => self.keys.verify(token),
            // Who has no keys yet signed nothing.
            other => self.other_keys().get(other).cloned()?.verify(token),
        }
    }

    /// The keys of all servers but the default one, by their ids.
    pub(crate) fn other_keys(&self) -> MutexGuard<'_, BTreeMap<String, Arc<KeyRing>>> {
        self.other_keys.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The org's clock, which a test may move forward.
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

    /// A message of the org to an app that somebody's sessions are to end.
    pub(crate) fn sign_revocation_request(&self, claims: &Value) -> String {
        self.keys_of(ORG_SERVER).sign_typed("global-token-revocation+jwt", claims)
    }

    /// Writes an event into the System Log.
    pub(crate) fn record(&self, event_type: &'static str, outcome: Outcome, about: About<'_>) {
        self.record_with(event_type, outcome, about, Vec::new(), Vec::new());
    }

    /// As [`Self::record`], with what it was about and what was asked for.
    pub(crate) fn record_with(
        &self,
        event_type: &'static str,
        outcome: Outcome,
        about: About<'_>,
        targets: Vec<Target>,
        debug: Vec<(&'static str, String)>,
    ) {
        self.log.record(LogEvent {
            published: self.now(),
            event_type,
            outcome,
            actor: about.actor.map(str::to_owned),
            client_id: about.client_id.map(str::to_owned),
            targets,
            debug,
            request: RequestContext::current(),
            uuid: random::uuid(),
        });
    }

    /// Writes into the System Log what somebody did with the API token.
    pub(crate) fn record_change(&self, event_type: &'static str, targets: Vec<Target>) {
        let about = About { actor: Some(ADMINISTRATOR), client_id: None };
        self.record_with(event_type, Outcome::Success, about, targets, Vec::new());
    }

    /// Writes into the System Log that somebody signed in, and that the org's policy let them.
    pub(crate) fn record_sign_in(&self, about: About<'_>) {
        self.record("user.session.start", Outcome::Success, about);
        let policy = Target::new("PolicyEntity", &random::seeded_id("00p", 0, "sign-on"), "Default Policy");
        let rule = Target::new("PolicyRule", &random::seeded_id("0pr", 0, "sign-on"), "Default Rule");
        let targets = vec![policy, rule];
        self.record_with("policy.evaluate_sign_on", Outcome::Allowed, about, targets, Vec::new());
    }
}
