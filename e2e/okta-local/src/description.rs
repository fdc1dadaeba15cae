//! From a checked description of an org, or from what a file keeps of one, to its state.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

use okta_types::{UnixTime, base64url};
use serde::de::Error as _;
use sha2::{Digest, Sha256};

use crate::clock::Clock;
use crate::grants::Grants;
use crate::org::account::AccountFlows;
use crate::org::app::App;
use crate::org::authenticators::Authenticators;
use crate::org::client_secret::ClientSecret;
use crate::org::consents::Consents;
use crate::org::lockout::Lockouts;
use crate::org::mail_challenge::MailChallenges;
use crate::org::password::PasswordHashing;
use crate::org::pushed_request::PushedRequests;
use crate::org::seed;
use crate::org::session::Sessions;
use crate::org::session_token::SessionTokens;
use crate::org::sign_in::SignIns;
use crate::org::state::{Directory, State};
use crate::org::tenant::Tenant;
use crate::org::transaction::Transactions;
use crate::org::user::Account;
use crate::seed_file::Seeds;
use crate::signing::KeyRing;
use crate::state_file::{self, StateError, StateWriter, StoredState};

/// What an org is made from, once the builder has checked it.
pub(crate) struct Description {
    pub(crate) apps: Vec<App>,
    pub(crate) seed: u64,
    pub(crate) hashing: PasswordHashing,
    pub(crate) seeds: Option<Seeds>,
    pub(crate) requires_pushed_requests: bool,
    pub(crate) authenticators: Authenticators,
}

impl Description {
    /// Whom there will be to sign in as.
    pub(crate) fn accounts(&self) -> Vec<Account> {
        let of_file = self.seeds.as_ref().map(|seeds| seeds.accounts(self.seed));
        of_file.unwrap_or_else(|| seed::accounts(self.seed))
    }

    /// An org, whose state a file keeps where one is given. Making keys and hashing passwords takes a moment,
    /// so this runs off the caller's runtime.
    ///
    /// # Errors
    /// A file that cannot be used.
    pub(crate) fn tenant(self, base_url: String, path: Option<&Path>) -> Result<Arc<Tenant>, StateError> {
        let Some(path) = path else {
            let clock = Clock::default();
            let state = self.state(&base_url, clock.now());
            let keys = (KeyRing::generate(clock.now()), BTreeMap::new());
            return Ok(Arc::new(self.put_together(base_url, clock, keys, state)));
        };
        let lock = state_file::lock(path)?;
        let kept = state_file::read(path)?;
        let clock = Clock::moved(kept.as_ref().map_or(0, |kept| kept.ahead));
        let (keys, state) = match kept {
            None => ((KeyRing::generate(clock.now()), BTreeMap::new()), self.state(&base_url, clock.now())),
            Some(kept) => {
                if kept.described != self.digest() {
                    tracing::warn!(
                        path = %path.display(),
                        "the state file was made from another description; the file wins"
                    );
                }
                let no_keys = || serde_json::Error::custom("no keys");
                (stored_keys(&kept).ok_or_else(no_keys)?, restored(kept, &base_url))
            }
        };
        let tenant = Arc::new(self.put_together(base_url, clock, keys, state));
        let kept = Arc::downgrade(&tenant);
        let snapshot = Box::new(move || kept.upgrade().map(|tenant| state_file::text(&tenant)));
        let _ = tenant.writer.set(StateWriter::start(snapshot, path.to_owned(), lock)?);
        Ok(tenant)
    }

    fn state(&self, base_url: &str, now: UnixTime) -> State {
        let mut directory = seed::directory(self.apps.clone(), base_url, self.seed, self.hashing, now);
        if let Some(seeds) = &self.seeds {
            seeds.apply(&mut directory, self.seed, self.hashing, now);
        }
        directory.requires_pushed_requests = self.requires_pushed_requests;
        directory.authenticators = self.authenticators;
        new_state(directory)
    }

    fn put_together(&self, base_url: String, clock: Clock, keys: Keys, state: State) -> Tenant {
        let api_token = ClientSecret::seeded(self.seed, "management API");
        Tenant::new(base_url, clock, keys, self.hashing, api_token, self.digest(), state)
    }

    /// Tells one description from another. Passwords are part of it, so it is a digest.
    fn digest(&self) -> String {
        let apps = serde_json::to_vec(&self.apps).unwrap_or_default();
        let seeds = self.seeds.as_ref().map_or("", Seeds::text);
        let hash = Sha256::new().chain_update(self.seed.to_be_bytes()).chain_update(apps).chain_update(seeds);
        base64url::encode(hash.finalize())
    }
}

/// Of the default authorization server, and of the others by their ids.
type Keys = (KeyRing, BTreeMap<String, Arc<KeyRing>>);

fn stored_keys(kept: &StoredState) -> Option<Keys> {
    let others = kept.other_keys.iter();
    let others = others.map(|(id, keys)| Some((id.clone(), Arc::new(KeyRing::from_stored(keys)?))));
    Some((KeyRing::from_stored(&kept.keys)?, others.collect::<Option<_>>()?))
}

fn new_state(directory: Directory) -> State {
    State {
        directory,
        sessions: Sessions::default(),
        session_tokens: SessionTokens::default(),
        transactions: Transactions::default(),
        accounts: AccountFlows::default(),
        sign_ins: SignIns::default(),
        mail_challenges: MailChallenges::default(),
        pushed_requests: PushedRequests::default(),
        grants: Grants::default(),
        response_iss: false,
        consents: Consents::default(),
        lockouts: Lockouts::default(),
        used_steps: HashMap::new(),
    }
}

/// The state of a file, at the address that the org has now.
fn restored(kept: StoredState, base_url: &str) -> State {
    let mut directory = kept.directory;
    for server in directory.servers.iter_mut().filter(|server| server.is_orgs_own()) {
        server.audience = base_url.to_owned();
    }
    directory.servers.iter_mut().for_each(seed::complete);
    State {
        sessions: kept.sessions,
        grants: kept.grants,
        consents: kept.consents,
        used_steps: kept.used_steps,
        response_iss: kept.response_iss,
        ..new_state(directory)
    }
}
