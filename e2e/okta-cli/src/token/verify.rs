//! What the API would say of a token, and why: the same verifier, configured the same way.

use std::process::ExitCode;

use okta_jwt::{Verifier, VerifyError};
use serde_json::Value;

use super::decode;
use super::error::TokenError;
use super::target::Target;
use crate::clock;
use shared::error_chain;

/// Prints the verdict.
pub(super) async fn report(target: &Target, token: &str) -> Result<ExitCode, TokenError> {
    let builder = Verifier::builder(target.issuer.clone()).audience(target.audience.as_str());
    let builder = target.client_ids.iter().fold(builder, |builder, id| builder.client_id(id.as_str()));
    let verifier =
        builder.build().map_err(|_| TokenError::NoToken("the configuration yields no verifier"))?;
    match verifier.verify_at(token, clock::now()).await {
        Ok(verified) => {
            let left = verified.claims().exp.since(clock::now()).as_secs();
            println!("The API accepts it: {}; valid for another {left} s.", verified.claims().sub);
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            println!("{}", refusal(target, token, &error));
            Ok(ExitCode::FAILURE)
        }
    }
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
