//! Refresh tokens as an administrator sees them: all of one authorization are one, whatever its rotations.

use std::collections::HashMap;
use std::sync::Arc;

use okta_types::UnixTime;

use super::family::{FamilyId, Grant};
use super::store::Grants;

/// A refresh token that is good.
#[derive(Clone, Debug)]
pub(crate) struct Renewable {
    /// Its name, `oar…`: that of its family.
    pub(crate) id: FamilyId,
    /// The authorization that it renews.
    pub(crate) grant: Arc<Grant>,
    /// When the first one was issued.
    pub(crate) created_at: UnixTime,
    /// When it was last used.
    pub(crate) updated_at: UnixTime,
    /// When it ends, if nobody uses it.
    pub(crate) expires_at: UnixTime,
}

impl Grants {
    /// All refresh tokens that are good now and whose grants are meant, the oldest first.
    pub(crate) fn renewable(&self, now: UnixTime, meant: impl Fn(&Grant) -> bool) -> Vec<Renewable> {
        let mut ends: HashMap<&str, UnixTime> = HashMap::new();
        for issued in self.refresh_tokens.values().filter(|issued| issued.is_unused()) {
            let alive = self.families.get(&issued.family).filter(|family| !family.revoked);
            let Some(family) = alive.filter(|family| meant(&family.grant)) else { continue };
            let end = issued.ends_at(family);
            if now < end {
                let known = ends.entry(&issued.family).or_insert(end);
                *known = end.max(*known);
            }
        }
        let listed = |(id, expires_at): (&str, UnixTime)| {
            let family = self.families.get(id)?;
            let created_at = family.refresh_issued_at.unwrap_or(family.grant.auth_time);
            let updated_at = family.refresh_used_at.unwrap_or(created_at);
            let grant = Arc::clone(&family.grant);
            Some(Renewable { id: id.to_owned(), grant, created_at, updated_at, expires_at })
        };
        let mut all: Vec<_> = ends.into_iter().filter_map(listed).collect();
        all.sort_by(|one, other| (one.created_at, &one.id).cmp(&(other.created_at, &other.id)));
        all
    }

    /// Ends a refresh token by its name, with the access tokens that were issued beside it.
    pub(crate) fn revoke_renewable(&mut self, id: &str) {
        self.revoke_family(id);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::store::tests::grant;
    use super::*;
    use crate::org::policy::Lifetimes;

    #[test]
    fn an_authorization_is_one_token_however_often_it_was_rotated() {
        let mut grants = Grants::default();
        let lifetimes = Lifetimes {
            refresh_token: None,
            refresh_window: Duration::from_secs(600),
            ..Lifetimes::default()
        };
        let family = grants.found(grant(), UnixTime(300), UnixTime(0));
        assert!(grants.renewable(UnixTime(0), |_| true).is_empty(), "no refresh token was issued");
        let first = grants.issue_refresh(&family, lifetimes, UnixTime(10));
        grants.rotate(&first, &family, lifetimes, UnixTime(100));
        let all = grants.renewable(UnixTime(100), |_| true);
        let [token] = all.as_slice() else { panic!("{all:?}") };
        let times = (token.created_at, token.updated_at, token.expires_at);
        assert_eq!((&token.id, times), (&family, (UnixTime(10), UnixTime(100), UnixTime(700))));
        assert!(grants.renewable(UnixTime(100), |grant| grant.client_id == "other").is_empty());
        assert!(grants.renewable(UnixTime(700), |_| true).is_empty(), "it ended");
        grants.revoke_renewable(&family);
        assert!(grants.renewable(UnixTime(100), |_| true).is_empty() && !grants.is_alive(&family));
    }
}
