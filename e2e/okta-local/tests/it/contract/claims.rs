//! What stands in tokens (okta 4.5).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use okta_local::Seeds;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::wire::{like, names, refused, texts};
use crate::browser::{ALICE, Answer, Browser, builder, http, parts, redeem, serve, still_org, text, tokens};

async fn tokens_of(login: &str, change: &[(&str, Option<&str>)]) -> Value {
    let org = still_org().await;
    redeem(org, &Browser::new(org).code_for(login, change).await, &[]).await.json()
}

#[tokio::test]
async fn an_access_token_has_kid_and_alg_and_oktas_claims_in_order() {
    let org = still_org().await;
    let asked = [("scope", Some("openid")), ("acr_values", Some("urn:okta:loa:1fa:any"))];
    let (header, payload) = texts(text(&tokens_of(ALICE, &asked).await, "access_token"));
    like(&header, r#"{"kid":"…","alg":"RS256"}"#);
    let pattern = format!(
        r#"{{"ver":1,"jti":"AT.…","iss":"{}","aud":"api://default","iat":…,"exp":…,"acr":"urn:okta:loa:1fa:any","cid":"{}","uid":"00u…","scp":["openid"],"auth_time":…,"sub":"{ALICE}"}}"#,
        org.issuer(),
        org.client_id(),
    );
    like(&payload, &pattern);
}

#[tokio::test]
async fn an_access_token_names_its_class_only_where_it_was_asked_for_and_its_refresh_family() {
    let claims = parts(text(&tokens(still_org().await).await, "access_token")).1;
    let expected = ["aud", "auth_time", "cid", "exp", "iat", "iss", "jti", "scp", "sub", "uid", "ver"];
    assert_eq!(names(&claims), expected);
    let jti: Vec<_> = text(&claims, "jti").split('.').collect();
    assert_eq!((jti[0], jti[1].len(), jti[2].len(), &jti[2][..3]), ("AT", 43, 20, "oar"));
    assert_eq!(claims["scp"], json!(["openid", "profile", "email", "offline_access"]));
}

#[tokio::test]
async fn custom_claims_stand_beside_the_fixed_ones() {
    let bob = parts(text(&tokens_of("bob@example.com", &[]).await, "access_token")).1;
    assert_eq!(bob["groups"], json!(["shop-staff"]));
    assert!(parts(text(&tokens_of(ALICE, &[]).await, "access_token")).1.get("groups").is_none());
}

#[tokio::test]
async fn a_services_token_has_no_uid_and_its_sub_and_cid_are_the_client_id() {
    let org = still_org().await;
    let issued = serve(org, Some("orders:read")).await.json();
    let pattern = format!(
        r#"{{"ver":1,"jti":"AT.…","iss":"{}","aud":"api://default","iat":…,"exp":…,"cid":"{id}","scp":["orders:read"],"sub":"{id}"}}"#,
        org.issuer(),
        id = org.service_client().client_id,
    );
    like(&texts(text(&issued, "access_token")).1, &pattern);
}

#[tokio::test]
async fn an_id_token_has_oktas_claims_in_order() {
    let org = still_org().await;
    let asked = [("scope", Some("openid profile email")), ("acr_values", Some("urn:okta:loa:1fa:any"))];
    let issued = tokens_of(ALICE, &asked).await;
    let (header, payload) = texts(text(&issued, "id_token"));
    like(&header, r#"{"kid":"…","alg":"RS256"}"#);
    let uid = parts(text(&issued, "access_token")).1["uid"].as_str().expect("an id").to_owned();
    let pattern = format!(
        r#"{{"sub":"{uid}","name":"Alice Shopper","email":"{ALICE}","ver":1,"iss":"{}","aud":"{}","iat":…,"exp":…,"jti":"ID.…","amr":["pwd"],"acr":"urn:okta:loa:1fa:any","idp":"00o…","nonce":"the nonce","preferred_username":"{ALICE}","auth_time":…,"at_hash":"…"}}"#,
        org.issuer(),
        org.client_id(),
    );
    like(&payload, &pattern);
}

#[tokio::test]
async fn an_id_token_has_its_base_claims_always_and_no_others() {
    let asked = [("scope", Some("openid")), ("nonce", None)];
    let claims = parts(text(&tokens_of(ALICE, &asked).await, "id_token")).1;
    let base = ["amr", "at_hash", "aud", "auth_time", "exp", "iat", "idp", "iss", "jti", "sub", "ver"];
    assert_eq!(names(&claims), base);
    assert!(text(&claims, "sub").starts_with("00u") && text(&claims, "sub").len() == 20);
}

#[tokio::test]
async fn userinfo_has_what_the_scopes_cover_and_the_id_token_a_part_of_it() {
    let org = still_org().await;
    let base =
        ["amr", "at_hash", "aud", "auth_time", "exp", "iat", "idp", "iss", "jti", "nonce", "sub", "ver"];
    let profile: &[&str] =
        &["family_name", "given_name", "locale", "name", "preferred_username", "updated_at", "zoneinfo"];
    let cases: [(&str, &[&str], &[&str]); 5] = [
        ("openid", &[], &[]),
        ("openid profile", profile, &["name", "preferred_username"]),
        ("openid email", &["email", "email_verified"], &["email"]),
        ("openid address", &["address"], &[]),
        ("openid phone", &["phone_number"], &[]),
    ];
    for (scope, whole, in_id_token) in cases {
        let issued = tokens_of(ALICE, &[("scope", Some(scope))]).await;
        let url = format!("{}/v1/userinfo", org.issuer());
        let told = Answer::to(http().get(url).bearer_auth(text(&issued, "access_token"))).await.json();
        let told: Vec<_> = names(&told).into_iter().filter(|name| *name != "sub").collect();
        for claim in whole {
            assert!(told.contains(claim), "{scope}: {told:?}");
        }
        let foreign = |claim: &&str| ["email", "name", "address", "phone_number"].contains(claim);
        assert!(told.iter().filter(|c| foreign(c)).all(|claim| whole.contains(claim)), "{scope}: {told:?}");
        let claims = parts(text(&issued, "id_token")).1;
        let beside: Vec<_> = names(&claims).into_iter().filter(|name| !base.contains(name)).collect();
        assert_eq!(beside, in_id_token, "{scope}");
    }
}

/// The code flow has no limit, unless a test wants the one of Okta's older texts: of more than a hundred groups the
/// claim is not made then.
#[tokio::test]
async fn a_groups_claim_of_more_than_100_groups_is_a_server_error_where_they_are_limited() {
    for (limited, count, status) in [(false, 101, 200), (true, 100, 200), (true, 101, 400)] {
        let groups: Vec<_> = (0..count).map(|i| format!("\"group {i}\"")).collect();
        let seeds = format!(
            "[[users]]\nlogin = \"{ALICE}\"\npassword = \"Grove-2026!\"\ngiven_name = \"A\"\nfamily_name = \"S\"\n\
             groups = [{}]",
            groups.join(", ")
        );
        let org = builder().seeds(Seeds::parse(&seeds).expect("seeds")).start().await.expect("an org");
        org.set_groups_limit(limited);
        let answer = redeem(&org, &Browser::new(&org).code_for(ALICE, &[]).await, &[]).await;
        if status == 200 {
            let claims = parts(text(&answer.json(), "access_token")).1;
            assert_eq!(claims["groups"].as_array().map(Vec::len), Some(count));
            continue;
        }
        let description =
            "The groups claim matched too many groups and must be configured to match fewer groups.";
        refused(&answer, status, "server_error", description);
    }
}

#[tokio::test]
async fn at_hash_is_the_left_half_of_the_access_tokens_digest() {
    let issued = tokens(still_org().await).await;
    let digest = Sha256::digest(text(&issued, "access_token"));
    let expected = URL_SAFE_NO_PAD.encode(&digest[..16]);
    assert_eq!(parts(text(&issued, "id_token")).1["at_hash"], expected);
}
