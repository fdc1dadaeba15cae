//! What a token says, unverified.

use okta_types::base64url;
use serde_json::{Value, json};

/// Header and claims as JSON; says what is wrong where it is no JWT.
pub(super) fn claims(token: &str) -> Result<String, &'static str> {
    let mut parts = token.split('.');
    let (Some(header), Some(claims), Some(_), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err("it does not have three parts; a token of the org authorization server may look so");
    };
    let read = |part: &str| {
        let bytes = base64url::decode(part)?;
        serde_json::from_slice::<Value>(&bytes).ok()
    };
    let (header, claims) = read(header).zip(read(claims)).ok_or("its parts are not JSON in base64url")?;
    serde_json::to_string_pretty(&json!({"header": header, "claims": claims}))
        .map_err(|_| "it cannot be shown")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_and_claims_are_shown_and_the_signature_is_not() {
        let token = format!(
            "{}.{}.c2ln",
            base64url::encode(br#"{"alg":"RS256"}"#),
            base64url::encode(br#"{"sub":"a"}"#)
        );
        let shown: Value = serde_json::from_str(&claims(&token).unwrap()).unwrap();
        assert_eq!(shown, json!({"header": {"alg": "RS256"}, "claims": {"sub": "a"}}));
    }

    #[test]
    fn what_is_no_token_is_told() {
        assert!(claims("abc").is_err_and(|why| why.contains("three parts")));
        assert!(claims("a.b.c").is_err_and(|why| why.contains("not JSON")));
    }
}
