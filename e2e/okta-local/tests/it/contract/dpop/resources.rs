//! Bound tokens at the org's own resources: 400 with an empty body and a challenge, as captures of live orgs show it.

use okta_local::{Endpoint, Fault};
use serde_json::json;

use super::super::wire::head;
use super::client::{Client, Key, org};
use crate::browser::{ALICE, Answer, introspect, text};

/// What a challenge says.
struct Challenge<'a> {
    scheme: &'a str,
    error: &'a str,
    description: &'a str,
}

#[track_caller]
fn check(client: &Client<'_>, answer: &Answer, status: u16, expected: &Challenge<'_>) {
    let (base, issuer) = (client.org.base_url(), client.org.issuer());
    let algs = match expected.scheme {
        "DPoP" => "algs=\"RS256 RS384 RS512 ES256 ES384 ES512\", ",
        _ => "",
    };
    let Challenge { scheme, error, description } = expected;
    let challenge = format!(
        "{scheme} {algs}authorization_uri=\"{issuer}/v1/authorize\", realm=\"{base}\", scope=\"openid\", \
         error=\"{error}\", error_description=\"{description}\", resource=\"/oauth2/default/v1/userinfo\""
    );
    head(answer, status, &[("www-authenticate", &challenge), ("content-type", "")]);
    assert_eq!(answer.body, "");
}

#[tokio::test]
async fn a_bound_token_opens_userinfo_with_a_proof_of_its_key() {
    let org = org().await;
    let client = Client::new(&org);
    let tokens = client.sign_in().await;
    let token = text(&tokens, "access_token");
    let proof = client.proof_for(token).sign(&client.key);
    let answer = client.userinfo("DPoP", token, &[&proof]).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["email"]), (200, &json!(ALICE)));
    assert_eq!(answer.header("dpop-nonce"), None);
    let proof = client.proof_for(token).sign(&client.key);
    assert_eq!(client.userinfo("dpop", token, &[&proof]).await.status, 200);
}

#[tokio::test]
async fn a_bound_token_is_no_bearer_token() {
    let org = org().await;
    let client = Client::new(&org);
    let tokens = client.sign_in().await;
    let token = text(&tokens, "access_token");
    let mut expected = Challenge {
        scheme: "Bearer",
        error: "invalid_request",
        description: "The resource request requires a DPoP proof.",
    };
    check(&client, &client.userinfo("Bearer", token, &[]).await, 400, &expected);
    expected.description =
        "The resource request must use the DPoP authentication scheme when using a DPoP bound token.";
    let proof = client.proof_for(token).sign(&client.key);
    check(&client, &client.userinfo("Bearer", token, &[&proof]).await, 400, &expected);
}

#[tokio::test]
async fn a_bearer_token_is_no_bound_token_and_two_schemes_open_nothing() {
    let org = org().await;
    let client = Client::new(&org);
    let token = org.mint_access_token(|_| ());
    let proof = client.proof_for(&token).sign(&client.key);
    let answer = client.userinfo("DPoP", &token, &[&proof]).await;
    let description = "The presented access_token is not DPoP bound.";
    check(&client, &answer, 401, &Challenge { scheme: "DPoP", error: "invalid_token", description });
    assert_eq!(
        client.userinfo("Bearer", &token, &[&proof]).await.status,
        200,
        "a proof beside it is ignored"
    );
    let both = crate::browser::http().get(client.url("userinfo"));
    let both = both.header("Authorization", format!("Bearer {token}"));
    assert_eq!(Answer::to(both.header("Authorization", format!("DPoP {token}"))).await.status, 401);
}

#[tokio::test]
async fn each_bad_proof_has_its_words() {
    let org = org().await;
    let client = Client::new(&org);
    let tokens = client.sign_in().await;
    let token = text(&tokens, "access_token");
    let good = || client.proof_for(token);
    let (other, used) = (Key::new(), good().sign(&client.key));
    assert_eq!(client.userinfo("DPoP", token, &[&used]).await.status, 200);
    let ath = "'ath' claim in the DPoP proof does not match the presented access_token.";
    for (proof, description) in [
        (used, "The DPoP proof JWT has already been used."),
        (good().claim("ath", json!(null)).sign(&client.key), ath),
        (client.proof_for("another token").sign(&client.key), ath),
        (
            good().header("jwk", other.jwk()).sign(&other),
            "The access_token is not bound to the provided DPoP proof.",
        ),
        (good().claim("htm", "POST").sign(&client.key), "'htm' claim in the DPoP proof JWT is invalid."),
        (
            good().claim("htu", client.url("token")).sign(&client.key),
            "'htu' claim in the DPoP proof JWT is invalid.",
        ),
        ("x".to_owned(), "The DPoP proof JWT cannot be parsed."),
    ] {
        let answer = client.userinfo("DPoP", token, &[&proof]).await;
        check(&client, &answer, 400, &Challenge { scheme: "DPoP", error: "invalid_dpop_proof", description });
    }
    let missing = client.userinfo("DPoP", token, &[]).await;
    let description = "The DPoP proof JWT header is missing.";
    check(&client, &missing, 400, &Challenge { scheme: "DPoP", error: "invalid_dpop_proof", description });
    let garbage = client.userinfo("DPoP", "garbage", &[&good().sign(&client.key)]).await;
    let description = "The access token is invalid";
    check(&client, &garbage, 401, &Challenge { scheme: "DPoP", error: "invalid_token", description });
}

#[tokio::test]
async fn a_nonce_is_demanded_at_userinfo_where_a_test_says_so() {
    let org = org().await;
    let client = Client::new(&org);
    let tokens = client.sign_in().await;
    let token = text(&tokens, "access_token");
    org.inject(Endpoint::UserInfo, Fault::DemandNonce, 2);
    let answer = client.userinfo("DPoP", token, &[&client.proof_for(token).sign(&client.key)]).await;
    let description = "Authorization server requires nonce in DPoP proof.";
    check(&client, &answer, 401, &Challenge { scheme: "DPoP", error: "use_dpop_nonce", description });
    let nonce = answer.header("dpop-nonce").expect("a nonce");
    let proof = client.proof_for(token).claim("nonce", nonce).sign(&client.key);
    assert_eq!(client.userinfo("DPoP", token, &[&proof]).await.status, 200);
    let proof = client.proof_for(token).sign(&client.key);
    assert_eq!(client.userinfo("DPoP", token, &[&proof]).await.status, 200, "it was demanded twice only");
}

#[tokio::test]
async fn introspection_tells_the_key() {
    let org = org().await;
    let client = Client::new(&org);
    let tokens = client.sign_in().await;
    let told = introspect(&org, text(&tokens, "access_token")).await;
    assert_eq!(told["cnf"], json!({"jkt": client.key.thumbprint()}));
    assert_eq!((&told["active"], &told["token_type"]), (&json!(true), &json!("DPoP")));
}
