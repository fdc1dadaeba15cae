//! Rows of the security checklist that no other file of these tests shows; the README maps all of them.

use okta_local::{Endpoint, Fault};
use okta_types::{Form, base64url};

use crate::browser::{
    ALICE, Answer, Browser, CALLBACK, PASSWORD, authorize_query, http, introspect, org, post, redeem, text,
    tokens,
};

#[tokio::test]
async fn no_app_gets_a_code_without_a_challenge_so_no_verifier_comes_without_one() {
    let org = org().await;
    let browser = Browser::new(&org);
    browser.code_for(ALICE, &[]).await;
    let other = org.client_id_of("Other").unwrap();
    for (client, uri) in [(org.client_id(), CALLBACK), (&other, "http://localhost:9999/cb")] {
        let app = [("client_id", Some(client)), ("redirect_uri", Some(uri))];
        for (name, value) in
            [("code_challenge", None), ("code_challenge_method", None), ("code_challenge", Some(""))]
        {
            let answer = browser.authorize(&[app[0], app[1], (name, value)]).await;
            assert_eq!(answer.returned("error").as_deref(), Some("invalid_request"), "{answer:?}");
            assert_eq!(answer.returned("code"), None);
        }
    }
}

#[tokio::test]
async fn a_thousand_codes_and_state_tokens_are_distinct_and_cannot_be_guessed() {
    let org = org().await;
    let browser = Browser::new(&org);
    let page = browser.authorize(&[]).await;
    let mut seen = std::collections::HashSet::from([page.field("stateToken")]);
    browser.sign_in(&page, ALICE, PASSWORD).await.code();
    let mut ones = [0_u32; 256];
    for _ in 0..1000 {
        let code = browser.authorize(&[]).await.code();
        let bytes = base64url::decode(&code).expect("base64url");
        assert_eq!(bytes.len(), 32);
        (0..256).for_each(|bit| ones[bit] += u32::from(bytes[bit / 8] >> (bit % 8) & 1));
        assert!(seen.insert(code));
    }
    // Of 1000 fair throws, fewer than 400 come about once in a billion tries.
    assert!(ones.iter().all(|count| (400..=600).contains(count)), "{ones:?}");
}

#[tokio::test]
async fn a_revocation_that_was_refused_for_now_revoked_nothing() {
    let org = org().await;
    let tokens = tokens(&org).await;
    org.inject(Endpoint::Revoke, Fault::Fail(503), 1);
    let form = Form::new().with("client_id", org.client_id()).with("token", text(&tokens, "refresh_token"));
    assert_eq!(post(&org, "revoke", &form, &[]).await.status, 503);
    assert_eq!(introspect(&org, text(&tokens, "refresh_token")).await["active"], true);
    assert_eq!(post(&org, "revoke", &form, &[]).await.status, 200);
    assert_eq!(introspect(&org, text(&tokens, "refresh_token")).await["active"], false);
}

#[tokio::test]
async fn encrypted_unsigned_and_confused_tokens_open_nothing() {
    let org = org().await;
    let good = org.mint_access_token(|_| {});
    let (header, rest) = good.split_once('.').unwrap();
    let (payload, signature) = rest.split_once('.').unwrap();
    let none = base64url::encode(r#"{"alg":"none"}"#);
    let kid = crate::browser::parts(&good).0["kid"].as_str().unwrap().to_owned();
    let jwe = base64url::encode(format!(r#"{{"alg":"RSA-OAEP-256","enc":"A256GCM","kid":"{kid}"}}"#));
    let confused = base64url::encode(format!(r#"{{"alg":"HS256","kid":"{kid}"}}"#));
    for bad in [
        format!("{none}.{payload}."),
        format!("{none}.{payload}.{signature}"),
        format!("{jwe}.AAAA.AAAA.AAAA.AAAA"),
        format!("{confused}.{payload}.{signature}"),
        format!("{header}.{payload}."),
        format!("{header}.{payload}.{signature}="),
        format!("{header}.{payload}.{signature}.{signature}"),
        "A".repeat(20_000),
    ] {
        let request = http().get(format!("{}/v1/userinfo", org.issuer()));
        assert_eq!(Answer::to(request.bearer_auth(&bad)).await.status, 401, "{bad}");
        assert_eq!(introspect(&org, &bad).await["active"], false);
    }
    let request = http().get(format!("{}/v1/userinfo", org.issuer()));
    assert_eq!(Answer::to(request.bearer_auth(&good)).await.status, 200);
}

#[tokio::test]
async fn a_form_is_answered_by_303_and_nothing_by_307() {
    let org = org().await;
    let browser = Browser::new(&org);
    let page =
        browser.authorize(&[("prompt", Some("consent")), ("acr_values", Some("urn:okta:loa:2fa:any"))]).await;
    let mut answers = vec![browser.sign_in(&page, ALICE, PASSWORD).await];
    let steps = [
        ("/login/second-factor", "credentials.passcode", org.totp_code(ALICE).unwrap()),
        ("/login/consent", "consent", "allow".to_owned()),
    ];
    for (path, name, value) in steps {
        let page = browser.get(answers.last().unwrap().location()).await;
        let form = Form::new().with("stateToken", &page.field("stateToken")).with(name, &value);
        answers.push(browser.post(&format!("{}{path}", org.base_url()), &form).await);
    }
    for answer in &answers {
        assert_eq!(answer.status, 303);
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
        assert_eq!(answer.header("cache-control"), Some("no-cache, no-store"));
    }
    answers[2].code();
}

#[tokio::test]
async fn a_strange_host_and_forwarded_headers_change_no_address() {
    let org = org().await;
    let ask = |path: String| {
        let request = http().get(path).header("Host", "evil.test").header("X-Forwarded-Host", "evil.test");
        request
            .header("X-Forwarded-Proto", "https")
            .header("Forwarded", "host=evil.test")
            .header("X-User", ALICE)
    };
    let metadata = Answer::to(ask(org.issuer().discovery_url())).await;
    assert!(!metadata.body.contains("evil") && metadata.json()["issuer"] == org.issuer().as_str());
    let page = Answer::to(ask(format!("{}/v1/authorize?{}", org.issuer(), authorize_query(&org, &[])))).await;
    assert!(page.is_sign_in_page() && !page.body.contains("evil"));
}

#[tokio::test]
async fn no_secret_is_logged_or_printed() {
    let org = org().await;
    let browser = Browser::new(&org);
    let code = browser.code_for(ALICE, &[]).await;
    let answer = redeem(&org, &code, &[]).await;
    redeem(&org, &code, &[]).await;
    let tokens = answer.json();
    let secret = org.service_client();
    let printed = format!("{:?} {org:?} {:?} {secret:?}", org.system_log(), org.accounts());
    let secrets = ["access_token", "refresh_token", "id_token"].map(|name| text(&tokens, name).to_owned());
    let cookies = ["sid", "DT"].map(|name| browser.cookie(name).unwrap());
    let rest = [
        code,
        PASSWORD.to_owned(),
        secret.client_secret.expose().to_owned(),
        org.api_token().expose().to_owned(),
    ];
    for secret in secrets.into_iter().chain(cookies).chain(rest) {
        assert!(!printed.contains(&secret), "{secret}");
    }
}
