//! Access tokens that were issued: only to know which of them are dead before their time.

use okta_types::UnixTime;

use super::issued::AccessRecord;
use super::store::Grants;

impl Grants {
    /// Notes an access token of a family.
    pub(crate) fn record_access(&mut self, family: &str, jti: String, expires_at: UnixTime) {
        self.outlive(family, expires_at);
        let record = AccessRecord { family: Some(family.to_owned()), revoked: false, expires_at };
        self.access_tokens.insert(jti, record);
    }

    /// Revokes one access token and nothing else of its family (RFC 7009 §2.1).
    pub(crate) fn revoke_access(&mut self, jti: &str, expires_at: UnixTime) {
        self.access_tokens
            .entry(jti.to_owned())
            .or_insert(AccessRecord { family: None, revoked: false, expires_at })
            .revoked = true;
    }

    /// Whether a token whose signature and time are good was revoked, alone or with its family. One that
    /// is not on record was signed for a test and belongs to no family.
    pub(crate) fn is_access_revoked(&self, jti: &str) -> bool {
        self.access_tokens.get(jti).is_some_and(|record| {
            record.revoked || record.family.as_deref().is_some_and(|family| !self.is_alive(family))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::store::tests::grant;
    use super::*;

    #[test]
    fn an_access_token_dies_alone_or_with_its_family() {
        let mut grants = Grants::default();
        let end = UnixTime(3600);
        let family = grants.found(grant(), UnixTime(300), UnixTime(0));
        grants.record_access(&family, "AT.1".into(), end);
        grants.record_access(&family, "AT.2".into(), end);
        grants.revoke_access("AT.1", end);
        assert!(grants.is_access_revoked("AT.1") && !grants.is_access_revoked("AT.2"));
        grants.revoke_family(&family);
        assert!(grants.is_access_revoked("AT.2"));
        assert!(!grants.is_access_revoked("AT.unknown"));
        grants.revoke_access("AT.unknown", end);
        assert!(grants.is_access_revoked("AT.unknown"));
    }
}
