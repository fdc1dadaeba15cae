//! Browser sessions with the org: what makes the second sign-in silent. The cookie is called `sid`.

use okta_types::UnixTime;
use serde::{Deserialize, Serialize};

use crate::expiring::ExpiringMap;
use crate::fingerprint::Fingerprint;
use crate::org::factor_method::FactorMethod;
use crate::random;
use crate::unverified::{KEPT_SESSION, SESSION_IDLE};

/// What `amr` says where more than one factor was proved (RFC 8176).
const MFA: &str = "mfa";

/// One browser's session with the org.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Session {
    /// Its name, not its cookie: `102…`.
    pub(crate) id: String,
    /// Id of the person, `00u…`.
    pub(crate) user_id: String,
    /// When it began; none in those of former versions.
    #[serde(default)]
    pub(crate) created_at: Option<UnixTime>,
    /// When the person last proved who they are.
    pub(crate) auth_time: UnixTime,
    /// When the password was last proved; never: they came with a passkey.
    pub(crate) password_at: Option<UnixTime>,
    /// When a second factor was last proved.
    pub(crate) factor_at: Option<UnixTime>,
    /// When a passkey was last proved, which no other site can ask for.
    #[serde(default)]
    pub(crate) passkey_at: Option<UnixTime>,
    /// How they proved who they are: values of RFC 8176.
    pub(crate) amr: Vec<String>,
    /// When it ends, used or not, where the browser is kept signed in.
    #[serde(default)]
    pub(crate) kept_until: Option<UnixTime>,
}

impl Session {
    /// Of someone who just proved their password.
    pub(crate) fn by_password(user_id: String, now: UnixTime) -> Self {
        Self { password_at: Some(now), amr: vec!["pwd".to_owned()], ..Self::of_nothing(user_id, now) }
    }

    /// Of someone who just proved a passkey, without a password: something that they have, which recognized them.
    pub(crate) fn by_passkey(user_id: String, now: UnixTime) -> Self {
        Self::of_nothing(user_id, now).with_second_factor(FactorMethod::Passkey, now)
    }

    fn of_nothing(user_id: String, now: UnixTime) -> Self {
        Self {
            id: random::long_id("102"),
            user_id,
            created_at: Some(now),
            auth_time: now,
            password_at: None,
            factor_at: None,
            passkey_at: None,
            amr: Vec::new(),
            kept_until: None,
        }
    }

    /// The same in a browser that is kept signed in.
    #[must_use]
    pub(crate) fn kept(self, now: UnixTime) -> Self {
        Self { kept_until: Some(now + KEPT_SESSION), ..self }
    }

    /// When it ends if it is not used again.
    pub(crate) fn ends_at(&self, now: UnixTime) -> UnixTime {
        self.kept_until.unwrap_or(now + SESSION_IDLE)
    }

    /// The same person after they proved their second factor too.
    pub(crate) fn with_second_factor(&self, by: FactorMethod, now: UnixTime) -> Self {
        let mut amr = self.amr.clone();
        amr.retain(|known| known != MFA && known != by.amr());
        amr.extend([by.amr(), MFA].map(str::to_owned));
        let passkey_at = if by == FactorMethod::Passkey { Some(now) } else { self.passkey_at };
        Self { auth_time: now, factor_at: Some(now), passkey_at, amr, ..self.clone() }
    }

    /// The same, proved when the former one was, where it is the same person's: what an identity provider says that asks
    /// nobody again.
    #[must_use]
    pub(crate) fn proved_when(self, former: &Self) -> Self {
        let auth_time = if self.user_id == former.user_id { former.auth_time } else { self.auth_time };
        Self { auth_time, ..self }
    }

    /// Whether a second factor was proved.
    pub(crate) fn is_two_factor(&self) -> bool {
        self.factor_at.is_some()
    }

    /// Whether a factor was proved that works for this org's own pages alone.
    pub(crate) fn is_phishing_resistant(&self) -> bool {
        self.passkey_at.is_some()
    }
}

/// All sessions, by the fingerprint of their cookie.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Sessions(ExpiringMap<Fingerprint, Session>);

impl Sessions {
    /// Opens a session for someone who just proved their password, and returns its cookie's value.
    /// The session of the cookie they came with ends: a value from before sign-in is never kept.
    pub(crate) fn open(&mut self, session: Session, former: Option<&str>, now: UnixTime) -> String {
        if let Some(former) = former {
            self.end(former, now);
        }
        let sid = random::token();
        let end = session.ends_at(now);
        self.0.insert(Fingerprint::of(&sid), session, end, now);
        sid
    }

    /// The session of this cookie, if it lives; looking prolongs it.
    pub(crate) fn find(&mut self, sid: &str, now: UnixTime) -> Option<Session> {
        let key = Fingerprint::of(sid);
        let session = self.0.get_mut(&key, now)?.clone();
        self.0.prolong(&key, session.ends_at(now));
        Some(session)
    }

    /// The session of this id, if it lives.
    pub(crate) fn by_id(&self, id: &str, now: UnixTime) -> Option<Session> {
        self.0.values(now).find(|session| session.id == id).cloned()
    }

    /// Prolongs the session of this id.
    pub(crate) fn prolong(&mut self, id: &str, now: UnixTime) {
        if let Some(end) = self.by_id(id, now).map(|session| session.ends_at(now)) {
            self.0.prolong_where(|session| session.id == id, end);
        }
    }

    /// Ends the session of this id.
    pub(crate) fn end_by_id(&mut self, id: &str) {
        self.0.retain(|session| session.id != id);
    }

    /// Ends the session of this cookie and returns it.
    pub(crate) fn end(&mut self, sid: &str, now: UnixTime) -> Option<Session> {
        self.0.remove(&Fingerprint::of(sid), now)
    }

    /// Ends all of one person and says how many.
    pub(crate) fn end_all_of(&mut self, user_id: &str) -> usize {
        self.0.retain(|session| session.user_id != user_id)
    }

    /// How many are kept.
    pub(crate) fn count(&self) -> usize {
        self.0.count()
    }

    /// Ends every session.
    pub(crate) fn end_all(&mut self) {
        self.0.clear();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn session(user_id: &str, now: UnixTime) -> Session {
        Session::by_password(user_id.to_owned(), now)
    }

    #[test]
    fn a_session_lives_while_it_is_used() {
        let mut sessions = Sessions::default();
        let sid = sessions.open(session("00u1", UnixTime(0)), None, UnixTime(0));
        let almost = UnixTime(0) + SESSION_IDLE - Duration::from_secs(1);
        assert!(sessions.find(&sid, almost).is_some());
        assert_eq!(sessions.find(&sid, almost + SESSION_IDLE / 2).map(|s| s.auth_time), Some(UnixTime(0)));
        assert!(sessions.find(&sid, almost + SESSION_IDLE * 2).is_none());
        assert!(sessions.find("other", UnixTime(0)).is_none());
    }

    #[test]
    fn a_session_that_is_kept_lives_unused_and_not_for_ever() {
        let mut sessions = Sessions::default();
        let sid = sessions.open(session("00u1", UnixTime(0)).kept(UnixTime(0)), None, UnixTime(0));
        let almost = UnixTime(0) + KEPT_SESSION - Duration::from_secs(1);
        assert!(sessions.find(&sid, almost).is_some());
        let id = sessions.find(&sid, almost).expect("it lives").id;
        sessions.prolong(&id, almost);
        assert!(sessions.find(&sid, UnixTime(0) + KEPT_SESSION).is_none());
    }

    #[test]
    fn signing_in_anew_ends_the_former_session() {
        let mut sessions = Sessions::default();
        let former = sessions.open(session("00u1", UnixTime(0)), None, UnixTime(0));
        let sid = sessions.open(session("00u2", UnixTime(1)), Some(&former), UnixTime(1));
        assert!(sessions.find(&former, UnixTime(1)).is_none());
        assert_eq!(sessions.end(&sid, UnixTime(1)).map(|s| s.user_id).as_deref(), Some("00u2"));
        assert!(sessions.find(&sid, UnixTime(1)).is_none());
    }

    #[test]
    fn a_session_of_a_former_version_is_read() {
        let mut kept = serde_json::to_value(session("00u1", UnixTime(0))).expect("it is written");
        for name in ["created_at", "kept_until", "passkey_at"] {
            assert_ne!(kept.as_object_mut().expect("an object").remove(name), None, "{name}");
        }
        let session: Session = serde_json::from_value(kept).expect("it is read");
        assert_eq!((session.created_at, session.user_id.as_str()), (None, "00u1"));
    }
}
