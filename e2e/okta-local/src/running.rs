//! A running org, as a test uses it: its addresses, what it recorded, and ways to change it.

use std::sync::Arc;
use std::time::Duration;

use okta_types::{Issuer, JwkSet, Scopes, UnixTime};
use serde_json::{Map, Value};

use crate::counters::Endpoint;
use crate::faults::Fault;
use crate::grants::Grant;
use crate::org::app_kind::{ApplicationType, GrantType};
use crate::org::client::Client;
use crate::org::client_secret::ClientSecret;
use crate::org::policy::Lifetimes;
use crate::org::state::State;
use crate::org::tenant::Tenant;
use crate::org::user::Account;
use crate::records::Records;
use crate::server::Server;
use crate::service_client::ServiceClient;
use crate::state_file::StateWriter;
use crate::system_log::LogEvent;
use crate::tokens::Issuance;

/// A running org. Dropping it stops it without waiting for requests under way.
#[derive(Debug)]
pub struct RunningOrg {
    pub(crate) tenant: Arc<Tenant>,
    issuer: Issuer,
    client_id: String,
    accounts: Vec<Account>,
    server: Server,
    control: Option<(Server, String)>,
}

impl RunningOrg {
    pub(crate) fn new(
        tenant: Arc<Tenant>,
        issuer: Issuer,
        accounts: Vec<Account>,
        server: Server,
        control: Option<(Server, String)>,
    ) -> Self {
        let client_id = first(&tenant.state(), ApplicationType::Browser).map(|client| client.id.clone());
        let client_id = client_id.unwrap_or_default();
        Self { tenant, issuer, client_id, accounts, server, control }
    }

    /// `http://localhost:{port}`, without a slash at the end.
    pub fn base_url(&self) -> &str {
        &self.tenant.base_url
    }

    /// The issuer of the custom authorization server `default`.
    pub fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// The client id of the first app that people sign in to, `0oa…`; the same for the same seed and label.
    /// Empty where the state file of an org has none left.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// The client id of the app of that label.
    pub fn client_id_of(&self, label: &str) -> Option<String> {
        let state = self.tenant.state();
        state
            .directory
            .clients
            .iter()
            .find(|client| client.app.label == label)
            .map(|client| client.id.clone())
    }

    /// The first service: what a program shows at `/token` for `client_credentials`. The same for the same
    /// seed and label.
    ///
    /// # Panics
    /// Where the state file of an org has no service left; [`Self::service_clients`] does not.
    pub fn service_client(&self) -> ServiceClient {
        self.service_clients().into_iter().next().expect("an org has a service, unless it was deleted")
    }

    /// All services that have a secret.
    pub fn service_clients(&self) -> Vec<ServiceClient> {
        let state = self.tenant.state();
        let service = |client: &Client| {
            let client_secret = client.secret.as_ref()?.current()?.clone();
            Some(ServiceClient { client_id: client.id.clone(), client_secret })
        };
        let services = |client: &&Client| client.app.kind == ApplicationType::Service;
        state.directory.clients.iter().filter(services).filter_map(service).collect()
    }

    /// What opens the management API: `Authorization: SSWS …`. The same for the same seed.
    pub fn api_token(&self) -> ClientSecret {
        self.tenant.api_token.clone()
    }

    /// The accounts that the org was started with, each with its password.
    pub fn accounts(&self) -> Vec<Account> {
        self.accounts.clone()
    }

    /// `http://localhost:{port}` of the control plane, where there is one.
    pub fn control_url(&self) -> Option<&str> {
        self.control.as_ref().map(|(_, url)| url.as_str())
    }

    /// The code that this person's authenticator app shows now, by the org's time; `None` where nobody has
    /// that login, or no second factor.
    pub fn totp_code(&self, login: &str) -> Option<String> {
        let state = self.tenant.state();
        let (_, totp) = state.directory.user_by_login(login)?.authenticators().next()?;
        Some(totp.code_at(self.tenant.now()))
    }

    /// Whether answers of `/authorize` name the issuer (RFC 9207), and the metadata says so. Off unless a
    /// test turns it on, as Okta has it.
    pub fn set_response_iss(&self, named: bool) {
        self.tenant.state().response_iss = named;
        self.tenant.persist_now();
    }

    /// Whether the org's sign-on policy asks everybody for a second factor: at the Authentication API as at the sign-in
    /// page. Off unless a test turns it on, as in Okta's default policy.
    pub fn set_second_factor_required(&self, required: bool) {
        self.tenant.state().directory.second_factor = required;
        self.tenant.persist_now();
    }

    /// Whether a `groups` claim of more than 100 groups is refused (`server_error`), as older texts of Okta's have it.
    /// Off unless a test turns it on: the code flow has no such limit.
    pub fn set_groups_limit(&self, limited: bool) {
        self.tenant.state().directory.limits_groups = limited;
        self.tenant.persist_now();
    }

    /// Whether an authorization request must be pushed first (RFC 9126), as the metadata then says. Off unless a test
    /// turns it on.
    pub fn require_pushed_authorization_requests(&self, required: bool) {
        self.tenant.state().directory.requires_pushed_requests = required;
        self.tenant.persist_now();
    }

    /// The org's time, which [`Self::advance_clock`] moves.
    pub fn now(&self) -> UnixTime {
        self.tenant.now()
    }

    /// Lets time pass for the org, in whole seconds; nobody waits.
    pub fn advance_clock(&self, by: Duration) {
        self.tenant.advance_clock(by);
        self.tenant.persist_now();
    }

    /// Sets how long a rotated refresh token still works, up to 60 s; 30 s is Okta's default.
    pub fn set_refresh_grace(&self, grace: Duration) {
        self.tenant.set_refresh_grace(grace);
        self.tenant.persist_now();
    }

    /// Sets how long access tokens issued from now on live. Okta allows 5 minutes to 24 hours; tests may
    /// have less.
    pub fn set_access_token_lifetime(&self, lifetime: Duration) {
        self.tenant.change_lifetimes(|lifetimes| lifetimes.access_token = lifetime);
        self.tenant.persist_now();
    }

    /// Sets how long sign-ins from now on can be renewed at most (`None`: without end) and how long a
    /// refresh token may lie unused.
    pub fn set_refresh_token_lifetime(&self, lifetime: Option<Duration>, window: Duration) {
        self.tenant.change_lifetimes(|lifetimes| {
            lifetimes.refresh_token = lifetime;
            lifetimes.refresh_window = window;
        });
        self.tenant.persist_now();
    }

    /// How often an endpoint was asked since the start, preflights not counted.
    pub fn requests(&self, endpoint: Endpoint) -> u64 {
        self.tenant.counters.of(endpoint)
    }

    /// How often `/token` was asked for this grant since the start, whatever its outcome.
    pub fn token_requests(&self, grant: GrantType) -> u64 {
        self.tenant.counters.of_grant(grant)
    }

    /// The System Log, oldest event first.
    pub fn system_log(&self) -> Vec<LogEvent> {
        self.tenant.log.events()
    }

    /// How much the org remembers now.
    pub fn records(&self) -> Records {
        Records::of(&self.tenant.state())
    }

    /// Ends all browsers' sessions with the org; tokens stay good.
    pub fn end_sessions(&self) {
        self.tenant.state().sessions.end_all();
        self.tenant.persist_now();
    }

    /// Takes all apps away from this person; their next sign-in or renewal is refused. `false` where
    /// nobody has that login.
    pub fn unassign(&self, login: &str) -> bool {
        self.persisted(self.tenant.unassign(login))
    }

    /// Gives this person all apps that people sign in to. `false` where nobody has that login.
    pub fn assign(&self, login: &str) -> bool {
        self.persisted(self.tenant.assign(login))
    }

    /// Takes all access policies away: sign-ins and renewals are refused from now on.
    pub fn remove_policies(&self) {
        self.tenant.remove_policies();
        self.tenant.persist_now();
    }

    /// Puts the access policies back that [`Self::remove_policies`] took away, and says how many.
    pub fn restore_policies(&self) -> usize {
        self.persisted(self.tenant.restore_policies())
    }

    /// Gives back all apps that [`Self::unassign`] took away, and says from how many people it had.
    pub fn restore_assignments(&self) -> usize {
        self.persisted(self.tenant.restore_assignments())
    }

    /// Suspends a person: they cannot sign in or renew, and their sessions end. `false` where nobody active has
    /// that login.
    pub fn suspend(&self, login: &str) -> bool {
        self.persisted(self.tenant.suspend(login)) == Some(true)
    }

    /// Ends a suspension. `false` where nobody suspended has that login.
    pub fn unsuspend(&self, login: &str) -> bool {
        self.persisted(self.tenant.unsuspend(login)) == Some(true)
    }

    /// Ends this person's browser sessions with the org and says how many; tokens stay good.
    pub fn end_sessions_of(&self, login: &str) -> usize {
        self.persisted(self.tenant.end_sessions_of(login))
    }

    /// Has another identity provider answer for this person, from a session of its own: `max_age` and `prompt=login` ask
    /// them again, and `auth_time` stays that of the session they had. `false` where nobody has that login.
    pub fn federate(&self, login: &str) -> bool {
        self.persisted(self.tenant.federate(login))
    }

    /// Whether this person guessed wrong so often that sign-ins are refused for a while; they are not told.
    pub fn is_locked_out(&self, login: &str) -> bool {
        let state = self.tenant.state();
        state.directory.user_by_login(login).is_some_and(|user| state.lockouts.holds(&user.id, self.now()))
    }

    /// Lets a person who is locked out try again at once. `false` where nobody has that login.
    pub fn unlock(&self, login: &str) -> bool {
        let mut state = self.tenant.state();
        let id = state.directory.id_of(login);
        id.map(|id| state.lockouts.unlock(&id)).is_some()
    }

    /// Revokes all codes and tokens of this person and says of how many sign-ins; sessions stay.
    pub fn revoke_tokens_of(&self, login: &str) -> usize {
        self.persisted(self.tenant.revoke_tokens_of(login))
    }

    /// Injects a fault into the next answers of an endpoint, after those injected before.
    pub fn inject(&self, endpoint: Endpoint, fault: Fault, answers: usize) {
        self.tenant.faults.inject(endpoint, fault, answers);
    }

    /// Ends all DPoP nonces, whatever their age: the next proofs are asked for a new one.
    pub fn expire_dpop_nonces(&self) {
        self.tenant.dpop.nonces.expire_all();
    }

    /// How many faults are still to come at an endpoint.
    pub fn faults_to_come(&self, endpoint: Endpoint) -> usize {
        self.tenant.faults.to_come(endpoint).len()
    }

    /// Forgets the faults that are to come.
    pub fn clear_faults(&self) {
        self.tenant.faults.clear();
    }

    /// Sets how many requests a minute an endpoint takes before it answers 429, by the org's time.
    pub fn set_rate_limit(&self, endpoint: Endpoint, requests_per_minute: u32) {
        self.tenant.limits.set(endpoint, requests_per_minute);
    }

    /// Sets how many requests a second `/token` takes for one person (a live org, and this one by default: 4).
    /// `None` is any number.
    pub fn set_token_rate_limit_per_person(&self, requests_per_second: Option<u32>) {
        self.tenant.limits.set_per_person(requests_per_second);
    }

    /// An access token of the first person (alice) for the first app with the scopes `openid profile email`, issued now,
    /// after `customise` has changed the claims. Signed with the active key.
    pub fn mint_access_token(&self, customise: impl FnOnce(&mut Map<String, Value>)) -> String {
        let mut claims = self.alices_claims(&self.tenant.state());
        customise(&mut claims);
        self.tenant.keys.sign(&claims)
    }

    /// Any header and any claims, signed with the active key by RS256 whatever the header says.
    pub fn sign_jwt(&self, header: &Value, claims: &Value) -> String {
        self.tenant.keys.sign_parts(header, claims)
    }

    /// A message to an app as the org sends it to end somebody's sessions (Universal Logout), with these claims: signed by
    /// the org's own key, with `typ` `global-token-revocation+jwt`.
    pub fn sign_revocation_request(&self, claims: &Value) -> String {
        self.tenant.sign_revocation_request(claims)
    }

    /// Makes the next key the active one and announces a fresh one; the former stays published. Returns the
    /// active key's id. Takes a moment, as keys do.
    pub fn rotate_keys(&self) -> String {
        self.persisted(self.tenant.rotate_keys())
    }

    /// Publishes one more key, which signs nothing, and returns its id.
    pub fn add_key(&self) -> String {
        self.persisted(self.tenant.add_key())
    }

    /// Takes a former or added key away. `false` where there is no such key, or it is the active or the
    /// next one.
    pub fn retire_key(&self, kid: &str) -> bool {
        self.persisted(self.tenant.retire_key(kid))
    }

    /// The published keys; the first one is active.
    pub fn public_keys(&self) -> JwkSet {
        self.tenant.keys.published()
    }

    /// Stops the org: requests under way may finish, for a second at most.
    pub async fn stop(self) {
        if let Some((control, _)) = self.control {
            control.stop().await;
        }
        self.server.stop().await;
        let tenant = self.tenant;
        let stop = move || _ = tenant.writer.get().map(StateWriter::stop);
        let _ = tokio::task::spawn_blocking(stop).await;
    }

    /// The result of a change, once it is in the state file, if there is one.
    fn persisted<T>(&self, outcome: T) -> T {
        self.tenant.persist_now();
        outcome
    }

    fn alices_claims(&self, state: &State) -> Map<String, Value> {
        let (directory, now) = (&state.directory, self.tenant.now());
        let (server, user) = (&directory.servers[0], &directory.users[0]);
        let grant = Grant {
            server_id: server.id.clone(),
            client_id: self.client_id.clone(),
            user_id: user.id.clone(),
            scopes: Scopes::parse("openid profile email"),
            auth_time: now,
            amr: vec!["pwd".to_owned()],
            acr: None,
            nonce: None,
        };
        let issuance = Issuance {
            issuer: self.issuer.as_str(),
            server,
            directory,
            user,
            grant: &grant,
            scopes: &grant.scopes,
            refresh_family: None,
            lifetimes: server
                .policies
                .first()
                .and_then(|policy| policy.rules.first())
                .map_or_else(Lifetimes::default, |rule| rule.lifetimes),
            now,
        };
        let claims = issuance.access_claims().map(serde_json::to_value);
        match claims {
            Ok(Ok(Value::Object(claims))) => claims,
            _ => unreachable!("the seeded org can issue tokens to alice"),
        }
    }
}

/// The first app of a kind.
fn first(state: &State, kind: ApplicationType) -> Option<&Client> {
    state.directory.clients.iter().find(|client| client.app.kind == kind)
}
