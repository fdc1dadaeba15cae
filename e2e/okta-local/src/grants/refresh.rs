//! Refresh tokens with rotation and reuse detection (RFC 9700 §4.14.2, in Okta's form).
//!
//! Each use gives a new token. The used one still works during the grace time after its *first* use, for
//! clients that lost an answer or asked twice at once; each such use gives another new token, and all
//! tokens given out are good. After the grace time its use ends the family. All tokens of a family end
//! together at the first one's end; one that nobody uses ends by itself before.

use std::sync::Arc;
use std::time::Duration;

use okta_types::{Thumbprint, UnixTime};

use super::family::{FamilyId, Grant};
use super::issued::IssuedRefresh;
use super::store::Grants;
use crate::fingerprint::Fingerprint;
use crate::org::policy::Lifetimes;
use crate::random;

/// Why a refresh token is not good.
#[derive(Clone, Debug)]
pub(crate) enum RefreshRefusal {
    /// Unknown, expired or revoked.
    Invalid,
    /// Used again after the grace time: its family was alive until now.
    Reused(Arc<Grant>),
}

impl Grants {
    /// Issues the first refresh token of a family, which sets the end of all others.
    pub(crate) fn issue_refresh(&mut self, family: &str, lifetimes: Lifetimes, now: UnixTime) -> String {
        if let Some(family) = self.families.get_mut(family) {
            family.refresh_ends_at = lifetimes.refresh_token.map(|lifetime| now + lifetime);
            family.refresh_issued_at = Some(now);
        }
        self.add_refresh(family, lifetimes, now)
    }

    /// Looks whether a refresh token is good, without using it.
    ///
    /// # Errors
    /// [`RefreshRefusal::Reused`] ends the family.
    pub(crate) fn find_refresh(
        &mut self,
        token: &str,
        grace: Duration,
        now: UnixTime,
    ) -> Result<(FamilyId, Arc<Grant>), RefreshRefusal> {
        let issued = self.refresh_tokens.get(&Fingerprint::of(token)).ok_or(RefreshRefusal::Invalid)?;
        let family =
            self.families.get(&issued.family).filter(|f| !f.revoked).ok_or(RefreshRefusal::Invalid)?;
        let (id, grant) = (issued.family.clone(), Arc::clone(&family.grant));
        if issued.first_used_at.is_some_and(|used| now.since(used) >= grace) {
            self.revoke_family(&id);
            return Err(RefreshRefusal::Reused(grant));
        }
        if !issued.is_in_time(family, now) {
            return Err(RefreshRefusal::Invalid);
        }
        Ok((id, grant))
    }

    /// The key that a refresh token is bound to, used or not; `None` where it is bound to none.
    pub(crate) fn key_of_refresh(&self, token: &str) -> Option<&Thumbprint> {
        let issued = self.refresh_tokens.get(&Fingerprint::of(token))?;
        self.families.get(&issued.family)?.key.as_ref()
    }

    /// Uses a token that [`Self::find_refresh`] found good, and returns the next one.
    pub(crate) fn rotate(
        &mut self,
        token: &str,
        family: &str,
        lifetimes: Lifetimes,
        now: UnixTime,
    ) -> String {
        if let Some(issued) = self.refresh_tokens.get_mut(&Fingerprint::of(token)) {
            issued.first_used_at.get_or_insert(now);
        }
        self.note_use(family, now);
        self.add_refresh(family, lifetimes, now)
    }

    /// Uses a token of an app whose tokens do not rotate: it stays good, and its idle time starts over.
    pub(crate) fn prolong(&mut self, token: &str, family: &str, lifetimes: Lifetimes, now: UnixTime) {
        let idle_ends_at = now + lifetimes.refresh_window;
        if let Some(issued) = self.refresh_tokens.get_mut(&Fingerprint::of(token)) {
            issued.idle_ends_at = idle_ends_at;
        }
        self.note_use(family, now);
        self.outlive(family, idle_ends_at);
    }

    fn note_use(&mut self, family: &str, now: UnixTime) {
        if let Some(family) = self.families.get_mut(family) {
            family.refresh_used_at = Some(now);
        }
    }

    /// Ends the family of this refresh token, if it is one and belongs to that client.
    pub(crate) fn revoke_refresh(&mut self, token: &str, client_id: &str) -> Option<RevokedRefresh> {
        let id = self.refresh_tokens.get(&Fingerprint::of(token))?.family.clone();
        if self.families.get(&id)?.grant.client_id != client_id {
            return Some(RevokedRefresh::OfAnotherClient);
        }
        self.revoke_family(&id);
        Some(RevokedRefresh::Done)
    }

    /// The grant of a refresh token that would work now, and when it ends.
    pub(crate) fn inspect_refresh(
        &self,
        token: &str,
        grace: Duration,
        now: UnixTime,
    ) -> Option<(Arc<Grant>, UnixTime)> {
        let issued = self.refresh_tokens.get(&Fingerprint::of(token))?;
        let family = self.families.get(&issued.family).filter(|f| !f.revoked)?;
        let used_up = issued.first_used_at.is_some_and(|used| now.since(used) >= grace);
        (!used_up && issued.is_in_time(family, now))
            .then(|| (Arc::clone(&family.grant), issued.ends_at(family)))
    }

    fn add_refresh(&mut self, family: &str, lifetimes: Lifetimes, now: UnixTime) -> String {
        let token = random::token();
        let idle_ends_at = now + lifetimes.refresh_window;
        let issued = IssuedRefresh { family: family.to_owned(), idle_ends_at, first_used_at: None };
        self.refresh_tokens.insert(Fingerprint::of(&token), issued);
        self.outlive(family, idle_ends_at);
        token
    }
}

/// What came of revoking something that is a refresh token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RevokedRefresh {
    /// It and its family are dead.
    Done,
    /// Nothing: it is not the caller's.
    OfAnotherClient,
}

#[cfg(test)]
mod tests {
    use super::super::store::tests::grant;
    use super::*;

    const GRACE: Duration = Duration::from_secs(30);

    fn lifetimes(absolute: Option<u64>) -> Lifetimes {
        Lifetimes {
            refresh_token: absolute.map(Duration::from_secs),
            refresh_window: Duration::from_secs(600),
            ..Lifetimes::default()
        }
    }

    struct Story {
        grants: Grants,
        family: FamilyId,
        absolute: Option<u64>,
    }

    fn story(absolute: Option<u64>) -> (Story, String) {
        let mut grants = Grants::default();
        let family = grants.found(grant(), UnixTime(300), UnixTime(0));
        let first = grants.issue_refresh(&family, lifetimes(absolute), UnixTime(0));
        (Story { grants, family, absolute }, first)
    }

    impl Story {
        /// Uses a token at a time and returns the next one.
        fn use_at(&mut self, token: &str, at: i64) -> Result<String, RefreshRefusal> {
            self.grants.find_refresh(token, GRACE, UnixTime(at))?;
            Ok(self.grants.rotate(token, &self.family, lifetimes(self.absolute), UnixTime(at)))
        }
    }

    #[test]
    fn within_the_grace_time_every_token_given_out_works() {
        let (mut story, first) = story(None);
        let second = story.use_at(&first, 100).unwrap();
        let sibling = story.use_at(&first, 129).unwrap();
        assert!(story.use_at(&second, 129).is_ok() && story.use_at(&sibling, 129).is_ok());
    }

    #[test]
    fn the_grace_time_counts_from_the_first_use() {
        let (mut story, first) = story(None);
        let second = story.use_at(&first, 100).unwrap();
        story.use_at(&first, 120).unwrap();
        assert!(matches!(story.use_at(&first, 130), Err(RefreshRefusal::Reused(_))));
        assert!(!story.grants.is_alive(&story.family));
        assert!(matches!(story.use_at(&second, 130), Err(RefreshRefusal::Invalid)));
        assert!(matches!(story.use_at(&first, 131), Err(RefreshRefusal::Invalid)), "reported once");
    }

    #[test]
    fn without_grace_the_second_use_ends_the_family() {
        let (mut story, first) = story(None);
        story.use_at(&first, 100).unwrap();
        let refused = story.grants.find_refresh(&first, Duration::ZERO, UnixTime(100));
        assert!(matches!(refused, Err(RefreshRefusal::Reused(_))));
    }

    #[test]
    fn a_rotated_token_does_not_outlive_the_first() {
        let (mut story, first) = story(Some(1000));
        let second = story.use_at(&first, 500).unwrap();
        let third = story.use_at(&second, 999).unwrap();
        assert!(matches!(story.use_at(&third, 1000), Err(RefreshRefusal::Invalid)));
    }

    #[test]
    fn a_token_that_nobody_uses_ends_and_use_restarts_the_window() {
        let (mut story, first) = story(None);
        let second = story.use_at(&first, 599).unwrap();
        let third = story.use_at(&second, 1198).unwrap();
        assert!(matches!(story.use_at(&third, 1798), Err(RefreshRefusal::Invalid)));
    }

    #[test]
    fn only_its_own_client_can_revoke_a_token() {
        let (mut story, first) = story(None);
        assert_eq!(story.grants.revoke_refresh(&first, "0oa2"), Some(RevokedRefresh::OfAnotherClient));
        assert!(story.grants.is_alive(&story.family));
        assert!(story.grants.inspect_refresh(&first, GRACE, UnixTime(1)).is_some());
        assert_eq!(story.grants.revoke_refresh(&first, "0oa1"), Some(RevokedRefresh::Done));
        assert!(story.grants.inspect_refresh(&first, GRACE, UnixTime(1)).is_none());
        assert_eq!(story.grants.revoke_refresh("unknown", "0oa1"), None);
    }
}
