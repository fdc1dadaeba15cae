//! What a verifier says of a token at once, and of its keys.

use okta_jwt::{KeySetStatus, Lookup, UnixTime, Verdict, Verifier, VerifyError};

/// What is said without waiting for anything; `None` where something has to be fetched.
pub(crate) fn at_once(verifier: &Verifier, token: impl AsRef<[u8]>, now: UnixTime) -> Option<Verdict> {
    match verifier.look_up(token, now) {
        Lookup::Ready { verdict, .. } => Some(verdict),
        Lookup::NeedsIssuer(_) => None,
    }
}

/// What is said without looking at the signature; `None` where it would have to be looked at.
pub(crate) fn seen(
    verifier: &Verifier,
    token: impl AsRef<[u8]>,
    now: UnixTime,
) -> Option<Result<(), VerifyError>> {
    match verifier.look_up(token, now) {
        Lookup::Ready { verdict, cached: true } => Some(verdict.map(drop)),
        _ => None,
    }
}

/// Of a verifier's only issuer.
pub(crate) fn keys_of(verifier: &Verifier) -> KeySetStatus {
    let [(_, status)] = verifier.key_sets().collect::<Vec<_>>().try_into().unwrap();
    status
}

/// A verifier's only issuer.
pub(crate) fn issuer_of(verifier: &Verifier) -> &str {
    let [issuer] = verifier.issuers().collect::<Vec<_>>().try_into().unwrap();
    issuer.as_str()
}
