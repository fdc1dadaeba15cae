//! Whether an access token may be used the way it came: one that is bound to a key with a proof of that key, and no other
//! with a proof (RFC 9449 §7.1, §7.2). Okta answers 400 where the standard shows 401.

use actix_web::{HttpMessage, HttpRequest};
use okta_types::{AccessClaims, AuthScheme};

use super::presented_token::{PresentedToken, Refused};
use crate::catalogue::Code;
use crate::dpop::{self, Expected};
use crate::faults::NonceDemanded;
use crate::org::tenant::Tenant;

/// Checks the scheme and the proof of a token that is good now.
pub(super) fn check(
    tenant: &Tenant,
    request: &HttpRequest,
    token: &PresentedToken,
    claims: &AccessClaims,
) -> Result<(), Refused> {
    let refused = match (token.scheme, &claims.cnf) {
        (AuthScheme::DPoP, Some(bound)) => {
            let expected = Expected {
                method: request.method().as_str(),
                url: &format!("{}{}", tenant.base_url, request.path()),
                nonce: request.extensions().get::<NonceDemanded>().is_some(),
                access_token: Some(&token.text),
                key: Some((&bound.jkt, Code::InvalidAccessTokenDpopBinding)),
                now: tenant.now(),
            };
            tenant.dpop.judge(request.headers(), &expected).err()
        }
        (AuthScheme::DPoP, None) => Some(Code::AccessTokenNotDpopBound),
        (_, None) => None,
        (_, Some(_)) if request.headers().contains_key(dpop::HEADER) => {
            Some(Code::DpopAuthenticationSchemeRequired)
        }
        (_, Some(_)) => Some(Code::DpopProofRequiredForToken),
    };
    refused.map_or(Ok(()), |code| Err(Refused::by_dpop(code)))
}
