//! Whatever comes as a token or as a key set: nothing panics, nothing passes that should not. What the fuzz
//! targets do for a minute, each test run does for a moment.

use okta_jwt::{Issuer, Verifier};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::issuer::jwks;
use crate::look::at_once;
use crate::signer::FIRST;
use crate::token::{AUDIENCE, CLIENT, NOW, Token};

const ISSUER: &str = "https://dev-1.okta.com/oauth2/default";

fn verifier() -> Verifier {
    Verifier::builder(Issuer::parse(ISSUER).unwrap())
        .audience(AUDIENCE)
        .client_id(CLIENT)
        .fixed_keys(jwks(&[&FIRST]).to_string())
        .build()
        .unwrap()
}

fn passes(verifier: &Verifier, token: &str) -> bool {
    at_once(verifier, token, NOW).is_some_and(|verdict| verdict.is_ok())
}

/// Any JSON, three levels deep.
fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| json!(number)),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z]{1,4}", inner, 0..4).prop_map(|map| json!(map)),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_is_a_token(text in "\\PC{0,300}") {
        prop_assert!(!passes(&verifier(), &text));
    }

    #[test]
    fn no_three_parts_that_nobody_signed_are_a_token(text in "[A-Za-z0-9_-]{0,80}\\.[A-Za-z0-9_-]{0,200}\\.[A-Za-z0-9_-]{0,342}") {
        prop_assert!(!passes(&verifier(), &text));
    }

    #[test]
    fn a_good_token_with_one_byte_changed_is_none(at in 0usize..700, byte in 0u8..128) {
        let good = Token::good(ISSUER).text();
        let mut bytes = good.into_bytes();
        let at = at % bytes.len();
        prop_assume!(bytes[at] != byte);
        bytes[at] = byte;
        prop_assert!(!passes(&verifier(), std::str::from_utf8(&bytes).unwrap()));
    }

    #[test]
    fn a_claim_of_any_value_is_judged_and_what_passes_says_what_it_must(
        name in prop::sample::select(vec!["ver", "jti", "iss", "aud", "iat", "exp", "nbf", "cid", "uid", "scp", "sub", "cnf", "x"]),
        value in json_value(),
    ) {
        let token = Token::good(ISSUER).claim(name, value).text();
        if let Some(Ok(verified)) = at_once(&verifier(), &token, NOW) {
            let claims = verified.claims();
            prop_assert_eq!(claims.iss.as_str(), ISSUER);
            prop_assert!(claims.aud.contains(AUDIENCE) && claims.cid == CLIENT);
            prop_assert!(!claims.sub.trim().is_empty() && claims.exp.0 > NOW.0 - 120 && claims.iat.0 <= NOW.0 + 120);
        }
    }

    #[test]
    fn a_key_set_of_any_content_is_read_or_refused(keys in prop::collection::vec(json_value(), 0..6), good in any::<bool>()) {
        let mut set = json!({"keys": keys});
        if good {
            set["keys"].as_array_mut().unwrap().push(FIRST.jwk());
        }
        let builder = Verifier::builder(Issuer::parse(ISSUER).unwrap()).audience(AUDIENCE).client_id(CLIENT);
        let verifier = builder.fixed_keys(set.to_string()).build();
        prop_assert_eq!(verifier.is_ok(), good);
        prop_assert!(verifier.is_err() || passes(&verifier.unwrap(), &Token::good(ISSUER).text()));
    }
}
