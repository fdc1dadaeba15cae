//! Answers of the authorization endpoint: RFC 6749 §4.1.2, RFC 9207, OpenID Connect Core §3.1.2.6.

use serde_json::json;

use super::stage::{Case, Stage, play};
use crate::example::Example;
use crate::issuer::{Asked, Behaviour};

type Response = Vec<(String, String)>;

fn response(name: &'static str, response: fn(&mut Response)) -> Case {
    Case { name, behaviour: Behaviour { response, ..Behaviour::GOOD } }
}

/// With metadata that promise `iss` in every answer.
fn promised(name: &'static str, response: fn(&mut Response)) -> Case {
    let discovery = |document: &mut serde_json::Map<_, _>| {
        document.insert("authorization_response_iss_parameter_supported".into(), json!(true));
    };
    Case { name, behaviour: Behaviour { response, discovery, ..Behaviour::GOOD } }
}

fn add(response: &mut Response, name: &str, value: &str) {
    response.push((name.to_owned(), value.to_owned()));
}

fn drop_all(response: &mut Response, name: &str) {
    response.retain(|(own, _)| own != name);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_for_no_sign_in_of_this_tab_is_not_exchanged() {
    let cases = [
        response("invalid-state", |response| {
            drop_all(response, "state");
            add(response, "state", "another");
        }),
        response("missing-state", |response| drop_all(response, "state")),
        response("state-twice", |response| add(response, "state", "another")),
        response("code-twice", |response| add(response, "code", "another")),
        response("missing-code", |response| drop_all(response, "code")),
        response("resp-iss-wrong", |response| add(response, "iss", "https://other.example")),
        promised("resp-iss-wrong-though-promised", |response| add(response, "iss", "https://other.example")),
        promised("remove-authorization-response-iss", |_| {}),
    ];
    play(&cases, async |stage: &Stage| {
        stage.is_refused("", "").await;
        assert_eq!(stage.count(Asked::Code), 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_shown_as_text_whatever_stands_in_it() {
    let html = |response: &mut Response| {
        drop_all(response, "code");
        add(response, "error", "access_denied");
        add(
            response,
            "error_description",
            "<img src=x onerror=\"window.__xss=1\"><script>window.__xss=1</script>",
        );
    };
    let bare = |response: &mut Response| {
        drop_all(response, "code");
        add(response, "error", "access_denied");
    };
    let cases = [response("resp-error", html), response("resp-error-alone", bare)];
    play(&cases, async |stage: &Stage| {
        stage.is_refused("access_denied", "").await;
        let shown = Example(&stage.tab).failure().await.1;
        assert!(shown.is_empty() || shown.contains("<img src=x onerror="), "{shown}");
        assert!(!stage.tab.was_injected().await);
    })
    .await;
}
