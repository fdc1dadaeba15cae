//! The configuration plan.

use serde_json::{Value, json};

use crate::browser::{Answer, http, still_org, text};

// oidcc-discovery-endpoint-verification
#[tokio::test]
async fn discovery_endpoint_verification() {
    let org = still_org().await;
    let answer = Answer::to(http().get(org.issuer().discovery_url())).await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, Some("application/json")));
    let metadata = answer.json();
    assert_eq!(text(&metadata, "issuer"), org.issuer().as_str());
    for endpoint in
        ["authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri", "end_session_endpoint"]
    {
        assert!(text(&metadata, endpoint).starts_with(&format!("{}/v1/", org.issuer())), "{endpoint}");
    }
    let holds =
        |list: &str, value: &str| metadata[list].as_array().is_some_and(|l| l.contains(&json!(value)));
    for (list, value) in [
        ("response_types_supported", "code"),
        ("grant_types_supported", "authorization_code"),
        ("subject_types_supported", "public"),
        ("id_token_signing_alg_values_supported", "RS256"),
        ("scopes_supported", "openid"),
        ("token_endpoint_auth_methods_supported", "none"),
        ("claims_supported", "sub"),
        ("code_challenge_methods_supported", "S256"),
    ] {
        assert!(holds(list, value), "{list} {value}");
    }
    let keys = Answer::to(http().get(text(&metadata, "jwks_uri"))).await.json();
    for key in keys["keys"].as_array().expect("keys") {
        assert!(
            key["kty"] == "RSA" && key["use"] == "sig" && key["n"].as_str().is_some_and(|n| n.len() >= 342)
        );
        assert!(["d", "p", "q", "dp", "dq", "qi"].iter().all(|private| key.get(private).is_none()));
    }
    let kids: Vec<&Value> = keys["keys"].as_array().expect("keys").iter().map(|key| &key["kid"]).collect();
    assert!(kids.iter().all(|kid| kids.iter().filter(|other| kid == *other).count() == 1));
}
