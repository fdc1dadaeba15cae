//! Tokens between what somebody proved over the Authentication API and the session that comes of it.

use std::time::Duration;

use okta_types::UnixTime;

use crate::expiring::ExpiringMap;
use crate::fingerprint::Fingerprint;
use crate::org::session::Session;
use crate::random;

/// How long a token is good.
pub(crate) const TOKEN_LIFETIME: Duration = Duration::from_secs(5 * 60);

/// All of them, by their fingerprints.
#[derive(Debug, Default)]
pub(crate) struct SessionTokens {
    sessions: ExpiringMap<Fingerprint, Session>,
}

impl SessionTokens {
    /// A token that opens this session, once.
    pub(crate) fn issue(&mut self, session: Session, now: UnixTime) -> String {
        let token = random::token();
        self.sessions.insert(Fingerprint::of(&token), session, now + TOKEN_LIFETIME, now);
        token
    }

    /// The session that a token opens; it is used up.
    pub(crate) fn take(&mut self, token: &str, now: UnixTime) -> Option<Session> {
        self.sessions.remove(&Fingerprint::of(token), now)
    }

    /// Ends all of one person.
    pub(crate) fn end_all_of(&mut self, user_id: &str) {
        self.sessions.retain(|session| session.user_id != user_id);
    }
}
