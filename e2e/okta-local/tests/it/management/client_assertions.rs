//! Clients that show who they are by a signed assertion (RFC 7523 §2.2): `private_key_jwt`, `client_secret_jwt`.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use okta_local::RunningOrg;
use okta_types::{Form, base64url};
use reqwest::Method;
use serde_json::{Value, json};

use super::call;
use super::recorded_apps::{made, terraform};
use crate::browser::{Answer, org, post, text};

const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// An elliptic key and its public part.
pub(super) fn elliptic() -> (EncodingKey, Value) {
    let pkcs8 =
        EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).expect("a key");
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref()).expect("a key");
    let point = pair.public_key().as_ref();
    let jwk = json!({
        "kty": "EC", "crv": "P-256", "kid": "mine", "x": base64url::encode(&point[1..33]), "y": base64url::encode(&point[33..]),
    });
    (EncodingKey::from_ec_der(pkcs8.as_ref()), jwk)
}

pub(super) fn signed(key: &EncodingKey, algorithm: Algorithm, claims: &Value) -> String {
    let header = Header { kid: Some("mine".to_owned()), ..Header::new(algorithm) };
    jsonwebtoken::encode(&header, claims, key).expect("claims are signed")
}

/// Claims that are in order, for the token endpoint.
pub(super) fn claims(org: &RunningOrg, id: &str, name: &str) -> Value {
    json!({
        "iss": id, "sub": id, "aud": format!("{}/v1/token", org.issuer()), "exp": org.now().0 + 300, "jti": name,
    })
}

pub(super) async fn service(org: &RunningOrg, method: &str, jwks: Option<Value>) -> Value {
    let mut body = terraform("service", &["client_credentials"], &["token"]);
    body["credentials"]["oauthClient"]["token_endpoint_auth_method"] = json!(method);
    body["settings"]["oauthClient"]["redirect_uris"] = json!([]);
    if let Some(keys) = jwks {
        body["settings"]["oauthClient"]["jwks"] = json!({"keys": keys});
    }
    made(org, &body).await
}

pub(super) async fn show(org: &RunningOrg, endpoint: &str, form: Form, assertion: &str) -> Answer {
    let form = form.with("client_assertion_type", TYPE).with("client_assertion", assertion);
    post(org, endpoint, &form, &[]).await
}

pub(super) fn grant() -> Form {
    Form::new().with("grant_type", "client_credentials").with("scope", "orders:read")
}

#[tokio::test]
async fn keys_are_shown_with_an_id_and_their_public_part_alone() {
    let org = org().await;
    let (_, mut jwk) = elliptic();
    jwk["d"] = json!("secret");
    let app = service(&org, "private_key_jwt", Some(json!([jwk]))).await;
    assert_eq!(app["credentials"]["oauthClient"].get("client_secret"), None);
    let shown = &app["settings"]["oauthClient"]["jwks"]["keys"][0];
    assert!(text(shown, "id").starts_with("pks") && text(shown, "id").len() == 20);
    let expected = json!({
        "kty": "EC", "id": shown["id"], "status": "ACTIVE", "kid": "mine", "use": null, "x": jwk["x"], "y": jwk["y"],
        "crv": "P-256",
    });
    assert_eq!(shown, &expected);
    let mut again = app.clone();
    let long = base64url::encode([255; 256]);
    again["settings"]["oauthClient"]["jwks"] =
        json!({"keys": [jwk, {"kty": "RSA", "kid": "other", "e": "AQAB", "n": long}]});
    let changed = call(&org, Method::PUT, &format!("/apps/{}", text(&app, "id")), &again).await.json();
    let keys = &changed["settings"]["oauthClient"]["jwks"]["keys"];
    assert_eq!((&keys[0]["id"], &keys[1]["e"]), (&shown["id"], &json!("AQAB")), "a key keeps its id");
    let mut by_address = terraform("service", &["client_credentials"], &["token"]);
    by_address["credentials"]["oauthClient"]["token_endpoint_auth_method"] = json!("private_key_jwt");
    let without = call(&org, Method::POST, "/apps", &by_address).await.json();
    assert_eq!(without["errorSummary"], "Api validation failed: jwks");
    by_address["settings"]["oauthClient"]["jwks_uri"] = json!("https://example.com/keys");
    assert_eq!(
        made(&org, &by_address).await["settings"]["oauthClient"]["jwks_uri"],
        "https://example.com/keys"
    );
    by_address["settings"]["oauthClient"]["jwks"] = json!({"keys": ["key"]});
    assert_eq!(call(&org, Method::POST, "/apps", &by_address).await.status, 400);
}

#[tokio::test]
async fn a_client_with_a_key_gets_asks_about_and_revokes_a_token() {
    let org = org().await;
    let (key, jwk) = elliptic();
    let app = service(&org, "private_key_jwt", Some(json!([jwk]))).await;
    let id = text(&app, "id");
    let sign = |name: &str| signed(&key, Algorithm::ES256, &claims(&org, id, name));
    let tokens = show(&org, "token", grant(), &sign("1")).await;
    assert_eq!(tokens.status, 200, "{tokens:?}");
    let token = text(&tokens.json(), "access_token").to_owned();
    let form = || Form::new().with("token", &token);
    let about = show(&org, "introspect", form(), &sign("2")).await.json();
    assert_eq!((&about["active"], &about["client_id"]), (&json!(true), &json!(id)));
    assert_eq!(show(&org, "revoke", form(), &sign("3")).await.status, 200);
    assert_eq!(show(&org, "introspect", form(), &sign("4")).await.json(), json!({"active": false}));
    for audience in [json!(org.issuer().as_str()), json!(["x", format!("{}/v1/introspect", org.issuer())])] {
        let mut claims = claims(&org, id, "5");
        claims["aud"] = audience;
        claims.as_object_mut().unwrap().remove("jti");
        let assertion = signed(&key, Algorithm::ES256, &claims);
        assert_eq!(show(&org, "introspect", form(), &assertion).await.status, 200, "{claims}");
    }
}

#[tokio::test]
async fn an_rsa_key_will_do_as_well() {
    let org = org().await;
    let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
    let public = pair.public_key();
    let n = base64url::encode(public.modulus().big_endian_without_leading_zero());
    let e = base64url::encode(public.exponent().big_endian_without_leading_zero());
    let app =
        service(&org, "private_key_jwt", Some(json!([{"kty": "RSA", "kid": "rsa", "e": e, "n": n}]))).await;
    let encode = |part: &Value| base64url::encode(part.to_string());
    let sign = |alg: &str| {
        let header = json!({"alg": alg, "kid": "rsa"});
        let input = format!("{}.{}", encode(&header), encode(&claims(&org, text(&app, "id"), alg)));
        let mut signature = vec![0; pair.public_modulus_len()];
        pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), input.as_bytes(), &mut signature).unwrap();
        format!("{input}.{}", base64url::encode(signature))
    };
    assert_eq!(show(&org, "token", grant(), &sign("RS256")).await.status, 200);
    for wrong in ["RS512", "ES256", "HS256", "none"] {
        assert_eq!(show(&org, "token", grant(), &sign(wrong)).await.status, 401, "{wrong}");
    }
}

#[tokio::test]
async fn a_secret_signs_where_the_app_says_so() {
    let org = org().await;
    let app = service(&org, "client_secret_jwt", None).await;
    let (id, secret) = (text(&app, "id"), text(&app["credentials"]["oauthClient"], "client_secret"));
    let key = EncodingKey::from_secret(secret.as_bytes()).expect("a secret");
    for (algorithm, name) in [(Algorithm::HS256, "1"), (Algorithm::HS384, "2"), (Algorithm::HS512, "3")] {
        let assertion = signed(&key, algorithm, &claims(&org, id, name));
        assert_eq!(show(&org, "token", grant(), &assertion).await.status, 200, "{algorithm:?}");
    }
    let plain = grant().with("client_id", id).with("client_secret", secret);
    assert_eq!(
        post(&org, "token", &plain, &[]).await.error().0,
        "invalid_client",
        "the secret itself is not for the wire"
    );
    let mut short = terraform("service", &["client_credentials"], &["token"]);
    short["credentials"]["oauthClient"]["token_endpoint_auth_method"] = json!("client_secret_jwt");
    short["credentials"]["oauthClient"]["client_secret"] = json!("fourteen chars");
    let app = made(&org, &short).await;
    let key = EncodingKey::from_secret(b"fourteen chars").expect("a secret");
    let assertion = signed(&key, Algorithm::HS256, &claims(&org, text(&app, "id"), "4"));
    let refused = show(&org, "token", grant(), &assertion).await;
    assert_eq!(
        refused.error(),
        ("invalid_client".into(), "The client secret is too short to verify a JWT HMAC.".into())
    );
}

#[tokio::test]
async fn an_assertion_is_for_its_client_this_org_and_now_and_good_once() {
    let org = org().await;
    let (key, jwk) = elliptic();
    let app = service(&org, "private_key_jwt", Some(json!([jwk]))).await;
    let id = text(&app, "id");
    let good = claims(&org, id, "first");
    let refused = async |assertion: &str| {
        let answer = show(&org, "token", grant(), assertion).await;
        assert_eq!(answer.status, 401, "{answer:?}");
        let words = "Client authentication failed. Either the client or the client credentials are invalid.";
        assert_eq!(answer.error(), ("invalid_client".into(), words.into()));
    };
    let now = org.now().0;
    for (name, value) in [
        ("iss", json!("0oaother")),
        ("sub", json!(org.service_client().client_id)),
        ("aud", json!("https://other.example/v1/token")),
        ("exp", json!(now)),
        ("exp", json!(now + 3700)),
        ("exp", json!(null)),
        ("nbf", json!(now + 60)),
    ] {
        let mut wrong = good.clone();
        wrong[name] = value;
        refused(&signed(&key, Algorithm::ES256, &wrong)).await;
    }
    let (strangers, _) = elliptic();
    refused(&signed(&strangers, Algorithm::ES256, &good)).await;
    refused("no.assertion").await;
    let assertion = signed(&key, Algorithm::ES256, &good);
    let other_type = grant().with("client_assertion_type", "urn:other").with("client_assertion", &assertion);
    assert_eq!(post(&org, "token", &other_type, &[]).await.status, 401);
    let other_client = grant().with("client_id", org.client_id());
    assert_eq!(show(&org, "token", other_client, &assertion).await.status, 401);
    let two = grant().with("client_secret", "x");
    assert_eq!(show(&org, "token", two, &assertion).await.error().0, "invalid_request");
    let named = grant().with("client_id", id);
    assert_eq!(show(&org, "token", named, &assertion).await.status, 200);
    refused(&assertion).await;
    let bare = post(&org, "token", &grant().with("client_id", id), &[]).await;
    assert_eq!(bare.error().1, "No client credentials found.");
    let mut asleep = app.clone();
    asleep["settings"]["oauthClient"]["jwks"]["keys"][0]["status"] = json!("INACTIVE");
    call(&org, Method::PUT, &format!("/apps/{id}"), &asleep).await;
    refused(&signed(&key, Algorithm::ES256, &claims(&org, id, "second"))).await;
}
