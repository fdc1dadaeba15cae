//! Each mistake is named, alone.

use std::cell::RefCell;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use super::*;

const ISSUER: &str = "https://dev-1.okta.com/oauth2/default";
const SHOP: &str = "http://localhost:8080";
const NOON: i64 = 1_795_348_800;

/// Everything is as it should be, but for what `change` does to the answer of an address that ends so.
struct Fake {
    place: Place,
    ending: &'static str,
    change: fn(Seen) -> Option<Seen>,
    /// Whether the API takes no bearer tokens.
    requires_proofs: bool,
}

impl Network for Fake {
    fn place(&self) -> &Place {
        &self.place
    }

    async fn ask(&self, request: Request) -> Option<Seen> {
        let seen = good(&request, self.requires_proofs);
        // The two documents say the same.
        let both = self.ending == "-" && request.url.contains("/.well-known/");
        if both || request.url.ends_with(self.ending) { (self.change)(seen) } else { Some(seen) }
    }

    fn now(&self) -> i64 {
        NOON + 3
    }
}

fn good(request: &Request, requires_proofs: bool) -> Seen {
    let ok = |body: String| Seen { status: 200, body, date: Some(NOON), challenge: String::new() };
    let path = request.url.split('?').next().unwrap_or_default();
    match path.rsplit('/').next().unwrap_or_default() {
        "openid-configuration" | "oauth-authorization-server" => ok(document(ISSUER)),
        "keys" => ok(r#"{"keys":[{"kty":"RSA","kid":"k1"}]}"#.to_owned()),
        "token" => Seen { status: 400, ..ok(r#"{"error":"invalid_grant"}"#.to_owned()) },
        "userinfo" => Seen { status: 401, ..ok(String::new()) },
        "messages" => {
            let challenge = match request.forged {
                Some(AuthScheme::DPoP) => r#"DPoP realm="grove", algs="ES256", error="invalid_dpop_proof""#,
                // A bearer token is not even looked at.
                _ if requires_proofs => r#"DPoP realm="grove", algs="ES256""#,
                Some(_) => r#"Bearer realm="grove", error="invalid_token""#,
                None => r#"Bearer realm="grove", DPoP realm="grove", algs="ES256""#,
            };
            Seen { status: 401, challenge: challenge.to_owned(), ..ok(String::new()) }
        }
        _ => ok("{}".to_owned()),
    }
}

fn document(issuer: &str) -> String {
    format!(
        r#"{{"issuer":"{issuer}","authorization_endpoint":"{ISSUER}/v1/authorize","token_endpoint":"{ISSUER}/v1/token",
        "jwks_uri":"{ISSUER}/v1/keys","userinfo_endpoint":"{ISSUER}/v1/userinfo",
        "code_challenge_methods_supported":["S256"]}}"#
    )
}

fn place() -> Place {
    Place {
        issuer: ISSUER.to_owned(),
        client_id: "0oa1".to_owned(),
        api: "http://localhost:8000".to_owned(),
        origin: SHOP.to_owned(),
        device: Device { keeps: true, secure: true, crypto: true, locks: true },
    }
}

fn examined(fake: &Fake) -> Vec<Line> {
    let lines = RefCell::new(Vec::new());
    {
        // Nothing waits here, so one look is enough.
        let done = pin!(examine(fake, |line| lines.borrow_mut().push(line)));
        assert_eq!(done.poll(&mut Context::from_waker(Waker::noop())), Poll::Ready(()));
    }
    lines.into_inner()
}

/// Exactly `check` fails, and says `word`.
#[track_caller]
fn named(fake: &Fake, check: &str, word: &str) {
    let lines = examined(fake);
    let failed: Vec<_> = lines.iter().filter(|line| matches!(line.outcome, Outcome::Failed { .. })).collect();
    assert!(failed.len() == 1 && failed[0].check == check, "{check}: {failed:?}");
    assert!(format!("{:?}", failed[0]).contains(word), "{failed:?}");
}

fn with(ending: &'static str, change: fn(Seen) -> Option<Seen>) -> Fake {
    Fake { place: place(), ending, change, requires_proofs: false }
}

fn at(change: impl FnOnce(&mut Place)) -> Fake {
    let mut place = place();
    change(&mut place);
    Fake { place, ending: "nothing", change: Some, requires_proofs: false }
}

#[test]
fn where_nothing_is_wrong_every_check_holds() {
    let lines = examined(&at(|_| {}));
    assert!(lines.iter().all(|line| line.outcome.is_ok()), "{lines:#?}");
    assert_eq!(lines.len(), 16);
}

#[test]
fn an_api_that_takes_no_bearer_tokens_is_no_other_program() {
    let fake = Fake { requires_proofs: true, ..at(|_| {}) };
    let lines = examined(&fake);
    assert!(lines.iter().all(|line| line.outcome.is_ok()), "{lines:#?}");
}

#[test]
fn an_app_that_asks_for_proofs_does_not_tell_whether_it_may_use_refresh_tokens() {
    let refused = |seen| Some(Seen { body: r#"{"error":"invalid_dpop_proof"}"#.to_owned(), ..seen });
    let lines = examined(&with("/token", refused));
    let (own, others): (Vec<_>, _) = lines.iter().partition(|line| line.check == "refresh-token");
    assert!(matches!(own[0].outcome, Outcome::Skipped(_)), "{own:?}");
    assert!(others.iter().all(|line: &&Line| line.outcome.is_ok()), "{others:#?}");
}

#[test]
fn what_the_browser_lacks_is_named() {
    named(&at(|place| place.device.keeps = false), "storage", "private browsing");
    named(&at(|place| place.device.crypto = false), "web-crypto", "no WebCrypto");
    named(&at(|place| place.device.secure = false), "web-crypto", "https");
    named(&at(|place| place.device.locks = false), "locks", "two tabs");
    named(&with("8080/", |seen| Some(Seen { date: Some(NOON - 600), ..seen })), "clock", "603 s ahead");
}

#[test]
fn mistakes_about_the_org_are_named() {
    named(&with("openid-configuration", |_| None), "reachable", "does not answer");
    named(
        &with("openid-configuration", |seen| Some(Seen { status: 404, ..seen })),
        "reachable",
        "status 404",
    );
    let other = |seen| Some(Seen { body: document("https://dev-1.okta.com"), ..seen });
    named(&with("openid-configuration", other), "issuer-exact", "to exactly what");
    let no_pkce = |seen: Seen| Some(Seen { body: seen.body.replace("S256", "plain"), ..seen });
    named(&with("openid-configuration", no_pkce), "discovery", "PKCE");
    let moved = |seen: Seen| Some(Seen { body: seen.body.replace("/v1/keys", "/v2/keys"), ..seen });
    named(&with("oauth-authorization-server", moved), "discovery", "differ in jwks_uri");
    let foreign = |seen: Seen| {
        Some(Seen { body: seen.body.replace("com/oauth2/default/v1/token", "com.evil.test/"), ..seen })
    };
    named(&with("-", foreign), "discovery", "evil.test");
    named(&with("/keys", |seen| Some(Seen { body: "{}".to_owned(), ..seen })), "keys", "RS256");
    named(&with("/keys", |_| None), "keys", "no answer");
}

#[test]
fn mistakes_about_the_app_are_named() {
    named(&with("client_id=0oa1", |seen| Some(Seen { status: 401, ..seen })), "client-id", "0oa1");
    named(&with("/token", |_| None), "redirect-uri", "http://localhost:8080/login/callback");
    let refused = |seen| Some(Seen { body: r#"{"error":"unauthorized_client"}"#.to_owned(), ..seen });
    named(&with("/token", refused), "refresh-token", "tick Refresh Token");
    named(&with("/userinfo", |_| None), "trusted-origin", "add http://localhost:8080 under Security");
}

#[test]
fn mistakes_about_the_api_are_named() {
    named(&with("/hello", |_| None), "api-reachable", "SPA_ORIGINS=http://localhost:8080");
    named(&with("/hello", |seen| Some(Seen { status: 502, ..seen })), "api-reachable", "502");
    named(&with("/readyz", |seen| Some(Seen { status: 503, ..seen })), "api-ready", "503");
    named(&with("/messages", |seen| Some(Seen { status: 200, ..seen })), "api-refuses", "no token");
    let same = |seen| Some(Seen { challenge: "Bearer".to_owned(), ..seen });
    named(&with("/messages", same), "api-refuses", "forged");
}
