//! What the claims of a proof must say. No I/O and no clock, as in `crate::policy`.

use std::time::Duration;

use okta_types::{Htu, ProofClaims, UnixTime};

use super::error::ProofRefusal;

/// How old a proof may be, and how far ahead a client's clock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ProofPolicy {
    pub(crate) max_age: Duration,
    pub(crate) leeway: Duration,
}

impl ProofPolicy {
    /// For how long a proof could be used again: from the moment of a client whose clock is as far ahead as may be.
    pub(crate) fn window(&self) -> Duration {
        self.max_age + self.leeway
    }

    /// Check 11.
    pub(crate) fn judge_times(&self, claims: &ProofClaims, now: UnixTime) -> Result<(), ProofRefusal> {
        if now > claims.iat + self.max_age {
            return Err(ProofRefusal::TooOld);
        }
        if claims.iat > now + self.leeway {
            return Err(ProofRefusal::MadeInFuture);
        }
        if claims.exp.is_some_and(|exp| now >= exp + self.leeway) {
            return Err(ProofRefusal::Expired);
        }
        Ok(())
    }
}

/// Check 8, to the letter: methods are case-sensitive (RFC 9110 §9.1).
pub(crate) fn judge_method(claims: &ProofClaims, method: &str) -> Result<(), ProofRefusal> {
    if claims.htm == method { Ok(()) } else { Err(ProofRefusal::Method) }
}

/// Check 9, with the one of the request's addresses that the proof names. Most proofs have it in its normal form.
pub(crate) fn judge_address<'a>(claims: &ProofClaims, addresses: &'a [Htu]) -> Result<&'a Htu, ProofRefusal> {
    if let Some(to_the_letter) = addresses.iter().find(|address| address.as_str() == claims.htu) {
        return Ok(to_the_letter);
    }
    let htu = Htu::of_proof(&claims.htu).map_err(|_| ProofRefusal::Address)?;
    addresses.iter().find(|address| **address == htu).ok_or(ProofRefusal::Address)
}

/// Check 12a.
pub(crate) fn judge_token(claims: &ProofClaims, access_token_hash: &str) -> Result<(), ProofRefusal> {
    if claims.ath.as_deref() == Some(access_token_hash) { Ok(()) } else { Err(ProofRefusal::Token) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixTime = UnixTime(1_800_000_000);
    const POLICY: ProofPolicy =
        ProofPolicy { max_age: Duration::from_secs(60), leeway: Duration::from_secs(10) };

    fn claims() -> ProofClaims {
        ProofClaims::new("1", "GET", "https://a/b", NOW)
    }

    #[track_caller]
    fn check_times(iat: i64, exp: Option<i64>, expected: Result<(), ProofRefusal>) {
        let exp = exp.map(|seconds| UnixTime(NOW.0 + seconds));
        let claims = ProofClaims { iat: UnixTime(NOW.0 + iat), exp, ..claims() };
        assert_eq!(POLICY.judge_times(&claims, NOW), expected, "{iat} {exp:?}");
    }

    #[test]
    fn a_proof_lives_for_a_minute_and_may_be_a_little_ahead() {
        check_times(0, None, Ok(()));
        check_times(-59, None, Ok(()));
        check_times(-60, None, Ok(()));
        check_times(-61, None, Err(ProofRefusal::TooOld));
        check_times(10, None, Ok(()));
        check_times(11, None, Err(ProofRefusal::MadeInFuture));
        check_times(0, Some(-9), Ok(()));
        check_times(0, Some(-10), Err(ProofRefusal::Expired));
        assert_eq!(POLICY.window(), Duration::from_secs(70));
    }

    #[test]
    fn method_and_token_are_compared_to_the_letter() {
        assert_eq!(judge_method(&claims(), "GET"), Ok(()));
        for other in ["get", "POST", "HEAD", ""] {
            assert_eq!(judge_method(&claims(), other), Err(ProofRefusal::Method), "{other}");
        }
        assert_eq!(judge_token(&claims(), ""), Err(ProofRefusal::Token));
        let claims = ProofClaims { ath: Some("a".to_owned()), ..claims() };
        assert_eq!(judge_token(&claims, "a"), Ok(()));
        assert_eq!(judge_token(&claims, "A"), Err(ProofRefusal::Token));
    }

    #[test]
    fn one_of_the_requests_addresses_must_be_the_proofs() {
        let htu = |text| Htu::of_proof(text).unwrap();
        let judge = |claim: &str, addresses: &[Htu]| {
            judge_address(&ProofClaims { htu: claim.to_owned(), ..claims() }, addresses).cloned()
        };
        let addresses = [htu("http://localhost/b"), htu("https://a/b")];
        assert_eq!(judge("HTTPS://A:443/%62", &addresses), Ok(htu("https://a/b")));
        assert_eq!(judge("http://localhost/b", &addresses), Ok(htu("http://localhost/b")));
        for other in ["https://a/b?c", "https://a/c", "/b", ""] {
            assert_eq!(judge(other, &addresses), Err(ProofRefusal::Address), "{other}");
        }
        assert_eq!(judge("https://a/b", &[]), Err(ProofRefusal::Address));
    }
}
