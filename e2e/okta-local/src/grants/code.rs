//! Authorization codes (RFC 6749 §4.1.2): for one exchange, bound to client, address and PKCE challenge.

use std::sync::Arc;
use std::time::Duration;

use okta_types::{CodeVerifier, UnixTime};

use super::family::{FamilyId, Grant};
use super::issued::IssuedCode;
use super::store::Grants;
use crate::catalogue::{Code, Refusal};
use crate::fingerprint::Fingerprint;
use crate::random;
use crate::unverified::FAILED_REDEMPTION_BURNS_THE_CODE;

/// How long a code is good, by Okta's description of `/token`. Older texts say 60 seconds.
const CODE_LIFETIME: Duration = Duration::from_secs(300);

/// What a token request shows with a code.
#[derive(Clone, Copy)]
pub(crate) struct Redemption<'a> {
    pub(crate) code: &'a str,
    pub(crate) server_id: &'a str,
    pub(crate) client_id: &'a str,
    pub(crate) redirect_uri: Option<&'a str>,
    pub(crate) verifier: Option<&'a str>,
}

impl Grants {
    /// Issues the code of a new family.
    pub(crate) fn issue_code(
        &mut self,
        grant: Grant,
        redirect_uri: &str,
        challenge: Option<&str>,
        now: UnixTime,
    ) -> String {
        let expires_at = now + CODE_LIFETIME;
        let family = self.found(grant, expires_at, now);
        let code = random::token();
        let issued = IssuedCode {
            family,
            redirect_uri: redirect_uri.to_owned(),
            challenge: challenge.map(str::to_owned),
            expires_at,
            redeemed: false,
        };
        self.codes.insert(Fingerprint::of(&code), issued);
        code
    }

    /// Uses a code up. A second use revokes whatever the first one got (RFC 6749 §4.1.2).
    ///
    /// # Errors
    /// The catalogue's reason, in Okta's order: code, server, client, address, PKCE.
    pub(crate) fn redeem(
        &mut self,
        shown: Redemption<'_>,
        now: UnixTime,
    ) -> Result<(FamilyId, Arc<Grant>), Refusal> {
        let key = Fingerprint::of(shown.code);
        let issued = self.codes.get_mut(&key).ok_or(Code::InvalidAuthorizationCode)?;
        let family = issued.family.clone();
        if issued.redeemed {
            self.revoke_family(&family);
            return Err(Code::InvalidAuthorizationCode.into());
        }
        issued.redeemed = FAILED_REDEMPTION_BURNS_THE_CODE;
        let grant = self.families.get(&family).filter(|f| !f.revoked).map(|f| Arc::clone(&f.grant));
        let grant = grant.filter(|_| now < issued.expires_at).ok_or(Code::InvalidAuthorizationCode)?;
        issued.accepts(shown, &grant)?;
        issued.redeemed = true;
        Ok((family, grant))
    }
}

impl IssuedCode {
    fn accepts(&self, shown: Redemption<'_>, grant: &Grant) -> Result<(), Refusal> {
        if grant.server_id != shown.server_id {
            return Err(Code::MismatchedAuthorizationServer.into());
        }
        if grant.client_id != shown.client_id {
            return Err(Code::MismatchedClient.into());
        }
        if shown.redirect_uri != Some(&self.redirect_uri) {
            return Err(Code::MismatchedRedirectUri.into());
        }
        let Some(expected) = &self.challenge else {
            // A verifier without a challenge is a code that somebody put in the place of another (RFC 9700 §4.8.2).
            return shown.verifier.map_or(Ok(()), |_| Err(Code::PkceVerificationFailed.into()));
        };
        let verifier = shown.verifier.ok_or(Code::PkceMissingVerifier)?;
        let challenge = CodeVerifier::parse(verifier).map(|verifier| verifier.challenge());
        match challenge {
            Some(challenge) if challenge.as_str() == expected => Ok(()),
            _ => Err(Code::PkceVerificationFailed.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::store::tests::grant;
    use super::*;

    const URI: &str = "http://localhost:8080/login/callback";

    struct Issued {
        grants: Grants,
        code: String,
        verifier: String,
    }

    fn issued() -> Issued {
        let verifier = CodeVerifier::from_random([7; 32]);
        let mut grants = Grants::default();
        let code = grants.issue_code(grant(), URI, Some(verifier.challenge().as_str()), UnixTime(0));
        Issued { grants, code, verifier: verifier.expose().to_owned() }
    }

    fn shown(issued: &Issued) -> Redemption<'_> {
        Redemption {
            code: &issued.code,
            server_id: "default",
            client_id: "0oa1",
            redirect_uri: Some(URI),
            verifier: Some(&issued.verifier),
        }
    }

    #[track_caller]
    fn check(change: impl FnOnce(&mut Redemption<'_>), at: i64, expected: Option<Code>) {
        let Issued { mut grants, code, verifier } = issued();
        let issued = Issued { grants: Grants::default(), code, verifier };
        let mut shown = shown(&issued);
        change(&mut shown);
        let refused = grants.redeem(shown, UnixTime(at)).err().map(|refusal| refusal.code());
        assert_eq!(refused, expected);
    }

    #[test]
    fn a_code_is_bound_to_all_it_was_issued_for() {
        check(|_| {}, 299, None);
        check(|_| {}, 300, Some(Code::InvalidAuthorizationCode));
        check(|s| s.code = "unknown", 0, Some(Code::InvalidAuthorizationCode));
        check(|s| s.server_id = "aus1", 0, Some(Code::MismatchedAuthorizationServer));
        check(|s| s.client_id = "0oa2", 0, Some(Code::MismatchedClient));
        check(|s| s.redirect_uri = None, 0, Some(Code::MismatchedRedirectUri));
        check(|s| s.redirect_uri = Some("http://localhost:8080/"), 0, Some(Code::MismatchedRedirectUri));
        check(|s| s.verifier = None, 0, Some(Code::PkceMissingVerifier));
        check(|s| s.verifier = Some("short"), 0, Some(Code::PkceVerificationFailed));
        check(|s| s.verifier = Some(&"a".repeat(43).leak()[..]), 0, Some(Code::PkceVerificationFailed));
    }

    #[test]
    fn a_replay_is_refused_and_revokes_the_family() {
        let mut issued = issued();
        let mut grants = std::mem::take(&mut issued.grants);
        let (family, _) = grants.redeem(shown(&issued), UnixTime(1)).unwrap();
        assert!(grants.is_alive(&family));
        assert!(grants.redeem(shown(&issued), UnixTime(2)).is_err());
        assert!(!grants.is_alive(&family));
    }

    #[test]
    fn a_failed_attempt_leaves_no_second_one() {
        let mut issued = issued();
        let mut grants = std::mem::take(&mut issued.grants);
        assert!(grants.redeem(Redemption { verifier: None, ..shown(&issued) }, UnixTime(1)).is_err());
        let refused = grants.redeem(shown(&issued), UnixTime(1)).unwrap_err();
        assert_eq!(refused.code(), Code::InvalidAuthorizationCode);
    }
}
