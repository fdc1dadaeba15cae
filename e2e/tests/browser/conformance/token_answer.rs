//! Answers of the token endpoint: RFC 6749 §5 and §7.1.

use serde_json::{Map, Value, json};

use super::stage::{Case, Stage, play};
use crate::issuer::{Asked, Behaviour};

fn token(name: &'static str, token: fn(&mut Map<String, Value>)) -> Case {
    Case { name, behaviour: Behaviour { token, ..Behaviour::GOOD } }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_merely_short_or_oddly_spelt_signs_in() {
    let cases = [
        token("token-type-case-insensitivity", |token| {
            _ = token.insert("token_type".into(), json!("bEARER"))
        }),
        token("token-endpoint-response-without-expires_in", |token| _ = token.remove("expires_in")),
        token("without-scope", |token| _ = token.remove("scope")),
        token("without-refresh-token", |token| _ = token.remove("refresh_token")),
        token("with-an-unknown-member", |token| _ = token.insert("x".into(), json!({"y": [null]}))),
    ];
    play(&cases, async |stage: &Stage| stage.is_accepted().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_cannot_be_used_signs_nobody_in() {
    let cases = [
        token("token-type-unknown", |token| _ = token.insert("token_type".into(), json!("mac"))),
        token("token-type-missing", |token| _ = token.remove("token_type")),
        token("without-access-token", |token| _ = token.remove("access_token")),
        token("without-id-token", |token| _ = token.remove("id_token")),
        token("id-token-is-no-jwt", |token| _ = token.insert("id_token".into(), json!("a.b"))),
    ];
    play(&cases, async |stage: &Stage| {
        stage.is_refused("", "").await;
        assert_eq!(stage.count(Asked::Code), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_of_the_token_endpoint_is_shown_as_text() {
    let cases = [Case {
        name: "token-error-with-html",
        behaviour: Behaviour {
            token_status: 400,
            token: |token| {
                token.clear();
                token.insert("error".into(), json!("invalid_grant"));
                token.insert("error_description".into(), json!("<img src=x onerror=window.__xss=1>"));
            },
            ..Behaviour::GOOD
        },
    }];
    play(&cases, async |stage: &Stage| {
        stage.is_refused("invalid_grant", "<img src=x").await;
        assert!(!stage.tab.was_injected().await);
    })
    .await;
}
