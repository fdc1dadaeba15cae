//! Whether an ID token is good: OpenID Connect Core §3.1.3.7, in its numbering, and §12.2 on renewal.
//!
//! The signature itself is checked by the browser (an effect); this module picks the key and judges the
//! header and the claims. Times are judged by the org's clock: the offset of the browser's clock is taken
//! from `iat`, which is sound because the nonce (or the refresh token, over TLS) proves that the token was
//! made for this very request.

use okta_types::{Jwk, JwkSet, UnixTime, at_hash, base64url};

use crate::protocol::json::{Json, WrongType};

/// How far apart two clocks of the org may be, seconds.
const TOLERANCE: i64 = 300;
/// A browser clock farther off than this is not corrected but reported, seconds.
const MAX_CLOCK_OFFSET: i64 = 86_400;
/// 2048 bits, the least that RS256 allows (RFC 7518 §3.3).
const MIN_MODULUS_BYTES: usize = 256;

/// What the claims are compared with.
pub(crate) struct Expected<'a> {
    pub(crate) issuer: &'a str,
    pub(crate) client_id: &'a str,
    pub(crate) access_token: &'a str,
    /// The browser's clock when the answer came.
    pub(crate) now: UnixTime,
    pub(crate) occasion: Occasion<'a>,
}

/// What the token was issued for.
pub(crate) enum Occasion<'a> {
    /// A code exchange, begun by an authorization request that asked for this.
    SignIn(Asked<'a>),
    /// A renewal of the session with these claims.
    Renewal(&'a Json),
}

/// What an authorization request asked for (OpenID Connect Core §3.1.2.1).
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) nonce: &'a str,
    /// Seconds.
    pub(crate) max_age: Option<u64>,
    pub(crate) acr_values: Option<&'a str>,
    /// When it was made, by the browser's clock.
    pub(crate) created: UnixTime,
}

/// The key to check the signature with, `None` where the set must be fetched (again).
///
/// Items 6 to 8: RS256 and nothing else, whatever the header says of itself.
pub(crate) fn key_for<'k>(
    unverified_header: &Json,
    keys: &'k JwkSet,
) -> Result<Option<&'k Jwk>, IdTokenError> {
    let header = unverified_header;
    if header.text("alg") != Some("RS256") {
        return Err(IdTokenError::Algorithm);
    }
    let typ_ok = header.optional_text("typ")?.is_none_or(|typ| typ.eq_ignore_ascii_case("jwt"));
    if !typ_ok || ["crit", "b64", "cty"].iter().any(|name| header.get(name).is_some()) {
        return Err(IdTokenError::Header);
    }
    let key = match header.optional_text("kid")? {
        Some(kid) => keys.find(kid),
        None => match keys.keys.as_slice() {
            [] => None,
            [only] => Some(only),
            _ => return Err(IdTokenError::NoKeyId),
        },
    };
    match key {
        Some(key) if !is_strong(key) => Err(IdTokenError::Key),
        key => Ok(key),
    }
}

fn is_strong(key: &Jwk) -> bool {
    let decode = |member: &Option<String>| member.as_deref().and_then(base64url::decode).unwrap_or_default();
    let (modulus, exponent) = (decode(&key.n), decode(&key.e));
    let length = modulus.iter().skip_while(|byte| **byte == 0).count();
    key.is_for_rs256() && length >= MIN_MODULUS_BYTES && !exponent.is_empty() && exponent != [1]
}

/// Judges the claims of a token whose signature was found good. Returns the org's clock minus the browser's,
/// seconds.
pub(crate) fn judge(claims: &Json, expected: &Expected<'_>) -> Result<i64, IdTokenError> {
    // 2. The issuer, to the letter.
    if required(claims, "iss")? != expected.issuer {
        return Err(IdTokenError::Issuer);
    }
    // 3. This client is the audience; no other audience is known here, so none is trusted.
    if !is_only_audience(claims, expected.client_id) {
        return Err(IdTokenError::Audience);
    }
    // 4 and 5. The authorized party, where it is named.
    if claims.optional_text("azp")?.is_some_and(|azp| azp != expected.client_id) {
        return Err(IdTokenError::AuthorizedParty);
    }
    // Section 2: an identifier of at most 255 ASCII characters.
    let sub = required(claims, "sub")?;
    if sub.is_empty() || sub.len() > 255 || !sub.is_ascii() {
        return Err(IdTokenError::Subject);
    }
    let offset = judge_times(claims, expected.now)?;
    // 3.1.3.8. The hash binds the access token to this ID token.
    if claims.optional_text("at_hash")?.is_some_and(|hash| hash != at_hash(expected.access_token)) {
        return Err(IdTokenError::AccessTokenHash);
    }
    match &expected.occasion {
        Occasion::SignIn(asked) => judge_sign_in(claims, *asked, offset)?,
        Occasion::Renewal(before) => judge_renewal(claims, before)?,
    }
    Ok(offset)
}

fn required<'c>(claims: &'c Json, name: &str) -> Result<&'c str, IdTokenError> {
    claims.text(name).ok_or(IdTokenError::Malformed)
}

/// `aud` is one string or an array of them (RFC 7519 §4.1.3).
pub(crate) fn is_only_audience(claims: &Json, client_id: &str) -> bool {
    match claims.get("aud") {
        Some(Json::Text(aud)) => aud == client_id,
        Some(Json::List(all)) => !all.is_empty() && all.iter().all(|aud| aud.as_str() == Some(client_id)),
        _ => false,
    }
}

/// 9 and 10, by the org's clock, whose offset `iat` tells. Returns the offset: the org's clock minus the
/// browser's, seconds.
fn judge_times(claims: &Json, now: UnixTime) -> Result<i64, IdTokenError> {
    let (Some(iat), Some(exp)) = (issued_at(claims), claims.seconds("exp")) else {
        return Err(IdTokenError::Malformed);
    };
    let auth_time = claims.optional_seconds("auth_time")?;
    // First: whatever else is wrong with a token that was over before the person signed in comes of its age.
    if auth_time.is_some_and(|at| exp <= at.saturating_sub(TOLERANCE)) {
        return Err(IdTokenError::Expired);
    }
    let offset = iat.saturating_sub(now.0);
    if !(-MAX_CLOCK_OFFSET..=MAX_CLOCK_OFFSET).contains(&offset) {
        return Err(IdTokenError::Clock { offset });
    }
    if exp <= iat {
        return Err(IdTokenError::Expired);
    }
    if auth_time.is_some_and(|at| at.saturating_sub(TOLERANCE) > iat) {
        return Err(IdTokenError::AuthTime);
    }
    Ok(offset)
}

/// The end of the second that `iat` lies in: the later the org's clock, the sooner its tokens end.
fn issued_at(claims: &Json) -> Option<i64> {
    match claims.get("iat")? {
        Json::Number(iat) => Json::Number(iat.ceil()).as_i64(),
        _ => None,
    }
}

/// 11 to 13: the nonce of this very request, and what was asked of the authentication.
fn judge_sign_in(claims: &Json, asked: Asked<'_>, offset: i64) -> Result<(), IdTokenError> {
    if claims.text("nonce") != Some(asked.nonce) {
        return Err(IdTokenError::Nonce);
    }
    if let Some(values) = asked.acr_values
        && !acr_satisfies(claims.text("acr"), values)
    {
        return Err(IdTokenError::Acr);
    }
    if let Some(max_age) = asked.max_age {
        let begun = asked.created.0.saturating_add(offset);
        let earliest = begun.saturating_sub_unsigned(max_age).saturating_sub(MAX_AGE_TOLERANCE);
        match claims.seconds("auth_time") {
            None => return Err(IdTokenError::AuthTime),
            Some(at) if at < earliest => return Err(IdTokenError::NotAskedAgain),
            Some(_) => {}
        }
    }
    Ok(())
}

/// Rounding and the time an answer travels, seconds. More would let an old sign-in pass for a new one.
const MAX_AGE_TOLERANCE: i64 = 30;

/// Whether the context reached is one that was asked for. Okta's values that end in `:ifpossible` ask
/// for something that may be missed.
pub(crate) fn acr_satisfies(reached: Option<&str>, asked: &str) -> bool {
    asked.split(' ').any(|value| value.ends_with(":ifpossible") || reached == Some(value))
}

/// Section 12.2: the same person, client and issuer; a nonce is absent or the first one.
fn judge_renewal(claims: &Json, before: &Json) -> Result<(), IdTokenError> {
    if claims.text("sub") != before.text("sub") {
        return Err(IdTokenError::Subject);
    }
    let nonce = claims.optional_text("nonce")?;
    if nonce.is_some() && nonce != before.text("nonce") {
        return Err(IdTokenError::Nonce);
    }
    let (at, first) = (claims.seconds("auth_time"), before.seconds("auth_time"));
    if at.is_some() && first.is_some() && at != first {
        return Err(IdTokenError::AuthTime);
    }
    Ok(())
}

impl From<WrongType> for IdTokenError {
    fn from(WrongType: WrongType) -> Self {
        Self::Malformed
    }
}

/// Why an ID token was not accepted. None of its claims may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdTokenError {
    /// Not a signed JWT with the required claims.
    #[error("it cannot be read")]
    Malformed,
    /// Not RS256.
    #[error("it is not signed with RS256")]
    Algorithm,
    /// The header asks for something that is not understood.
    #[error("its header contains something that is not understood")]
    Header,
    /// No key is named and there are several.
    #[error("it does not say which key signed it")]
    NoKeyId,
    /// The org does not publish the key, not even when asked again.
    #[error("it is signed with a key that the org does not publish")]
    UnknownKey,
    /// The key is too short or not for signatures with RS256.
    #[error("the key that signed it is not fit for RS256")]
    Key,
    /// The signature does not hold.
    #[error("its signature does not hold")]
    Signature,
    /// `iss` is another.
    #[error("it is from another issuer")]
    Issuer,
    /// `aud` lacks this client or names others.
    #[error("it is for another client")]
    Audience,
    /// `azp` is another.
    #[error("it was issued to another client")]
    AuthorizedParty,
    /// `sub` is missing, malformed or, on renewal, another.
    #[error("it is about another person")]
    Subject,
    /// `exp` is not after `iat`, or before `auth_time`.
    #[error("it has expired")]
    Expired,
    /// This device's clock is off by more than a day.
    #[error("this device's clock is off by more than a day ({offset} seconds)")]
    Clock {
        /// The org's clock minus this device's, seconds.
        offset: i64,
    },
    /// `nonce` is not that of the request.
    #[error("it belongs to another sign-in")]
    Nonce,
    /// `at_hash` is not that of the access token.
    #[error("it belongs to another access token")]
    AccessTokenHash,
    /// `auth_time` is missing although it was asked for, in the future or, on renewal, another.
    #[error("the time of the last sign-in is not as it must be")]
    AuthTime,
    /// `auth_time` is too long ago for the `max_age` asked for. People whom the org passes on to another identity provider
    /// come back so where that has a session of its own and does not ask again. Another sign-in changes nothing; a session
    /// that there was goes on.
    #[error("the last sign-in is too long ago, and the person was not asked again")]
    NotAskedAgain,
    /// `acr` is none of those asked for.
    #[error("the sign-in was not as strong as asked for")]
    Acr,
}

#[cfg(test)]
mod tests;
