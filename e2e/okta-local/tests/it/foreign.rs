//! A client nobody here wrote: the crate `openidconnect`, from discovery to revocation; and a verifier nobody here
//! wrote: `jsonwebtoken`, with nothing but the published keys.

use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use okta_local::RunningOrg;
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreProviderMetadata, CoreRevocableToken, CoreUserInfoClaims,
};
use openidconnect::http::Response;
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClientId, CsrfToken, HttpRequest, HttpResponse, IssuerUrl, Nonce,
    OAuth2TokenResponse, PkceCodeChallenge, RedirectUrl, RevocationUrl, Scope, TokenResponse,
};

use serde_json::Value;

use crate::browser::{
    ALICE, Answer, Browser, CALLBACK, PASSWORD, http, introspect, org, still_org, text, tokens,
};

/// The crate asks for TLS where tokens are revoked; this org is on loopback without it.
async fn send(request: HttpRequest) -> Result<HttpResponse, reqwest::Error> {
    let (head, body) = request.into_parts();
    let url = head.uri.to_string().replacen("https://", "http://", 1);
    let answer = http().request(head.method, url).headers(head.headers).body(body).send().await?;
    let mut response = Response::builder().status(answer.status());
    for (name, value) in answer.headers() {
        response = response.header(name, value);
    }
    Ok(response.body(answer.bytes().await?.to_vec()).expect("an answer is one"))
}

#[tokio::test]
async fn a_foreign_client_signs_in_renews_asks_who_it_is_and_revokes() {
    let org = org().await;
    let issuer = IssuerUrl::new(org.issuer().to_string()).unwrap();
    let metadata = CoreProviderMetadata::discover_async(issuer, &send).await.unwrap();
    let revocation = format!("{}/v1/revoke", org.issuer()).replacen("http://", "https://", 1);
    let client =
        CoreClient::from_provider_metadata(metadata, ClientId::new(org.client_id().to_owned()), None)
            .set_redirect_uri(RedirectUrl::new(CALLBACK.to_owned()).unwrap())
            .set_revocation_url(RevocationUrl::new(revocation).unwrap());

    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let flow = CoreAuthenticationFlow::AuthorizationCode;
    let (url, state, nonce) = client
        .authorize_url(flow, CsrfToken::new_random, Nonce::new_random)
        .add_scopes(["profile", "email", "offline_access"].map(|scope| Scope::new(scope.to_owned())))
        .set_pkce_challenge(challenge)
        .url();
    let browser = Browser::new(&org);
    let answer = browser.sign_in(&browser.get(url.as_str()).await, ALICE, PASSWORD).await;
    assert_eq!(answer.returned("state").as_ref(), Some(state.secret()));

    let code = AuthorizationCode::new(answer.code());
    let exchange = client.exchange_code(code).unwrap().set_pkce_verifier(verifier);
    let tokens = exchange.request_async(&send).await.unwrap();
    let id_token = tokens.id_token().unwrap();
    let id_verifier = client.id_token_verifier();
    let claims = id_token.claims(&id_verifier, &nonce).unwrap();
    assert_eq!(claims.email().map(|email| email.as_str()), Some(ALICE));
    let algorithm = id_token.signing_alg().unwrap();
    let key = id_token.signing_key(&id_verifier).unwrap();
    let hash = AccessTokenHash::from_token(tokens.access_token(), algorithm, key).unwrap();
    assert_eq!(claims.access_token_hash(), Some(&hash));
    assert!(id_token.claims(&id_verifier, &Nonce::new("another".to_owned())).is_err());

    let renewal = client.exchange_refresh_token(tokens.refresh_token().unwrap()).unwrap();
    let renewed = renewal.request_async(&send).await.unwrap();
    let userinfo = client.user_info(renewed.access_token().clone(), Some(claims.subject().clone())).unwrap();
    let info: CoreUserInfoClaims = userinfo.request_async(&send).await.unwrap();
    assert_eq!(info.preferred_username().map(|name| name.as_str()), Some(ALICE));

    let token = CoreRevocableToken::RefreshToken(renewed.refresh_token().unwrap().clone());
    client.revoke_token(token).unwrap().request_async(&send).await.unwrap();
    assert_eq!(introspect(&org, renewed.access_token().secret()).await["active"], false);
    let refused = client.exchange_refresh_token(renewed.refresh_token().unwrap()).unwrap();
    assert!(refused.request_async(&send).await.is_err());
}

/// Claims of a token for that audience, if it is good: keys from the address that the metadata names, nothing else.
async fn verified(
    org: &RunningOrg,
    token: &str,
    audience: &str,
) -> Result<Value, jsonwebtoken::errors::Error> {
    let metadata = Answer::to(http().get(org.issuer().discovery_url())).await.json();
    let keys = Answer::to(http().get(text(&metadata, "jwks_uri"))).await.json();
    let keys: JwkSet = serde_json::from_value(keys).expect("a key set");
    let kid = decode_header(token)?.kid.expect("a key id");
    let key = DecodingKey::from_jwk(keys.find(&kid).expect("a published key"))?;
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_audience(&[audience]);
    validation.set_issuer(&[text(&metadata, "issuer")]);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    Ok(decode::<Value>(token, &key, &validation)?.claims)
}

#[tokio::test]
async fn a_foreign_verifier_accepts_both_tokens_with_the_published_keys_alone() {
    let org = still_org().await;
    let tokens = tokens(org).await;
    let access = verified(org, text(&tokens, "access_token"), "api://default").await.expect("a good token");
    let id = verified(org, text(&tokens, "id_token"), org.client_id()).await.expect("a good token");
    assert_eq!((text(&access, "sub"), text(&access, "uid")), (ALICE, text(&id, "sub")));
    // Each is for its own audience.
    assert!(verified(org, text(&tokens, "access_token"), org.client_id()).await.is_err());
    assert!(verified(org, text(&tokens, "id_token"), "api://default").await.is_err());
}

#[tokio::test]
async fn a_foreign_verifier_refuses_what_was_changed_or_comes_from_another_org() {
    let (org, other) = (still_org().await, crate::browser::org().await);
    let token = text(&tokens(org).await, "access_token").to_owned();
    let mut parts: Vec<_> = token.split('.').map(str::to_owned).collect();
    parts[1] =
        okta_types::base64url::encode(r#"{"iss":"x","aud":"api://default","sub":"x","exp":9999999999}"#);
    assert!(verified(org, &parts.join("."), "api://default").await.is_err());
    let claims =
        serde_json::json!({"iss": org.issuer(), "aud": "api://default", "sub": "x", "exp": 9_999_999_999u64});
    let header = decode_header(&token).expect("a header");
    let foreign = other.sign_jwt(&serde_json::to_value(header).expect("JSON"), &claims);
    assert!(verified(org, &foreign, "api://default").await.is_err(), "another org's key");
}

#[tokio::test]
async fn a_foreign_verifier_goes_along_with_a_rotation() {
    let org = org().await;
    let before = text(&tokens(&org).await, "access_token").to_owned();
    org.rotate_keys();
    let after = text(&tokens(&org).await, "access_token").to_owned();
    assert_ne!(decode_header(&before).unwrap().kid, decode_header(&after).unwrap().kid);
    for token in [&before, &after] {
        assert!(verified(&org, token, "api://default").await.is_ok());
    }
}
