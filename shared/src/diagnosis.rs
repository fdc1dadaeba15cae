//! What is wrong with a configuration, and what to do about it: the words that `cargo okta doctor` and the SPA's
//! `/diagnostics` have in common. Who looks, and how, is theirs.
//!
//! The SPA that shoppers download has none of it.

use okta_types::{AuthScheme, BearerError, Challenge, Issuer};

/// How far a clock may be off, seconds.
pub const CLOCK_LEEWAY: u64 = 120;

/// How one check ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It holds; what was seen.
    Ok(String),
    /// It may hold or not, and may do harm or none.
    Warned {
        /// What was seen.
        cause: String,
        /// What to do, where it does harm.
        remedy: String,
    },
    /// It does not.
    Failed {
        /// What was seen.
        cause: String,
        /// What to do.
        remedy: String,
    },
    /// It was not made; why.
    Skipped(String),
}

impl Outcome {
    /// It holds.
    pub fn ok(seen: impl Into<String>) -> Self {
        Self::Ok(seen.into())
    }

    /// It does not hold.
    pub fn failed(cause: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::Failed { cause: cause.into(), remedy: remedy.into() }
    }

    /// It may do harm.
    pub fn warned(cause: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::Warned { cause: cause.into(), remedy: remedy.into() }
    }

    /// It was not made.
    pub fn skipped(why: impl Into<String>) -> Self {
        Self::Skipped(why.into())
    }

    /// Whether it was made and does not fail, so that what needs it can be checked.
    pub fn is_ok(&self) -> bool {
        matches!(self, Self::Ok(_) | Self::Warned { .. })
    }
}

const GENERAL: &str = "Applications › Applications › (the app) › General";
const ANOTHER_ORG: &str =
    "a proxy or a custom domain answers for another org: use the issuer of the org itself";
const API: &str = "start it (cargo dev starts everything), or set API_ADDR to where it listens";

/// The issuer's discovery document came.
pub fn reachable(issuer: &Issuer) -> Outcome {
    Outcome::ok(format!("{} answers", issuer.discovery_url()))
}

/// Nothing came.
pub fn unreachable(issuer: &Issuer, why: &str) -> Outcome {
    Outcome::failed(
        format!("{issuer} does not answer: {why}"),
        "check the address for typos, and whether this machine can reach it (network, proxy, firewall)",
    )
}

/// Something else than a discovery document came; `summary` is the `errorSummary` of Okta's errors.
pub fn no_discovery(issuer: &Issuer, status: u16, summary: Option<&str>) -> Outcome {
    let summary = summary.map(|summary| format!(": {summary}")).unwrap_or_default();
    Outcome::failed(
        format!("{} answers with status {status}{summary}", issuer.discovery_url()),
        "copy the issuer from Security › API › Authorization Servers, column Issuer URI; its last part is the \
         authorization server's id",
    )
}

/// What the org calls itself has to be the configured issuer to the letter (OpenID Connect Discovery §4.3).
pub fn issuer_exact(issuer: &Issuer, found: Option<&str>) -> Outcome {
    if found == Some(issuer.as_str()) {
        return Outcome::ok("the org calls itself exactly the same");
    }
    Outcome::failed(
        format!("the org calls itself {}, not {issuer}", found.unwrap_or("nothing")),
        "set OKTA_OAUTH2_ISSUER to exactly what the org calls itself; with a custom domain, choose it under \
         Security › API › Authorization Servers › Settings › Issuer",
    )
}

/// An API cannot verify what the org authorization server issues.
pub fn custom_server(issuer: &Issuer) -> Outcome {
    if !issuer.is_org() {
        return Outcome::ok("a custom authorization server, whose access tokens an API can verify");
    }
    Outcome::failed(
        "this is the org authorization server, whose access tokens only Okta can verify",
        format!("use a custom one, e.g. {issuer}/oauth2/default"),
    )
}

/// `offset`: this clock minus that of `whose`, seconds.
pub fn clock(offset: i64, whose: &str) -> Outcome {
    if offset.unsigned_abs() <= CLOCK_LEEWAY {
        return Outcome::ok(format!("{offset} s from {whose}"));
    }
    let direction = if offset > 0 { "ahead of" } else { "behind" };
    Outcome::failed(
        format!("this machine's clock is {} s {direction} {whose}", offset.unsigned_abs()),
        "set the clock, and keep it set (NTP): an API refuses tokens from its future or its past",
    )
}

/// A discovery document without an endpoint that is needed.
pub fn endpoint_missing() -> Outcome {
    Outcome::failed("the discovery document lacks an endpoint", ANOTHER_ORG)
}

/// The document in RFC 8414's place says something else.
pub fn documents_differ(member: &str) -> Outcome {
    Outcome::failed(format!("the two discovery documents differ in {member}"), ANOTHER_ORG)
}

/// The document in RFC 8414's place cannot be had.
pub fn document_missing(url: &str, why: &str) -> Outcome {
    Outcome::failed(format!("{url} does not answer: {why}"), ANOTHER_ORG)
}

/// An endpoint elsewhere than the issuer.
pub fn foreign_endpoint(url: &str) -> Outcome {
    Outcome::failed(format!("{url} is not at the issuer's host"), ANOTHER_ORG)
}

/// PKCE by S256 (RFC 7636).
pub fn pkce(offered: bool) -> Outcome {
    match offered {
        true => Outcome::ok("both documents agree, and PKCE by S256 is offered"),
        false => Outcome::failed("PKCE by S256 is not offered", ANOTHER_ORG),
    }
}

/// `why` the keys are of no use, if they are not; `who` reads them.
pub fn keys(who: &str, why: Option<&str>) -> Outcome {
    match why {
        None => Outcome::ok(format!("{who} can read the org's keys")),
        Some(why) => Outcome::failed(
            format!("{who} cannot use the org's keys: {why}"),
            "see Security › API › Authorization Servers › Settings › Signing Key Rotation; an API needs RS256 keys",
        ),
    }
}

/// Whether the org knows the app.
pub fn client_id(id: &str, known: bool) -> Outcome {
    let remedy =
        format!("set OKTA_OAUTH2_CLIENT_ID to the Client ID of {GENERAL}, section Client Credentials");
    match (id, known) {
        ("", _) => Outcome::failed("OKTA_OAUTH2_CLIENT_ID is not set", remedy),
        (_, true) => Outcome::ok(format!("the org has an active app {id}")),
        (_, false) => Outcome::failed(format!("the org has no active app with the client id {id}"), remedy),
    }
}

/// `error` and `description` are the token endpoint's for a request without a secret.
pub fn public_client(error: &str, description: &str) -> Outcome {
    if error != "invalid_client" {
        return Outcome::ok("the app is a public client");
    }
    Outcome::failed(
        format!("the app requires a client secret, which a browser cannot keep: {description}"),
        "create an app integration of the type Single-Page Application: the type cannot be changed afterwards",
    )
}

/// `error` is the token endpoint's for a refresh token that nobody ever had.
pub fn refresh_token(client_id: &str, error: &str) -> Outcome {
    // An app whose tokens are bound to a key hears of nothing else before there is a proof.
    if error == BearerError::InvalidDpopProof.as_str() {
        return Outcome::skipped("needs a proof (DPoP), which the app asks for");
    }
    if error != "unauthorized_client" {
        return Outcome::ok("the app may use refresh tokens");
    }
    Outcome::failed(
        format!("the app {client_id} may not use refresh tokens"),
        format!("tick Refresh Token under {GENERAL}, section General Settings, and keep its rotation on"),
    )
}

/// Whether the org sends people back to `uri` after they have signed in.
pub fn redirect_uri(uri: &str, registered: bool) -> Outcome {
    match registered {
        true => Outcome::ok(format!("{uri} is registered")),
        false => Outcome::failed(
            format!("the org does not send people back to {uri}"),
            format!(
                "add exactly this to Sign-in redirect URIs under {GENERAL}; or set SPA_ORIGINS to where the shop is"
            ),
        ),
    }
}

/// Whether pages of `origin` may read the org's answers (CORS), as a browser saw it.
pub fn trusted_origin(origin: &str, trusted: bool) -> Outcome {
    match trusted {
        true => Outcome::ok(format!("pages of {origin} may call the org")),
        false => {
            Outcome::failed(format!("pages of {origin} may not call the org (CORS)"), add_origin(origin))
        }
    }
}

/// The org does not say that pages of `origin` may read its answers. Only a browser knows what comes of it: Okta's own
/// pages differ on whether calls with a bearer token need a trusted origin.
pub fn trusted_origin_unsaid(origin: &str) -> Outcome {
    Outcome::warned(
        format!("the org does not say that pages of {origin} may call it (CORS); signing out may fail"),
        add_origin(origin),
    )
}

fn add_origin(origin: &str) -> String {
    format!("add {origin} under Security › API › Trusted Origins, with CORS and Redirect ticked")
}

/// The API greets.
pub fn api_reachable(api: &str) -> Outcome {
    Outcome::ok(format!("{api} answers"))
}

/// The API does not greet.
pub fn api_unreachable(api: &str, why: &str) -> Outcome {
    Outcome::failed(format!("{api} does not answer: {why}"), API)
}

/// Something at the API's address does not greet.
pub fn api_no_greeting(url: &str, status: u16) -> Outcome {
    Outcome::failed(format!("{url} answers with status {status}"), API)
}

/// `why` the API is not ready, if it is not.
pub fn api_ready(why: Option<&str>) -> Outcome {
    match why {
        None => Outcome::ok("it knows the org's keys, and its database answers"),
        Some(why) => Outcome::failed(
            format!("the API is not ready: {why}"),
            "see its log: it has to reach the issuer (OKTA_OAUTH2_ISSUER) and the database (DATABASE_URL)",
        ),
    }
}

/// What a bad request was answered with, where that was not what RFC 6750 §3 and RFC 9449 §7.1 say.
pub fn api_refuses(wrong: Option<&str>) -> Outcome {
    match wrong {
        None => {
            Outcome::ok("without a token, and with a forged one, it answers as RFC 6750 and RFC 9449 say")
        }
        Some(seen) => Outcome::failed(
            seen,
            "another program listens there, or a proxy removes WWW-Authenticate: set API_ADDR, or fix the proxy",
        ),
    }
}

/// What an API says that it takes, to whoever shows no token.
#[derive(Clone, Copy, Debug, Default)]
pub struct Schemes {
    bearer: bool,
    dpop: bool,
}

impl Schemes {
    /// Of the challenge to a request without a token.
    pub fn of(challenge: &str) -> Self {
        let takes = |scheme| Challenge::find(challenge, scheme).is_some();
        Self { bearer: takes(AuthScheme::Bearer), dpop: takes(AuthScheme::DPoP) }
    }

    /// Whether it takes tokens that are bound to a key.
    pub fn takes_bound(self) -> bool {
        self.dpop
    }

    /// Whether it refuses bearer tokens.
    pub fn only_bound(self) -> bool {
        self.dpop && !self.bearer
    }

    /// The one in which to show a token that nobody issued: in another scheme it is not looked at.
    pub fn scheme(self) -> AuthScheme {
        if self.only_bound() { AuthScheme::DPoP } else { AuthScheme::Bearer }
    }

    /// Whether this is how RFC 6750 §3 and RFC 9449 §7.1 have a request refused, with a token in [`scheme`](Self::scheme) or
    /// without: an error code only where there was one.
    pub fn is_refusal(self, status: u16, challenge: &str, with_token: bool) -> bool {
        let error = Challenge::find(challenge, self.scheme()).map(|challenge| challenge.error);
        status == 401
            && match error {
                Some(None) => !with_token,
                Some(Some(error)) => with_token && self.is_of_bad_token(error),
                None => false,
            }
    }

    /// The proof is looked at as well, if it is not first: there may be none, without a nonce, or for an address that the
    /// API is not known by.
    fn is_of_bad_token(self, error: BearerError) -> bool {
        let of_proof = matches!(error, BearerError::InvalidDpopProof | BearerError::UseDpopNonce);
        error == BearerError::InvalidToken || (self.only_bound() && of_proof)
    }
}

/// Pages of `origin` may not read the API's answers (CORS).
pub fn api_cors_refused(origin: &str) -> Outcome {
    Outcome::failed(
        format!("pages of {origin} may not call the API (CORS)"),
        format!("start the API with SPA_ORIGINS={origin}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each is what an API says without a token and what it says to a forged one.
    const REFUSALS: [[&str; 2]; 5] = [
        [r#"Bearer realm="x""#, r#"Bearer realm="x", error="invalid_token""#],
        [r#"Bearer, DPoP algs="ES256""#, r#"Bearer error="invalid_token""#],
        [r#"DPoP algs="ES256", bearer"#, r#"DPoP algs="ES256", Bearer error="invalid_token""#],
        [r#"DPoP algs="ES256""#, r#"DPoP error="invalid_dpop_proof""#],
        [r#"DPoP algs="ES256""#, r#"DPoP error="use_dpop_nonce""#],
    ];

    #[test]
    fn an_api_refuses_in_the_scheme_that_it_takes_and_blames_only_what_was_shown() {
        for [bare, forged] in REFUSALS {
            let schemes = Schemes::of(bare);
            for (challenge, with_token, holds) in
                [(bare, false, true), (forged, true, true), (bare, true, false), (forged, false, false)]
            {
                assert_eq!(schemes.is_refusal(401, challenge, with_token), holds, "{challenge} {with_token}");
                assert!(!schemes.is_refusal(403, challenge, with_token), "{challenge} {with_token}");
            }
        }
    }

    #[test]
    fn other_programs_refuse_in_other_ways() {
        for challenge in ["", "Basic realm=\"x\"", "Bearerer", "Negotiate, Basic realm=\"a, DPoP\""] {
            assert!(!Schemes::of(challenge).is_refusal(401, challenge, false), "{challenge}");
        }
        let bearer = Schemes::of("Bearer");
        assert!(!bearer.is_refusal(401, "Bearer error=\"invalid_dpop_proof\"", true));
        assert!(!bearer.is_refusal(401, "DPoP error=\"invalid_token\"", true));
    }
}
