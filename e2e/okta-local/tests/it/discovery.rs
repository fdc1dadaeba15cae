use serde_json::Value;

use crate::browser::{Answer, Browser, ORIGIN, http, org};

/// The members of a JSON object in the order they stand.
fn members(json: &str) -> Vec<String> {
    let (mut depth, mut names, mut rest) = (0, Vec::new(), json);
    while let Some(at) = rest.find(['{', '}', '[', ']', '"']) {
        let symbol = rest.as_bytes()[at];
        rest = &rest[at + 1..];
        match symbol {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            _ => {
                let end = rest.find('"').expect("texts end");
                if depth == 1 && rest[end + 1..].starts_with(':') {
                    names.push(rest[..end].to_owned());
                }
                rest = &rest[end + 1..];
            }
        }
    }
    names
}

#[tokio::test]
async fn the_openid_document_has_oktas_members_in_oktas_order() {
    let org = org().await;
    let answer = Browser::new(&org).get(&org.issuer().discovery_url()).await;
    let expected = "issuer authorization_endpoint token_endpoint userinfo_endpoint registration_endpoint jwks_uri \
        response_types_supported response_modes_supported grant_types_supported subject_types_supported \
        id_token_signing_alg_values_supported id_token_encryption_alg_values_supported \
        id_token_encryption_enc_values_supported scopes_supported token_endpoint_auth_methods_supported \
        claims_supported code_challenge_methods_supported introspection_endpoint \
        introspection_endpoint_auth_methods_supported revocation_endpoint \
        revocation_endpoint_auth_methods_supported end_session_endpoint request_parameter_supported \
        request_object_signing_alg_values_supported device_authorization_endpoint \
        pushed_authorization_request_endpoint backchannel_token_delivery_modes_supported \
        backchannel_authentication_request_signing_alg_values_supported dpop_signing_alg_values_supported";
    assert_eq!(members(&answer.body).join(" "), expected.split_whitespace().collect::<Vec<_>>().join(" "));
    let metadata = answer.json();
    assert_eq!(metadata["issuer"], org.issuer().as_str());
    assert_eq!(metadata["jwks_uri"], format!("{}/v1/keys", org.issuer()));
    assert_eq!(metadata["end_session_endpoint"], format!("{}/v1/logout", org.issuer()));
    assert_eq!(metadata["registration_endpoint"], format!("{}/oauth2/v1/clients", org.base_url()));
    assert_eq!(metadata["code_challenge_methods_supported"], serde_json::json!(["S256"]));
}

#[tokio::test]
async fn the_oauth_document_is_the_same_at_both_addresses_and_agrees_with_the_other() {
    let org = org().await;
    let browser = Browser::new(&org);
    let suffix = browser.get(&format!("{}/.well-known/oauth-authorization-server", org.issuer())).await;
    let inserted = format!("{}/.well-known/oauth-authorization-server/oauth2/default", org.base_url());
    let inserted = browser.get(&inserted).await;
    assert_eq!(suffix.body, inserted.body);
    let (oauth, openid) = (suffix.json(), browser.get(&org.issuer().discovery_url()).await.json());
    assert!(oauth.get("userinfo_endpoint").is_none());
    assert!(oauth["grant_types_supported"].as_array().unwrap().contains(&Value::from("client_credentials")));
    assert!(oauth["response_types_supported"].as_array().unwrap().contains(&Value::from("token")));
    for (name, value) in oauth.as_object().unwrap() {
        if !["grant_types_supported", "response_types_supported", "claims_supported"].contains(&name.as_str())
        {
            assert_eq!(openid.get(name), Some(value), "{name}");
        }
    }
}

#[tokio::test]
async fn unknown_servers_and_clients_are_refused_in_the_shape_of_oktas_apis() {
    let org = org().await;
    let browser = Browser::new(&org);
    let answer =
        browser.get(&format!("{}/oauth2/nope/.well-known/openid-configuration", org.base_url())).await;
    let id = answer.json()["errorId"].as_str().unwrap().to_owned();
    assert!(id.starts_with("oae") && id.len() == 25);
    assert_eq!(answer.status, 404);
    assert_eq!(
        answer.body,
        format!(
            r#"{{"errorCode":"E0000007","errorSummary":"Not found: Resource not found: nope (AuthorizationServer)","errorLink":"E0000007","errorId":"{id}","errorCauses":[]}}"#
        )
    );
    let answer = browser.get(&format!("{}?client_id=nope", org.issuer().discovery_url())).await;
    assert_eq!((answer.status.as_u16(), answer.json()["errorCode"].as_str()), (400, Some("invalid_client")));
    assert_eq!(answer.json()["errorSummary"], "Invalid value for 'client_id' parameter");
    let known = format!("{}?client_id={}", org.issuer().discovery_url(), org.client_id());
    assert_eq!(browser.get(&known).await.status, 200);
}

#[tokio::test]
async fn the_documents_answer_head_without_a_body() {
    let org = org().await;
    for address in
        [org.issuer().discovery_url(), format!("{}/.well-known/openid-configuration", org.base_url())]
    {
        let answer = Answer::to(http().head(address)).await;
        assert_eq!((answer.status.as_u16(), answer.body.as_str()), (200, ""));
        assert_eq!(answer.header("cache-control"), Some("max-age=86400, must-revalidate"));
    }
}

#[tokio::test]
async fn wrong_methods_and_addresses_are_refused() {
    let org = org().await;
    let browser = Browser::new(&org);
    let answer = browser.get(&format!("{}/v1/token", org.issuer())).await;
    assert_eq!((answer.status.as_u16(), answer.json()["errorCode"].as_str()), (405, Some("E0000022")));
    assert_eq!(browser.get(&format!("{}/nope", org.base_url())).await.status, 404);
}

#[tokio::test]
async fn two_keys_are_published_and_may_be_cached() {
    let org = org().await;
    let url = format!("{}/v1/keys", org.issuer());
    let response = http().get(url).header("Origin", ORIGIN).send().await.unwrap();
    let answer = Answer::of(response).await;
    let max_age = answer.header("cache-control").and_then(|value| value.strip_prefix("max-age="));
    let seconds =
        max_age.and_then(|value| value.strip_suffix(", must-revalidate")).and_then(|s| s.parse().ok());
    assert!(seconds.is_some_and(|seconds: u32| (3_832_200..=3_832_304).contains(&seconds)), "{answer:?}");
    assert_eq!(answer.header("access-control-allow-origin"), Some(ORIGIN));
    assert_eq!(answer.json()["keys"].as_array().unwrap().len(), 2);
    assert!(answer.body.starts_with(r#"{"keys":[{"kty":"RSA","alg":"RS256","kid":""#), "{}", answer.body);
    assert!(answer.body.contains(r#","use":"sig","e":"AQAB","n":""#), "{}", answer.body);
    assert!(answer.header("expires").is_some_and(|date| date.ends_with(" GMT")), "{answer:?}");
    assert_eq!(answer.body, serde_json::to_string(&org.public_keys()).unwrap());
}
