//! Whether tokens are bound to a key (DPoP, RFC 9449): the app's setting beside what the API takes.

use okta_types::Metadata;
use shared::diagnosis::Schemes;

use super::administrator::Look;
use super::line::Outcome;
use crate::dpop::Prover;

/// Where the setting is.
const SCREEN: &str = "Applications › Applications › (the app) › General › Proof of possession";

/// What tokens the app gets.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct AppTokens {
    /// The setting, where it is known.
    bound: Option<bool>,
    /// Whether the org's metadata offers ES256 for proofs.
    offered: bool,
}

impl AppTokens {
    /// An administrator sees the setting itself; from outside the token endpoint shows it.
    pub(super) fn of(metadata: &Metadata, look: Option<&Look>, outside: Option<bool>) -> Self {
        let seen = look.and_then(|look| look.as_ref().ok());
        let setting =
            |app: &serde_json::Value| app["settings"]["oauthClient"]["dpop_bound_access_tokens"].as_bool();
        let bound = outside.map(|outside| seen.and_then(|seen| setting(&seen.app)).unwrap_or(outside));
        Self { bound, offered: Prover::suits(metadata) }
    }

    /// Whether the API takes them.
    pub(super) fn suit(self, schemes: Schemes) -> Outcome {
        match self.bound {
            None => Outcome::skipped("needs a single-page app that the org knows"),
            Some(true) if !self.offered => Outcome::failed(
                "the app's tokens are bound to a key, and the org's metadata (dpop_signing_alg_values_supported) does not \
                 list ES256, with which the shop proves that it has the key",
                format!("clear {SCREEN}, or let no proxy change the org's documents"),
            ),
            Some(true) if !schemes.takes_bound() => Outcome::failed(
                "the app's tokens are bound to a key (DPoP), and the API takes bearer tokens only",
                format!("update the API, or clear {SCREEN} until it is"),
            ),
            Some(false) if schemes.only_bound() => Outcome::failed(
                "the API takes only tokens that are bound to a key (REQUIRE_DPOP), and the app gets bearer tokens",
                format!(
                    "tick {SCREEN}, or run cargo okta setup --dpop; or start the API without REQUIRE_DPOP"
                ),
            ),
            Some(true) => {
                Outcome::ok("the app's tokens are bound to a key (DPoP), and the API takes such tokens")
            }
            Some(false) => Outcome::ok("the app gets bearer tokens, and the API takes them"),
        }
    }
}

/// The service app gets bearer tokens, and the API takes none.
pub(super) fn service_is_left_out() -> Outcome {
    Outcome::warned(
        "the API takes only tokens that are bound to a key (REQUIRE_DPOP), and the service app gets bearer tokens: it cannot \
         call the API",
        "run cargo okta setup --dpop-service, and call the API with cargo okta call",
    )
}

/// The API takes bound tokens, and not this proof.
pub(super) fn proof_is_refused(api: &str, challenge: &str) -> Outcome {
    Outcome::failed(
        format!("the API refuses the proof of a token that is bound to a key: {challenge}"),
        format!("list {api} in PUBLIC_URL as well, and let the clocks of both machines agree"),
    )
}
