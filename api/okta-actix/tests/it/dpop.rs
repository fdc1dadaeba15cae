//! Tokens that are bound to a key, at a server that takes them (RFC 9449 §7 to §9).

use std::time::Duration;

use okta_actix::{BearerConfig, DpopPolicy, HttpUrl, Issuer, Nonces, ProofChecker, RecentProofs};
use okta_types::{ProofClaims, UnixTime};
use reqwest::RequestBuilder;
use serde_json::{Value, json};

use crate::issuer::{FakeIssuer, NOW};
use crate::prover::{ALICE, MALLORY, Prover, claims};
use crate::site::{Answer, PAGE, PUBLIC, Site, public_url, send};

const ALGS: &str = r#"algs="RS256 RS384 RS512 ES256 ES384 ES512""#;

fn accepting() -> Site {
    Site::with_dpop(DpopPolicy::accepted(public_url()))
}

fn requiring() -> Site {
    Site::with_dpop(DpopPolicy::required(public_url()))
}

fn asking_for_nonces(nonces: Nonces) -> Site {
    Site::with_dpop(DpopPolicy::accepted(public_url()).checker(ProofChecker::new().nonces(nonces)))
}

fn bound(site: &Site, prover: &Prover) -> String {
    site.issuer.token(json!({"cnf": prover.cnf()}))
}

fn with_proof(request: RequestBuilder, token: &str, proof: &str) -> RequestBuilder {
    request.header("Authorization", format!("DPoP {token}")).header("DPoP", proof)
}

/// By alice, with these changes of a good proof.
async fn show(site: &Site, path: &str, jti: &str, change: impl FnOnce(&mut ProofClaims)) -> Answer {
    let token = bound(site, &ALICE);
    let mut claims = claims(jti, "GET", &format!("{PUBLIC}{}", path.split('?').next().unwrap()), &token, NOW);
    change(&mut claims);
    send(with_proof(site.request(path), &token, &ALICE.prove(&claims))).await
}

#[track_caller]
fn check_error(answer: &Answer, error: &str) {
    assert_eq!(answer.status, 401, "{answer:?}");
    let expected = format!(r#"DPoP realm="shop", {ALGS}, error="{error}", error_description="#);
    assert!(answer.challenges()[0].starts_with(&expected), "{answer:?}");
    assert_eq!(answer.challenges().len(), 1, "{answer:?}");
}

#[actix_web::test]
async fn a_bound_token_with_its_proof_is_let_in_on_every_route() {
    let site = accepting();
    for path in ["/whoami", "/hello", "/proven", "/messages", "/closed/whoami", "/renewing/whoami"] {
        show(&site, path, path, |_| ()).await.check_body("00uAlice");
    }
    let token = bound(&site, &ALICE);
    let proof = ALICE.prove(&claims("post", "POST", &format!("{PUBLIC}/whoami"), &token, NOW));
    send(with_proof(site.post("/whoami"), &token, &proof)).await.check_body("00uAlice");
    // A handler is told how it was shown.
    show(&site, "/scheme", "scheme", |_| ()).await.check_body("DPoP");
    site.get_as("/scheme", json!({})).await.check_body("Bearer");
}

#[actix_web::test]
async fn who_shows_nothing_is_asked_for_what_is_taken() {
    let both = [r#"Bearer realm="shop""#.to_owned(), format!(r#"DPoP realm="shop", {ALGS}"#)];
    for header in [None, Some("Basic YTpi")] {
        let ask = async |site: &Site| match header {
            None => site.get("/whoami").await,
            Some(header) => site.get_with("/whoami", header.as_bytes()).await,
        };
        assert_eq!(ask(&accepting()).await.challenges(), both);
        assert_eq!(ask(&requiring()).await.challenges(), both[1..]);
        assert_eq!(ask(&Site::start()).await.challenges(), both[..1]);
    }
}

#[actix_web::test]
async fn without_a_policy_a_bound_token_is_refused_however_it_is_shown() {
    let site = Site::start();
    site.get_as("/whoami", json!({"cnf": ALICE.cnf()})).await.check(
        401,
        Some(
            r#"Bearer realm="shop", error="invalid_token", error_description="The access token is invalid""#,
        ),
    );
    show(&site, "/whoami", "1", |_| ()).await.check(401, Some(r#"Bearer realm="shop""#));
}

#[actix_web::test]
async fn a_bound_token_is_never_let_in_as_a_bearer_token() {
    let site = accepting();
    for _ in 0..2 {
        let answer = site.get_as("/whoami", json!({"cnf": ALICE.cnf()})).await;
        let error =
            r#"Bearer realm="shop", error="invalid_token", error_description="The access token is invalid""#;
        assert_eq!(answer.challenges(), [error.to_owned(), format!(r#"DPoP realm="shop", {ALGS}"#)]);
        // Its signature is known to be good from now on.
        show(&site, "/whoami", "1", |claims| claims.jti += "x").await;
    }
    let token = bound(&site, &ALICE);
    let proof = ALICE.prove(&claims("2", "GET", &format!("{PUBLIC}/whoami"), &token, NOW));
    let request = site.request("/whoami").header("Authorization", format!("Bearer {token}"));
    assert_eq!(send(request.header("DPoP", proof)).await.status, 401);
}

#[actix_web::test]
async fn a_bearer_token_stays_one_where_both_are_taken_and_nowhere_else() {
    let site = accepting();
    site.get_as("/whoami", json!({})).await.check_body("00uAlice");
    // A proof beside it is passed over, for the org gives bearer tokens to apps that are not switched yet.
    let request =
        site.request("/whoami").header("Authorization", format!("Bearer {}", site.issuer.token(json!({}))));
    send(request.header("DPoP", "x")).await.check_body("00uAlice");
    let dpop_only = format!(r#"DPoP realm="shop", {ALGS}"#);
    assert_eq!(requiring().get_as("/whoami", json!({})).await.challenges(), [&*dpop_only]);
    // With scheme DPoP it is refused, whatever the proof.
    let token = site.issuer.token(json!({}));
    let proof = ALICE.prove(&claims("1", "GET", &format!("{PUBLIC}/whoami"), &token, NOW));
    check_error(&send(with_proof(site.request("/whoami"), &token, &proof)).await, "invalid_token");
}

#[actix_web::test]
async fn a_route_or_an_issuer_may_ask_for_proofs_where_both_are_taken() {
    let dpop = format!(r#"DPoP realm="shop", {ALGS}"#);
    let answer = accepting().get_as("/proven", json!({})).await;
    assert_eq!((answer.status, answer.challenges()), (401, vec![&*dpop]));
    assert_eq!(Site::start().get_as("/proven", json!({})).await.status, 401);

    for (of_another, status) in [(false, 401), (true, 200)] {
        let issuer = FakeIssuer::start();
        let name = if of_another { "https://dev-1.okta.com/oauth2/other" } else { issuer.url() };
        let policy = DpopPolicy::accepted(public_url()).required_for(Issuer::parse(name).unwrap());
        let config = BearerConfig::new(issuer.verifier()).realm("shop").clock(|| NOW).dpop(policy);
        let site = Site::serve(issuer, Some(config));
        assert_eq!(site.get_as("/whoami", json!({})).await.status, status);
        show(&site, "/whoami", "1", |_| ()).await.check_body("00uAlice");
    }
}

#[actix_web::test]
async fn a_proof_is_judged_once_however_many_extract_it() {
    let site = accepting();
    // The key is not known yet: all three wait for it, and share what they wait for.
    show(&site, "/all", "1", |_| ()).await.check_body("once");
    show(&site, "/all", "2", |_| ()).await.check_body("once");
    show(&site, "/closed/whoami", "3", |_| ()).await.check_body("00uAlice");
    for path in ["/all", "/closed/whoami"] {
        check_error(
            &show(&site, path, "1", |claims| claims.htm = "PUT".to_owned()).await,
            "invalid_dpop_proof",
        );
    }
}

#[actix_web::test]
async fn a_proof_is_good_once() {
    let site = accepting();
    let token = bound(&site, &ALICE);
    let url = format!("{PUBLIC}/whoami");
    let at = |url: &str, iat| ALICE.prove(&claims("1", "GET", url, &token, UnixTime(NOW.0 + iat)));
    let proof = at(&url, 0);
    send(with_proof(site.request("/whoami"), &token, &proof)).await.check_body("00uAlice");
    // The same, and others of the same name.
    for again in [proof, at(&url, -5), at("HTTPS://api.Example.com:443/x/../%77hoami", 0)] {
        let answer = send(with_proof(site.request("/whoami"), &token, &again)).await;
        check_error(&answer, "invalid_dpop_proof");
        assert!(answer.challenges()[0].contains("each request needs its own (jti)"), "{answer:?}");
    }
    // Elsewhere it is another proof.
    show(&site, "/proven", "1", |_| ()).await.check_body("00uAlice");
}

#[actix_web::test]
async fn the_address_is_compared_in_its_normal_form_and_without_the_requests_query() {
    let site = accepting();
    for (i, htu) in [
        "https://api.example.com/whoami",
        "HTTPS://API.EXAMPLE.COM/whoami",
        "https://api.example.com:443/whoami",
        "https://api.example.com/%77hoam%69",
        "https://api.example.com/./x/../whoami",
    ]
    .into_iter()
    .enumerate()
    {
        let change = |claims: &mut ProofClaims| claims.htu = htu.to_owned();
        show(&site, "/whoami?a=b", &i.to_string(), change).await.check_body("00uAlice");
    }
}

#[actix_web::test]
async fn a_proof_lives_for_a_minute() {
    let site = accepting();
    for (age, status) in [(61, 401), (60, 200), (59, 200), (-10, 200), (-11, 401)] {
        let answer =
            show(&site, "/whoami", &age.to_string(), |claims| claims.iat = UnixTime(NOW.0 - age)).await;
        assert_eq!(answer.status, status, "{age}: {answer:?}");
        if status == 401 {
            check_error(&answer, "invalid_dpop_proof");
            assert!(answer.challenges()[0].contains("check the clock (iat)"), "{answer:?}");
        }
    }
    let checker = ProofChecker::new().max_age(Duration::from_secs(300)).leeway(Duration::from_secs(0));
    let site = Site::with_dpop(DpopPolicy::accepted(public_url()).checker(checker));
    for (age, status) in [(301, 401), (299, 200), (-1, 401)] {
        let answer =
            show(&site, "/whoami", &age.to_string(), |claims| claims.iat = UnixTime(NOW.0 - age)).await;
        assert_eq!(answer.status, status, "{age}: {answer:?}");
    }
}

#[actix_web::test]
async fn a_nonce_is_asked_for_and_renewed_before_it_is_too_old() {
    let nonces = Nonces::with_secret(&[7; 32]);
    let site = asking_for_nonces(nonces.clone());
    let at = |age: i64| nonces.make(UnixTime(NOW.0 - age));
    for (jti, nonce) in
        [("1", None), ("2", Some("mine".to_owned())), ("3", Some(at(301))), ("4", Some(at(-5)))]
    {
        let answer = show(&site, "/whoami", jti, |claims| claims.nonce = nonce).await;
        check_error(&answer, "use_dpop_nonce");
        assert_eq!(answer.header("dpop-nonce"), Some(&*at(0)));
        assert_eq!(serde_json::from_str::<Value>(&answer.body).unwrap()["code"], "unauthorized");
    }
    for path in ["/closed/whoami", "/closed/picture", "/renewing/whoami"] {
        let fresh = show(&site, path, &format!("fresh {path}"), |claims| claims.nonce = Some(at(150))).await;
        assert_eq!((fresh.status, fresh.header("dpop-nonce")), (200, None), "{path}");
        let worn = show(&site, path, &format!("worn {path}"), |claims| claims.nonce = Some(at(151))).await;
        assert_eq!((worn.status, worn.header("dpop-nonce")), (200, Some(&*at(0))), "{path}");
        assert_eq!(worn.header("cache-control"), Some("no-store"), "{path}");
    }
    assert_eq!(site.get("/renewing/open").await.header("dpop-nonce"), None);
    // Another fault is told as that, without a nonce.
    let answer = show(&site, "/whoami", "5", |claims| claims.htm = "PUT".to_owned()).await;
    check_error(&answer, "invalid_dpop_proof");
    assert_eq!(answer.header("dpop-nonce"), None);
    // Bearer tokens need none.
    site.get_as("/whoami", json!({})).await.check_body("00uAlice");
}

#[actix_web::test]
async fn whoever_stands_behind_a_trusted_proxy_is_known_by_what_it_says() {
    let forwarded = async |site: &Site, jti: &str, htu: &str| {
        let token = bound(site, &ALICE);
        let proof = ALICE.prove(&claims(jti, "GET", htu, &token, NOW));
        let request = with_proof(site.request("/whoami"), &token, &proof);
        let request =
            request.header("X-Forwarded-Proto", "https").header("X-Forwarded-Host", "shop.test:8443");
        send(request).await.status
    };
    let gateway = HttpUrl::parse("https://api.example.com/shop").unwrap();
    let policy = DpopPolicy::accepted(gateway.clone());
    let site = Site::with_dpop(policy.clone());
    assert_eq!(forwarded(&site, "1", "https://shop.test:8443/shop/whoami").await, 401);
    assert_eq!(forwarded(&site, "2", "https://api.example.com/shop/whoami").await, 200);
    let site = Site::with_dpop(policy.trusted_proxy([127, 0, 0, 1].into()));
    assert_eq!(forwarded(&site, "1", "https://shop.test:8443/shop/whoami").await, 200);
    assert_eq!(forwarded(&site, "2", "https://api.example.com/shop/whoami").await, 401);
    // What is reached by two names is known by both.
    let site = Site::with_dpop(DpopPolicy::accepted(gateway).also_at(public_url()));
    for (jti, htu) in [("1", "https://api.example.com/shop/whoami"), ("2", "https://api.example.com/whoami")]
    {
        let change = |claims: &mut ProofClaims| claims.htu = htu.to_owned();
        show(&site, "/whoami", jti, change).await.check_body("00uAlice");
    }
}

#[actix_web::test]
async fn where_no_more_proofs_can_be_remembered_the_client_is_not_blamed() {
    let checker = ProofChecker::new().replay_store(RecentProofs::new(1));
    let site = Site::with_dpop(DpopPolicy::accepted(public_url()).checker(checker));
    show(&site, "/whoami", "1", |_| ()).await.check_body("00uAlice");
    let full = show(&site, "/whoami", "2", |_| ()).await;
    assert_eq!((full.status, full.challenges(), full.header("retry-after")), (503, vec![], Some("71")));
    site.get_as("/whoami", json!({})).await.check_body("00uAlice");
}

#[actix_web::test]
async fn a_key_that_floods_is_asked_to_wait_and_no_other_is() {
    let checker = ProofChecker::new().replay_store(RecentProofs::new(4));
    let site = Site::with_dpop(DpopPolicy::accepted(public_url()).checker(checker));
    for jti in ["1", "2", "3"] {
        show(&site, "/whoami", jti, |_| ()).await.check_body("00uAlice");
    }
    let flood = show(&site, "/whoami", "4", |_| ()).await;
    assert_eq!((flood.status, flood.challenges(), flood.header("retry-after")), (429, vec![], Some("71")));
    assert!(flood.body.contains("\"code\":\"rate_limited\""), "{flood:?}");
    let token = bound(&site, &MALLORY);
    let proof = MALLORY.prove(&claims("1", "GET", &format!("{PUBLIC}/whoami"), &token, NOW));
    send(with_proof(site.request("/whoami"), &token, &proof)).await.check_body("00uAlice");
}

#[actix_web::test]
async fn while_the_issuer_is_away_a_proof_is_not_to_blame() {
    let site = accepting();
    site.issuer.go_down();
    let answer = show(&site, "/whoami", "1", |_| ()).await;
    assert_eq!((answer.status, answer.challenges()), (503, vec![]));
}

#[actix_web::test]
async fn what_a_proven_token_does_not_allow_is_said_in_its_own_scheme() {
    let site = accepting();
    let answer = show(&site, "/stock", "1", |_| ()).await;
    assert_eq!((answer.status, answer.challenges()), (403, vec![]));
    let answer = show(&site, "/strong", "2", |_| ()).await;
    check_error(&answer, "insufficient_user_authentication");
    let token = site.issuer.token(json!({"cnf": ALICE.cnf(), "scp": ["openid"]}));
    let proof = ALICE.prove(&claims("3", "GET", &format!("{PUBLIC}/messages"), &token, NOW));
    let answer = send(with_proof(site.request("/messages"), &token, &proof)).await;
    assert_eq!(answer.status, 403);
    let scope = format!(r#"DPoP realm="shop", {ALGS}, error="insufficient_scope""#);
    assert!(answer.challenges()[0].starts_with(&scope), "{answer:?}");
}

#[actix_web::test]
async fn a_page_of_another_origin_may_read_nonce_and_challenge() {
    let site = asking_for_nonces(Nonces::new());
    let token = bound(&site, &ALICE);
    let proof = ALICE.prove(&claims("1", "GET", &format!("{PUBLIC}/closed/whoami"), &token, NOW));
    let request = with_proof(site.request("/closed/whoami").header("Origin", PAGE), &token, &proof);
    let answer = send(request).await;
    check_error(&answer, "use_dpop_nonce");
    let exposed = answer.header("access-control-expose-headers").unwrap().to_lowercase();
    for name in ["www-authenticate", "dpop-nonce", "retry-after"] {
        assert!(exposed.contains(name), "{exposed}");
    }
}

#[actix_web::test]
async fn another_persons_key_opens_nothing() {
    let site = accepting();
    let token = bound(&site, &ALICE);
    let proof = MALLORY.prove(&claims("1", "GET", &format!("{PUBLIC}/whoami"), &token, NOW));
    check_error(&send(with_proof(site.request("/whoami"), &token, &proof)).await, "invalid_dpop_proof");
}
