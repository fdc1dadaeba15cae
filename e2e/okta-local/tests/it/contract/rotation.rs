//! Refresh tokens (okta 4.4).

use std::time::Duration;

use okta_local::{Outcome, RunningOrg};
use okta_types::Form;
use serde_json::{Value, json};

use super::wire::refused;
use crate::browser::{
    ALICE, Answer, Browser, PASSWORD, authorize_query, http, introspect, org, parts, redeem, redemption,
    refresh, still_org, text, tokens,
};

const INVALID: &str = "The refresh token is invalid or expired.";

fn refresh_token(tokens: &Value) -> &str {
    text(tokens, "refresh_token")
}

#[track_caller]
fn is_dead(answer: &Answer) {
    refused(answer, 400, "invalid_grant", INVALID);
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[tokio::test]
async fn an_spa_rotates_with_a_grace_of_30_seconds() {
    let org = org().await;
    let first = tokens(&org).await;
    let next = refresh(&org, refresh_token(&first), &[]).await.json();
    assert_ne!(refresh_token(&first), refresh_token(&next));
    org.advance_clock(seconds(28));
    assert_eq!(refresh(&org, refresh_token(&first), &[]).await.status, 200);
    org.advance_clock(seconds(2));
    is_dead(&refresh(&org, refresh_token(&first), &[]).await);
}

/// Whether a token that was used still works so long after.
async fn works_after(grace: u64, after: u64) -> bool {
    let org = org().await;
    org.set_refresh_grace(seconds(grace));
    let first = tokens(&org).await;
    refresh(&org, refresh_token(&first), &[]).await;
    org.advance_clock(seconds(after));
    refresh(&org, refresh_token(&first), &[]).await.status == 200
}

#[tokio::test]
async fn the_grace_is_0_to_60_seconds() {
    assert!(!works_after(0, 0).await, "0: the former one dies when the new one is returned");
    assert!(works_after(60, 58).await && !works_after(60, 60).await);
    assert!(!works_after(3600, 60).await, "60 is the most");
}

#[tokio::test]
async fn in_the_grace_time_the_previous_token_returns_new_tokens() {
    let org = still_org().await;
    let first = tokens(org).await;
    let (one, two) =
        (refresh(org, refresh_token(&first), &[]).await, refresh(org, refresh_token(&first), &[]).await);
    let (one, two) = (one.json(), two.json());
    for name in ["access_token", "refresh_token", "id_token"] {
        assert_ne!(text(&one, name), text(&two, name));
    }
    for tokens in [&one, &two] {
        assert_eq!(refresh(org, refresh_token(tokens), &[]).await.status, 200);
    }
}

#[tokio::test]
async fn after_the_grace_time_the_family_its_access_tokens_and_the_newest_token_die_and_it_is_logged() {
    let org = org().await;
    let first = tokens(&org).await;
    let second = refresh(&org, refresh_token(&first), &[]).await.json();
    let bystander = tokens(&org).await;
    org.advance_clock(seconds(30));
    let newest = refresh(&org, refresh_token(&second), &[]).await.json();
    is_dead(&refresh(&org, refresh_token(&first), &[]).await);
    is_dead(&refresh(&org, refresh_token(&newest), &[]).await);
    for dead in [&first, &second, &newest] {
        assert_eq!(introspect(&org, text(dead, "access_token")).await, json!({"active": false}));
    }
    assert_eq!(introspect(&org, text(&bystander, "access_token")).await["active"], true, "another sign-in");
    let log = org.system_log();
    let alarms: Vec<_> =
        log.iter().filter(|event| event.event_type == "app.oauth2.as.token.detect_reuse").collect();
    assert_eq!(alarms.len(), 1);
    assert_eq!(
        (alarms[0].actor.as_deref(), alarms[0].client_id.as_deref()),
        (Some(ALICE), Some(org.client_id()))
    );
    assert!(matches!(alarms[0].outcome, Outcome::Failure(_)));
}

#[tokio::test]
async fn a_new_token_inherits_the_first_ones_end() {
    let org = org().await;
    org.set_refresh_token_lifetime(Some(seconds(3600)), seconds(3000));
    let mut newest = tokens(&org).await;
    for _ in 0..3 {
        org.advance_clock(seconds(1100));
        newest = refresh(&org, refresh_token(&newest), &[]).await.json();
    }
    let ends_at = introspect(&org, refresh_token(&newest)).await["exp"].as_i64().expect("a time");
    assert!((295..=300).contains(&(ends_at - org.now().0)), "{ends_at}");
    org.advance_clock(seconds(300));
    is_dead(&refresh(&org, refresh_token(&newest), &[]).await);
}

#[tokio::test]
async fn by_default_there_is_no_end_and_7_days_unused_and_use_restarts_them() {
    let org = org().await;
    let day = seconds(24 * 3600);
    let mut newest = tokens(&org).await;
    for _ in 0..10 {
        org.advance_clock(day * 6);
        newest = refresh(&org, refresh_token(&newest), &[]).await.json();
    }
    org.advance_clock(day * 7);
    is_dead(&refresh(&org, refresh_token(&newest), &[]).await);
}

#[tokio::test]
async fn a_renewal_asks_for_granted_scopes_only() {
    let org = still_org().await;
    let token = refresh_token(&tokens(org).await).to_owned();
    let description = "Some of the scopes requested for the refresh request were not granted in the original authorize \
        request. Denied scopes: address, phone.";
    let more = refresh(org, &token, &[("scope", Some("openid address phone"))]).await;
    refused(&more, 400, "access_denied", description);
    let less = refresh(org, &token, &[("scope", Some("email profile"))]).await.json();
    assert_eq!((text(&less, "scope"), less.get("id_token")), ("email profile", None));
    let all = refresh(org, refresh_token(&less), &[]).await.json();
    assert!(all.get("id_token").is_some(), "openid is asked for again, and was granted");
}

#[tokio::test]
async fn renewed_tokens_keep_acr_and_auth_time() {
    let org = org().await;
    let asked = [("acr_values", Some("urn:okta:loa:1fa:pwd"))];
    let first = redeem(&org, &Browser::new(&org).code_for(ALICE, &asked).await, &[]).await.json();
    org.advance_clock(seconds(5000));
    let next = refresh(&org, refresh_token(&first), &[]).await.json();
    for token in ["access_token", "id_token"] {
        let (before, after) = (parts(text(&first, token)).1, parts(text(&next, token)).1);
        assert_eq!(before["acr"], "urn:okta:loa:1fa:pwd", "{token}");
        for claim in ["acr", "auth_time", "sub", "iss", "aud"] {
            assert_eq!(before[claim], after[claim], "{token} {claim}");
        }
        assert!(after["iat"].as_i64() >= before["iat"].as_i64().map(|iat| iat + 5000));
    }
}

#[tokio::test]
async fn a_refresh_token_is_43_characters_of_base64url() {
    let token = refresh_token(&tokens(still_org().await).await).to_owned();
    assert_eq!((token.len(), okta_types::base64url::decode(&token).map(|bytes| bytes.len())), (43, Some(32)));
}

async fn orgs_own(org: &RunningOrg, form: &Form) -> Answer {
    let request = http().post(format!("{}/oauth2/v1/token", org.base_url()));
    let request = request.header("Content-Type", "application/x-www-form-urlencoded");
    Answer::to(request.body(form.as_str().to_owned())).await
}

#[tokio::test]
async fn the_orgs_own_server_gives_90_days_an_hour_each_and_a_name_of_its_own_to_the_event() {
    let org = org().await;
    let browser = Browser::new(&org);
    let query = authorize_query(&org, &[]);
    let page = browser.get(&format!("{}/oauth2/v1/authorize?{query}", org.base_url())).await;
    let code = browser.sign_in(&page, ALICE, PASSWORD).await.code();
    let mut newest = orgs_own(&org, &redemption(&org, &code, &[])).await.json();
    for token in ["access_token", "id_token"] {
        assert_eq!(lifetime(&parts(text(&newest, token)).1), 3600, "{token}");
    }
    let renew = async |token: &str| {
        let form = Form::new().with("grant_type", "refresh_token").with("client_id", org.client_id());
        orgs_own(&org, &form.with("refresh_token", token)).await
    };
    let first = refresh_token(&newest).to_owned();
    org.advance_clock(seconds(90 * 24 * 3600 - 5));
    newest = renew(&first).await.json();
    assert!(newest.get("refresh_token").is_some(), "{newest}");
    org.advance_clock(seconds(30));
    is_dead(&renew(&first).await);
    let log = org.system_log();
    assert!(log.iter().any(|event| event.event_type == "app.oauth2.token.detect_reuse"));
}

fn lifetime(claims: &Value) -> i64 {
    claims["exp"].as_i64().zip(claims["iat"].as_i64()).map_or(0, |(exp, iat)| exp - iat)
}

#[tokio::test]
async fn a_custom_server_gives_access_tokens_an_hour_by_default_and_id_tokens_always() {
    let org = org().await;
    let issued = tokens(&org).await;
    assert_eq!(lifetime(&parts(text(&issued, "access_token")).1), 3600);
    org.set_access_token_lifetime(seconds(300));
    let issued = tokens(&org).await;
    assert_eq!(
        (lifetime(&parts(text(&issued, "access_token")).1), &issued["expires_in"]),
        (300, &json!(300))
    );
    assert_eq!(lifetime(&parts(text(&issued, "id_token")).1), 3600);
}
