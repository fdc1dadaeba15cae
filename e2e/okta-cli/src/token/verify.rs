//! What the API would say of a token, and why: the same verifier, configured the same way.

use std::process::ExitCode;

use okta_jwt::{Lookup, Refusal, Verifier, VerifyError};
use serde_json::Value;

use super::decode;
use super::error::TokenError;
use super::target::Target;
use crate::clock;
use shared::error_chain;

const NEEDS_PROOF: &str = "\
The token is good and bound to a key (claim cnf): it opens nothing by itself, and as a bearer token the API answers 401.
  each request needs  Authorization: DPoP and the token, and in the header DPoP a proof by that key (RFC 9449)
  in one command      cargo okta call METHOD URL, with a token and a key of its own";

/// Prints the verdict.
pub(super) async fn report(target: &Target, token: &str) -> Result<ExitCode, TokenError> {
    let builder = Verifier::builder(target.issuer.clone()).audience(target.audience.as_str());
    let builder = target.client_ids.iter().fold(builder, |builder, id| builder.client_id(id.as_str()));
    let builder = if target.require_at_jwt { builder.require_at_jwt() } else { builder };
    let verifier =
        builder.build().map_err(|_| TokenError::NoToken("the configuration yields no verifier"))?;
    match verifier.verify_at(token, clock::now()).await {
        Ok(verified) => {
            let left = verified.claims().exp.since(clock::now()).as_secs();
            println!("The API accepts it: {}; valid for another {left} s.", verified.claims().sub);
            Ok(ExitCode::SUCCESS)
        }
        Err(VerifyError::Refused(Refusal::Bound)) if is_good_with_proof(&verifier, token).await => {
            println!("{NEEDS_PROOF}");
            Ok(ExitCode::FAILURE)
        }
        Err(error) => {
            println!("{}", refusal(target, token, &error));
            Ok(ExitCode::FAILURE)
        }
    }
}

/// Whether nothing is wrong with a token but that it is bound to a key and comes without a proof.
async fn is_good_with_proof(verifier: &Verifier, token: &str) -> bool {
    let verdict = match verifier.look_up_bound(token, clock::now()) {
        Lookup::Ready { verdict, .. } => verdict,
        Lookup::NeedsIssuer(pending) => pending.wait().await,
    };
    verdict.is_ok()
}

fn refusal(target: &Target, token: &str, error: &VerifyError) -> String {
    if error.retry_after().is_some() {
        return format!("The API answers 503: {}; is {} reachable?", error_chain(error), target.issuer);
    }
    let said = claims_of(token).map(|claims| {
        format!(
            "\n  the token says   iss {}, aud {}, cid {}, exp {}\n  the API expects  iss {}, aud {}, cid one of {}",
            claims["iss"],
            claims["aud"],
            claims["cid"],
            claims["exp"],
            target.issuer,
            target.audience,
            target.client_ids.join(", ")
        )
    });
    format!("The API answers 401 invalid_token: {}{}", error_chain(error), said.unwrap_or_default())
}

fn claims_of(token: &str) -> Option<Value> {
    let shown: Value = serde_json::from_str(&decode::claims(token).ok()?).ok()?;
    Some(shown["claims"].clone())
}
