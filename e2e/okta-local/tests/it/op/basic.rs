//! The flow itself, signatures, nonces and client authentication.

use std::collections::HashSet;

use okta_types::base64url;
use serde_json::json;

use super::{id_claims, tokens, userinfo};
use crate::browser::{ALICE, Browser, CALLBACK, parts, redeem, refresh, serve, still_org, text};

// oidcc-server
#[tokio::test]
async fn server() {
    let org = still_org().await;
    let tokens = tokens(org, &Browser::new(org), &[]).await;
    let claims = id_claims(org, &tokens).await;
    assert_eq!((text(&claims, "iss"), text(&claims, "aud")), (org.issuer().as_str(), org.client_id()));
    assert_eq!(claims["nonce"], "the nonce");
    assert_eq!(text(&tokens, "token_type").to_ascii_lowercase(), "bearer");
    assert_eq!(userinfo(org, &tokens).await.json()["sub"], claims["sub"]);
}

// oidcc-response-type-missing
#[tokio::test]
async fn response_type_missing() {
    let org = still_org().await;
    let answer = Browser::new(org).authorize(&[("response_type", None)]).await;
    assert!(answer.location().starts_with(&format!("{CALLBACK}?")));
    assert_eq!(answer.returned("error").as_deref(), Some("unsupported_response_type"));
    assert_eq!(answer.returned("state").as_deref(), Some("the state"));
    assert_eq!(answer.returned("code"), None);
}

// oidcc-idtoken-signature
#[tokio::test]
async fn id_token_signature() {
    let org = still_org().await;
    let tokens = tokens(org, &Browser::new(org), &[]).await;
    let (header, _) = parts(text(&tokens, "id_token"));
    assert_eq!(header["alg"], "RS256");
    id_claims(org, &tokens).await;
}

// oidcc-idtoken-unsigned
#[tokio::test]
async fn id_token_unsigned() {
    let org = still_org().await;
    let tokens = tokens(org, &Browser::new(org), &[("id_token_signed_response_alg", Some("none"))]).await;
    assert_eq!(parts(text(&tokens, "id_token")).0["alg"], "RS256", "all are signed");
    let discovery = Browser::new(org).get(&org.issuer().discovery_url()).await.json();
    assert_eq!(
        discovery["id_token_signing_alg_values_supported"],
        json!(["RS256"]),
        "and none is not promised"
    );
}

// oidcc-ensure-request-without-nonce-succeeds-for-code-flow
#[tokio::test]
async fn ensure_request_without_nonce_succeeds_for_code_flow() {
    let org = still_org().await;
    let tokens = tokens(org, &Browser::new(org), &[("nonce", None)]).await;
    assert!(id_claims(org, &tokens).await.get("nonce").is_none());
}

// oidcc-server-client-secret-post
#[tokio::test]
async fn server_client_secret_post() {
    let org = still_org().await;
    assert_eq!(serve(org, Some("orders:read")).await.status, 200);
    let discovery = Browser::new(org).get(&org.issuer().discovery_url()).await.json();
    let methods = discovery["token_endpoint_auth_methods_supported"].as_array().expect("a list").clone();
    assert!(
        methods.contains(&json!("client_secret_post")) && methods.contains(&json!("client_secret_basic"))
    );
}

// oidcc-refresh-token
#[tokio::test]
async fn refresh_token() {
    let org = still_org().await;
    let first = tokens(org, &Browser::new(org), &[]).await;
    let answer = refresh(org, text(&first, "refresh_token"), &[]).await;
    assert_eq!(answer.status, 200);
    let next = answer.json();
    assert_ne!(text(&first, "access_token"), text(&next, "access_token"));
    let (before, after) = (id_claims(org, &first).await, id_claims(org, &next).await);
    // OpenID Connect Core §12.2.
    for same in ["iss", "sub", "aud", "auth_time"] {
        assert_eq!(before[same], after[same], "{same}");
    }
    assert!(after["iat"].as_i64() >= before["iat"].as_i64());
    assert_eq!(userinfo(org, &next).await.status, 200);
    let other = org.client_id_of("Other").expect("the other app");
    let stolen = refresh(org, text(&next, "refresh_token"), &[("client_id", Some(&other))]).await;
    assert_eq!(stolen.error().0, "invalid_grant", "it is bound to its client");
}

// oidcc-ensure-request-with-valid-pkce-succeeds
#[tokio::test]
async fn ensure_request_with_valid_pkce_succeeds() {
    let org = still_org().await;
    tokens(org, &Browser::new(org), &[]).await;
    let browser = Browser::new(org);
    let code = browser.code_for(ALICE, &[]).await;
    let wrong = base64url::encode([9; 32]);
    let answer = redeem(org, &code, &[("code_verifier", Some(&wrong))]).await;
    assert_eq!(answer.error().0, "invalid_grant");
}

// What all modules check of codes and tokens besides: nobody can guess them (RFC 6749 §10.10).
#[tokio::test]
async fn codes_and_tokens_are_distinct_and_of_256_bits() {
    let org = still_org().await;
    let browser = Browser::new(org);
    let mut seen = HashSet::new();
    for _ in 0..20 {
        let tokens = tokens(org, &browser, &[]).await;
        let code = browser.authorize(&[]).await.code();
        for secret in [&code, text(&tokens, "refresh_token")] {
            assert_eq!(base64url::decode(secret).map(|bytes| bytes.len()), Some(32));
            assert!(seen.insert(secret.to_owned()));
        }
        assert!(seen.insert(text(&parts(text(&tokens, "access_token")).1, "jti").to_owned()));
    }
}
